"""The simulator's own tokenizer: about four characters of English are one token, a CJK character is one.

Not Kimi's tokenizer. What counts is that one rule is used everywhere, so that usage equals what was streamed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# Words are cut after six letters: with the space before them and punctuation apart that gives about four
# characters a token on English prose and three on code.
_PIECES = re.compile(rf"[{_CJK}]| ?[^\W\d_{_CJK}]{{1,6}}|\d{{1,3}}|\n+| +(?= )| ?[^\w\s]{{1,3}}|\s|.", re.DOTALL)


def split_tokens(text: str) -> list[str]:
    """Cuts text into tokens; joined they are the text again."""
    return _PIECES.findall(text)


def iter_tokens(text: str) -> Iterator[str]:
    """Like `split_tokens`, one at a time, for text of which perhaps only the beginning is needed."""
    for match in _PIECES.finditer(text):
        yield match.group()


def count_tokens(text: str) -> int:
    """How many tokens the text is."""
    return len(_PIECES.findall(text))
