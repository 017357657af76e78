"""What may go wrong with a request for its weight: warnings only. What the API itself refuses is `check_body`'s.

Every token here is estimated, so nothing is refused for them.
"""

from __future__ import annotations

from components.core.errors import MediaError
from components.media.estimates import Estimate, check_body
from components.media.limits import REQUEST_PICTURES


def forewarnings(weight: Estimate, pictures: int, context_tokens: int | None, answer_tokens: int) -> tuple[str, ...]:
    """One sentence for each thing to expect; none for a usual request.

    `context_tokens` is what the model holds, None where that is not known; `answer_tokens` what the answer may take.
    """
    sentences = []
    size = f"The conversation is about {weight.tokens:,} tokens (estimated)"
    if context_tokens is None:
        pass
    elif weight.tokens > context_tokens:
        sentences.append(
            f"{size}, more than the {context_tokens:,} that the model holds: the API will probably refuse it. "
            "Remove pictures, or begin a new conversation."
        )
    elif weight.tokens + answer_tokens > context_tokens:
        sentences.append(
            f"{size}; with {answer_tokens:,} for the answer that is more than the {context_tokens:,} that the model "
            "holds, so the answer may be cut."
        )
    if pictures > REQUEST_PICTURES:
        sentences.append(
            f"The request has {pictures} pictures and frames; another host of the same model takes at most "
            f"{REQUEST_PICTURES}, so this may be refused."
        )
    try:
        heavy = check_body(weight.body_bytes)
    except MediaError as error:
        heavy = str(error)
    return (*sentences, heavy) if heavy else tuple(sentences)
