"""The pace of a reply: how many tokens are due, by an absolute clock, so that no delay adds up.

`delivery` writes them.
"""

from __future__ import annotations

import asyncio
import time

TICK_S = 0.01
"""Shortest wait between two writes: above 100 tokens a second several share one, since a wake-up costs 0.4 ms."""

BATCH_TOKENS = 256
"""Most tokens of one write, also when the schedule is behind: the other connections get their turn."""


class Pace:
    """One reply's schedule: token `n` is due `n / tokens_per_second` after the start; 0 means at once."""

    def __init__(self, tokens_per_second: float) -> None:
        self._rate = tokens_per_second
        self._start = time.monotonic()
        self._sent = 0

    def shift(self, seconds: float) -> None:
        """Moves the whole schedule back by a pause that was wanted."""
        self._start += seconds

    async def next_batch(self, wait_limit_s: float) -> int:
        """Waits until tokens are due and returns how many to write now; 0 after `wait_limit_s` of silence."""
        if self._rate == 0:
            # A write to a fast reader never waits: without this the loop would serve nobody else.
            await asyncio.sleep(0)
            return BATCH_TOKENS
        due = self._due()
        if due < 1:
            next_s = self._start + (self._sent + 1) / self._rate - time.monotonic()
            await asyncio.sleep(min(max(next_s, TICK_S), wait_limit_s))
            due = self._due()
        else:
            await asyncio.sleep(0)
        batch = min(due, BATCH_TOKENS)
        self._sent += batch
        return batch

    async def wait_for_all(self, tokens: int) -> None:
        """Waits until the last of `tokens` is due."""
        if self._rate:
            await asyncio.sleep(max(0.0, self._start + tokens / self._rate - time.monotonic()))

    def _due(self) -> int:
        return max(0, int((time.monotonic() - self._start) * self._rate) - self._sent)
