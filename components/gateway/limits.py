"""Rate limits per key: requests and tokens within the last 60 seconds, a sliding window.

Documented: 50 requests and 2,000,000 tokens a minute, 429 beyond it
(https://docs.empiriolabs.ai/rate-limits-api-keys). The headers are not documented; their names are the usual ones.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from components.gateway.errors import GatewayError

WINDOW_S = 60.0
_KEYS_KEPT = 1_000


@dataclass(slots=True)
class _Window:
    requests: deque[float] = field(default_factory=deque)
    tokens: deque[tuple[float, int]] = field(default_factory=deque)
    tokens_sum: int = 0

    def forget(self, before: float) -> None:
        while self.requests and self.requests[0] <= before:
            self.requests.popleft()
        while self.tokens and self.tokens[0][0] <= before:
            self.tokens_sum -= self.tokens.popleft()[1]


class RateLimiter:
    """Counts requests and tokens per key. Safe from any thread; a limit of None is not enforced."""

    def __init__(
        self,
        requests_per_minute: int | None,
        tokens_per_minute: int | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._requests_limit = requests_per_minute
        self._tokens_limit = tokens_per_minute
        self._clock = clock
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, key: str) -> dict[str, str]:
        """Counts one request and returns the x-ratelimit-* headers that tell what is left.

        Raises: GatewayError 429 with ``retry-after`` in whole seconds; the refused request is not counted.
        """
        with self._lock:
            now = self._clock()
            window = self._window(key, now)
            if self._requests_limit is not None and len(window.requests) >= self._requests_limit:
                raise self._exceeded("requests", self._requests_limit, window.requests[0], now, window)
            if self._tokens_limit is not None and window.tokens_sum >= self._tokens_limit:
                raise self._exceeded("tokens", self._tokens_limit, window.tokens[0][0], now, window)
            window.requests.append(now)
            return self._headers(window, now)

    def spend(self, key: str, tokens: int) -> None:
        """Counts tokens that were read or written for `key`."""
        if tokens:
            with self._lock:
                now = self._clock()
                window = self._window(key, now)
                window.tokens.append((now, tokens))
                window.tokens_sum += tokens

    def _window(self, key: str, now: float) -> _Window:
        window = self._windows.setdefault(key, _Window())
        self._windows.move_to_end(key)
        if len(self._windows) > _KEYS_KEPT:
            self._windows.popitem(last=False)
        window.forget(now - WINDOW_S)
        return window

    def _headers(self, window: _Window, now: float) -> dict[str, str]:
        headers = {}
        if self._requests_limit is not None:
            headers["x-ratelimit-limit-requests"] = str(self._requests_limit)
            headers["x-ratelimit-remaining-requests"] = str(max(0, self._requests_limit - len(window.requests)))
            oldest = window.requests[0] if window.requests else now - WINDOW_S
            headers["x-ratelimit-reset-requests"] = f"{_wait_s(oldest, now)}s"
        if self._tokens_limit is not None:
            headers["x-ratelimit-limit-tokens"] = str(self._tokens_limit)
            headers["x-ratelimit-remaining-tokens"] = str(max(0, self._tokens_limit - window.tokens_sum))
            oldest = window.tokens[0][0] if window.tokens else now - WINDOW_S
            headers["x-ratelimit-reset-tokens"] = f"{_wait_s(oldest, now)}s"
        return headers

    def _exceeded(self, what: str, limit: int, oldest: float, now: float, window: _Window) -> GatewayError:
        wait_s = _wait_s(oldest, now)
        return GatewayError(
            429,
            "rate_limit_exceeded",
            f"Rate limit of {limit:,} {what} per minute exceeded. Retry after {wait_s} seconds.",
            type="rate_limit_error",
            headers={"retry-after": str(wait_s), **self._headers(window, now)},
        )


def _wait_s(oldest: float, now: float) -> int:
    return max(0, math.ceil(oldest + WINDOW_S - now))
