"""Implicit prompt caching: how many tokens of a prompt were the beginning of an earlier one.

A prompt is a sequence of units: text, or a medium that counts as many tokens as one whole. The sequence is
cut every 256 tokens, and each cut is known by a hash over everything before it. The number of leading cuts
seen before, times 256, is the longest common prefix floored to 256, found in one pass and without keeping
any prompt. Rule: https://www.alibabacloud.com/help/en/model-studio/context-cache (at least 256 tokens).
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from components.gateway.assumptions import CACHE_BLOCK_TOKENS


@dataclass(frozen=True, slots=True)
class MediumUnit:
    """A picture or clip in a prompt: `digest` of its bytes, `tokens` it counts."""

    digest: str
    tokens: int


PromptUnit = list[str] | MediumUnit
"""A run of text tokens, or a medium."""


class PromptCache:
    """Remembers prompts per key as hashes. Safe from any thread; the least recently used cuts are forgotten."""

    def __init__(self, size: int = 200_000) -> None:
        self._size = size
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()

    def match_and_remember(self, key: str, prompt: Iterable[PromptUnit]) -> int:
        """Returns how many leading tokens were cached, a multiple of 256, and remembers the prompt."""
        cuts = list(_cuts(key, prompt))
        with self._lock:
            hits = 0
            for cut in cuts:
                if cut not in self._seen:
                    break
                hits += 1
            for cut in cuts:
                self._seen[cut] = None
                self._seen.move_to_end(cut)
            while len(self._seen) > self._size:
                self._seen.popitem(last=False)
        return hits * CACHE_BLOCK_TOKENS


def _cuts(key: str, prompt: Iterable[PromptUnit]) -> Iterator[bytes]:
    running = hashlib.blake2b(key.encode(), digest_size=16)
    missing = CACHE_BLOCK_TOKENS
    for unit in prompt:
        length = unit.tokens if isinstance(unit, MediumUnit) else len(unit)
        position = 0
        while position < length:
            step = min(missing, length - position)
            if isinstance(unit, MediumUnit):
                running.update(f"\x01{unit.digest}:{unit.tokens}:{position}+{step}".encode())
            else:
                running.update(("\x00".join(unit[position : position + step]) + "\x00").encode())
            position += step
            missing -= step
            if missing == 0:
                missing = CACHE_BLOCK_TOKENS
                yield running.digest()
