"""Rate limits per key: requests and tokens within the last 60 seconds, a sliding window.

Documented: 50 requests and 2,000,000 tokens a minute, 429 beyond it
(https://docs.empiriolabs.ai/rate-limits-api-keys). The headers are not documented; their names are the usual ones.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from components.gateway.errors import GatewayError

WINDOW_S = 60.0
_KEYS_KEPT = 1_000


@dataclass(slots=True)
class _Window:
    """What one key used of one limit within the last `WINDOW_S`, as (monotonic seconds, amount)."""

    limit: int | None
    used: deque[tuple[float, int]] = field(default_factory=deque)
    total: int = 0

    def add(self, now: float, amount: int) -> None:
        self.used.append((now, amount))
        self.total += amount

    def forget(self, before: float) -> None:
        while self.used and self.used[0][0] <= before:
            self.total -= self.used.popleft()[1]

    def wait_s(self, now: float) -> int:
        """Whole seconds until the oldest use is forgotten."""
        return max(0, math.ceil(self.used[0][0] + WINDOW_S - now)) if self.used else 0


class RateLimiter:
    """Counts requests and tokens per key. Safe from any thread; a limit of None is not enforced."""

    def __init__(
        self,
        requests_per_minute: int | None,
        tokens_per_minute: int | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = {"requests": requests_per_minute, "tokens": tokens_per_minute}
        self._clock = clock
        self._windows: OrderedDict[str, dict[str, _Window]] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, key: str) -> dict[str, str]:
        """Counts one request and returns the x-ratelimit-* headers that tell what is left.

        Raises: GatewayError 429 with ``retry-after`` in whole seconds; the refused request is not counted.
        """
        with self._lock:
            now = self._clock()
            windows = self._windows_of(key, now)
            for name, window in windows.items():
                if window.limit is not None and window.total >= window.limit:
                    wait_s = window.wait_s(now)
                    raise GatewayError(
                        429,
                        "rate_limit_exceeded",
                        f"Rate limit of {window.limit:,} {name} per minute exceeded. Retry after {wait_s} seconds.",
                        type="rate_limit_error",
                        headers={"retry-after": str(wait_s), **_headers(windows, now)},
                    )
            windows["requests"].add(now, 1)
            return _headers(windows, now)

    def spend(self, key: str, tokens: int) -> None:
        """Counts tokens that were read or written for `key`."""
        with self._lock:
            now = self._clock()
            self._windows_of(key, now)["tokens"].add(now, tokens)

    def _windows_of(self, key: str, now: float) -> dict[str, _Window]:
        windows = self._windows.setdefault(key, {name: _Window(limit) for name, limit in self._limits.items()})
        self._windows.move_to_end(key)
        if len(self._windows) > _KEYS_KEPT:
            self._windows.popitem(last=False)
        for window in windows.values():
            window.forget(now - WINDOW_S)
        return windows


def _headers(windows: Mapping[str, _Window], now: float) -> dict[str, str]:
    headers = {}
    for name, window in windows.items():
        if window.limit is not None:
            headers[f"x-ratelimit-limit-{name}"] = str(window.limit)
            headers[f"x-ratelimit-remaining-{name}"] = str(max(0, window.limit - window.total))
            headers[f"x-ratelimit-reset-{name}"] = f"{window.wait_s(now)}s"
    return headers
