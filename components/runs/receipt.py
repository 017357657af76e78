"""The media receipt of a request: what was sent, and whether the count of prompt tokens shows that it was seen.

An API that drops pictures answers all the same; only its count of prompt tokens gives it away. The rise is what it
counted above the text alone; the text's tokens come from the turn before if that was counted, else from an estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from components.api.wires.weight import estimate_request, sends_videos
from components.core.parts import (
    FramePart,
    ImagePart,
    MediaPart,
    Part,
    RemoteImagePart,
    TextFilePart,
    TextPart,
    ToolCallPart,
    VideoPart,
    parts_to_send,
)
from components.core.request import RunRequest
from components.core.usage import Usage
from components.media.estimates import part_tokens
from components.media.text_tokens import text_tokens
from components.runs.run import Run

Verdict = Literal["seen", "not seen", "unclear", "not reported"]

# [own] Text is estimated within a third or so, and gateways add some tens of tokens of their own. Media that should
# count for less than that cannot be told from the text.
_TEXT_ERROR: Final = 0.35
_OVERHEAD_TOKENS: Final = 40
# [own] Media that were looked at count for most of their estimate, those that were dropped for nothing.
_SEEN_SHARE: Final = 0.2
# [own] From fewer tokens the error of the text would be learned, not the pictures' factor.
_LEARNED_FROM_TOKENS: Final = 300
_FACTORS: Final = (0.25, 4.0)


@dataclass(frozen=True, slots=True)
class Item:
    """One part that was sent. None: not known here, as of a picture by address, or a clip that is sent as a whole."""

    name: str
    kind: Literal["picture", "frame", "page", "clip", "address"]
    width: int | None
    height: int | None
    size_bytes: int | None
    sha256: str | None
    estimated_tokens: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What went with one user message. `rise`: prompt tokens reported above `text_tokens`, which are estimated or, with
    `counted_before`, mostly what the API counted for the conversation before; None where they were not reported.

    `estimated_tokens` is what all media behind that rise should count: those of the message, and without
    `counted_before` those of the whole conversation. `searched`: sources were added to the prompt, which count as well.
    """

    items: tuple[Item, ...]
    text_tokens: int
    estimated_tokens: int
    prompt_tokens: int | None
    counted_before: bool
    searched: bool = False

    @property
    def rise(self) -> int | None:
        """May be negative: the text is estimated."""
        return None if self.prompt_tokens is None else self.prompt_tokens - self.text_tokens

    @property
    def verdict(self) -> Verdict:
        """Whether the media were seen, judged by the rise alone."""
        rise = self.rise
        if rise is None:
            return "not reported"
        if self.searched:
            return "unclear"
        if rise >= _SEEN_SHARE * self.estimated_tokens + self._doubt:
            return "seen"
        # So far below what was to be expected that no error of the text explains it.
        return "not seen" if rise + self._doubt < (1 - _SEEN_SHARE) * self.estimated_tokens else "unclear"

    @property
    def _doubt(self) -> float:
        return _OVERHEAD_TOKENS / 2 if self.counted_before else _OVERHEAD_TOKENS + _TEXT_ERROR * self.text_tokens


def receipt_of(run: Run, before: Run | None = None) -> Receipt | None:
    """The receipt of a run that has ended; None where its user message held no media, or its body was written by hand.

    `before`: the run that ended the turn before.
    """
    request = run.request
    if run.body is not None or not request.messages:
        return None
    items = tuple(_items(_sent(request)))
    if not items:
        return None
    usage = run.transcript.usage or Usage()
    counted = _tokens_before(before, request)
    searched = request.parameters.get("web_search_linkup") is True
    if counted is None:
        media = [part for message in request.messages for part in _media(message.parts, request)]
        tokens = sum(map(part_tokens, media))
        return Receipt(items, estimate_request(request).tokens - tokens, tokens, usage.input_tokens, False, searched)
    words = "\n".join(
        part.fenced if isinstance(part, TextFilePart) else part.text
        for part in request.messages[-1].parts
        if isinstance(part, TextFilePart | TextPart)
    )
    tokens = sum(item.estimated_tokens for item in items)
    return Receipt(items, counted + text_tokens(words), tokens, usage.input_tokens, True, searched)


def learned_factor(receipts: Iterable[Receipt]) -> tuple[float, int]:
    """The factor from the estimate of a picture's tokens to what the API has counted so far, and the number of receipts
    that it was learned from: 1.0 and 0 without any.

    Pictures by address, whose size is unknown, and clips are not used.
    """
    usable = [receipt for receipt in receipts if _is_measure(receipt)]
    if not usable:
        return 1.0, 0
    counted = sum(receipt.rise or 0 for receipt in usable)
    low, high = _FACTORS
    return min(high, max(low, counted / sum(receipt.estimated_tokens for receipt in usable))), len(usable)


def _is_measure(receipt: Receipt) -> bool:
    pictures = all(item.kind in ("picture", "frame") for item in receipt.items)
    return pictures and receipt.verdict == "seen" and receipt.estimated_tokens >= _LEARNED_FROM_TOKENS


def _tokens_before(before: Run | None, request: RunRequest) -> int | None:
    """The tokens that the API counted for all but the last message; None when it did not, or counted something else."""
    if before is None or (usage := before.transcript.usage) is None:
        return None
    earlier = before.request
    same = (earlier.wire, earlier.system, earlier.tools) == (request.wire, request.system, request.tools)
    known = usage.input_tokens is not None and usage.output_tokens is not None and usage.reasoning_tokens is not None
    replied = request.messages[len(earlier.messages) : -1]
    if not (same and known and before.body is None and request.messages[: len(earlier.messages)] == earlier.messages):
        return None
    # Of a reply that called tools the thinking is sent back as well, by some formats.
    if len(replied) != 1 or any(isinstance(part, ToolCallPart) for part in replied[0].parts):
        return None
    assert usage.input_tokens is not None and usage.output_tokens is not None and usage.reasoning_tokens is not None
    return usage.input_tokens + usage.output_tokens - usage.reasoning_tokens


def _sent(request: RunRequest) -> Sequence[MediaPart]:
    """The media of the message that the run answers: the last one of the user."""
    asked = next((message for message in reversed(request.messages) if message.role == "user"), None)
    return _media(asked.parts, request) if asked is not None else []


def _media(parts: Iterable[Part], request: RunRequest) -> list[MediaPart]:
    sent = parts_to_send(parts, videos=sends_videos(request.wire))
    return [part for part in sent if isinstance(part, MediaPart)]


def _items(parts: Iterable[MediaPart]) -> Iterable[Item]:
    for part in parts:
        tokens = part_tokens(part)
        match part:
            case RemoteImagePart(url):
                yield Item(url, "address", None, None, None, None, tokens)
            case FramePart():
                kind: Literal["page", "frame"] = "page" if part.page else "frame"
                yield Item(part.name, kind, part.width, part.height, len(part.data), part.sha256, tokens)
            case ImagePart():
                yield Item(part.name, "picture", part.width, part.height, len(part.data), part.sha256, tokens)
            case VideoPart():
                yield Item(part.name, "clip", None, None, len(part.data), part.sha256, tokens)
