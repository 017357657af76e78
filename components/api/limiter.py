"""Keeps to the account's rate limit: a call over the limit waits until it may be sent, and reports for how long.

Documented: 50 requests and 2,000,000 tokens a minute for an account, whatever key is used
(https://docs.empiriolabs.ai/rate-limits-api-keys). One limiter serves the whole process; with a Redis address all
processes that use it share one count. `client` asks before every attempt.
"""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from limits import RateLimitItem, RateLimitItemPerSecond, WindowStats
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter as SharedWindow
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from components.api.connection import Connection
from components.api.exchange import Waiting

if TYPE_CHECKING:
    from redis.asyncio import ConnectionPool

REQUESTS_PER_MINUTE = 50
TOKENS_PER_MINUTE = 2_000_000

# One second more than the server's minute: calls may arrive a little closer together than they were sent.
_WINDOW_S = 61
# The window keeps an entry for every unit of tokens, so a unit is a 2,000th of the limit and not a single token.
_TOKEN_UNITS = 2_000
# Requests of a minute that batches leave free if a person has sent one recently: the person's next must not wait.
_RESERVED_FOR_PEOPLE = 2
_RECENT_S = 300.0
_REDIS_TIMEOUT_S = 5.0
# How long the process counts alone after Redis did not answer, before it asks Redis again.
_REDIS_PAUSE_S = 30.0
_SHORT_WAIT_S = 0.1

_log = logging.getLogger(__name__)

Announce = Callable[[Waiting], None]


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What an account may do in a minute. `redis_url`, which may hold a password, shares the count among processes."""

    requests_per_minute: int = REQUESTS_PER_MINUTE
    tokens_per_minute: int = TOKENS_PER_MINUTE
    redis_url: str | None = field(default=None, repr=False)


@dataclass(slots=True)
class _Queue:
    """The calls that wait for an account: watched ones first, then by arrival. `changed` is set when one leaves."""

    waiting: list[tuple[bool, int]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    last_urgent: float = float("-inf")

    def leave(self, position: tuple[bool, int]) -> None:
        self.waiting.remove(position)
        heapq.heapify(self.waiting)
        self.changed.set()
        self.changed = asyncio.Event()


class _LocalWindow:
    """The count of this process alone.

    It does not use the library's asynchronous memory store, which can lose an entry while it cleans up (limits 5.8
    drops its lock while others wait for it): one call too many would be sent.
    """

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    async def hit(self, item: RateLimitItem, account: str, *, cost: int = 1) -> bool:
        return self._window.hit(item, account, cost=cost)

    async def test(self, item: RateLimitItem, account: str, *, cost: int = 1) -> bool:
        return self._window.test(item, account, cost=cost)

    async def get_window_stats(self, item: RateLimitItem, account: str) -> WindowStats:
        return self._window.get_window_stats(item, account)


_Window = _LocalWindow | SharedWindow


class Limiter:
    """Counts requests and tokens of the last minute for each account. For one event loop."""

    def __init__(self, limits: RateLimits | None = None) -> None:
        limits = limits or RateLimits()
        self._requests = RateLimitItemPerSecond(limits.requests_per_minute, _WINDOW_S, namespace="requests")
        self._unit = max(1, limits.tokens_per_minute // _TOKEN_UNITS)
        self._tokens = RateLimitItemPerSecond(limits.tokens_per_minute // self._unit, _WINDOW_S, namespace="tokens")
        self._local = _LocalWindow()
        self._pool = _connect_to_redis(limits.redis_url) if limits.redis_url else None
        self._shared = _shared_window(self._pool) if self._pool else None
        self._local_until = float("-inf")
        self._queues: dict[str, _Queue] = {}
        self._arrivals = itertools.count()

    async def admit(self, connection: Connection, tokens: int, announce: Announce, *, urgent: bool = True) -> None:
        """Returns as soon as a call of about `tokens` tokens may be sent; meanwhile calls `announce` with the wait.

        `urgent`: somebody watches it, so it goes before the calls of a batch.
        """
        account = account_of(connection)
        queue = self._queues.setdefault(account, _Queue())
        if urgent:
            queue.last_urgent = time.monotonic()
        position = (not urgent, next(self._arrivals))
        heapq.heappush(queue.waiting, position)
        try:
            while wait_s := await self._seconds_to_wait(position, queue, account, tokens):
                if wait_s > _SHORT_WAIT_S:
                    announce(Waiting(wait_s, self._requests.amount))
                try:
                    async with asyncio.timeout(wait_s):
                        await queue.changed.wait()
                except TimeoutError:
                    continue
        finally:
            queue.leave(position)

    async def spend(self, connection: Connection, tokens: int) -> None:
        """Counts tokens beyond those passed to `admit`, at most as many as the minute has left."""
        units = -(-tokens // self._unit)
        if units <= 0:
            return
        account = account_of(connection)
        try:
            await self._count(self._strategy, account, units)
        except StorageError as error:
            self._fall_back(error)
            await self._count(self._local, account, units)

    async def aclose(self) -> None:
        """Closes the connections to Redis."""
        if self._pool is not None:
            await self._pool.aclose()

    async def _count(self, strategy: _Window, account: str, units: int) -> None:
        left = (await strategy.get_window_stats(self._tokens, account)).remaining
        if left > 0:
            await strategy.hit(self._tokens, account, cost=min(units, left))

    @property
    def _strategy(self) -> _Window:
        if self._shared is None or time.monotonic() < self._local_until:
            return self._local
        return self._shared

    async def _seconds_to_wait(self, position: tuple[bool, int], queue: _Queue, account: str, tokens: int) -> float:
        """Seconds until the call should ask again; 0: it is counted and may be sent."""
        batch = position[0]
        ahead = sum(other < position for other in queue.waiting)
        reserved = _RESERVED_FOR_PEOPLE if batch and time.monotonic() - queue.last_urgent < _RECENT_S else 0
        reserved = min(reserved, self._requests.amount - 1)
        cost = min(self._tokens.amount, -(-tokens // self._unit))
        try:
            return await self._ask(self._strategy, account, ahead, reserved, cost)
        except StorageError as error:
            self._fall_back(error)
            return await self._ask(self._local, account, ahead, reserved, cost)

    async def _ask(self, strategy: _Window, account: str, ahead: int, reserved: int, cost: int) -> float:
        if not ahead:
            if not await strategy.test(self._tokens, account, cost=cost):
                return await self._until_free(strategy, self._tokens, account)
            if await strategy.test(self._requests, account, cost=1 + reserved) and await strategy.hit(
                self._requests, account
            ):
                if cost:
                    await strategy.hit(self._tokens, account, cost=cost)
                return 0.0
        elif ahead + reserved < (await strategy.get_window_stats(self._requests, account)).remaining:
            return _SHORT_WAIT_S  # there is room for all of them
        first = await self._until_free(strategy, self._requests, account)
        return first + ahead // self._requests.amount * _WINDOW_S

    async def _until_free(self, strategy: _Window, item: RateLimitItemPerSecond, account: str) -> float:
        free_at = (await strategy.get_window_stats(item, account)).reset_time
        return max(0.02, free_at - time.time() + 0.01)

    def _fall_back(self, error: StorageError) -> None:
        _log.warning("Redis cannot be asked (%s): this process keeps the rate limit alone.", type(error).__name__)
        self._local_until = time.monotonic() + _REDIS_PAUSE_S


def account_of(connection: Connection) -> str:
    """A name for the account of a connection, from which the key cannot be derived.

    Two keys of one account are counted separately, since nothing shows that they belong together.
    """
    # A key that cannot be encoded is refused later, with a message.
    named = f"{connection.base_url}\n{connection.key or ''}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(named).hexdigest()[:24]


def _connect_to_redis(url: str) -> ConnectionPool:
    # Imported only if Redis is configured: `components.settings` checks that the package is installed.
    from redis.asyncio import ConnectionPool

    return ConnectionPool.from_url(
        url, socket_timeout=_REDIS_TIMEOUT_S, socket_connect_timeout=_REDIS_TIMEOUT_S, decode_responses=False
    )


def _shared_window(pool: ConnectionPool) -> SharedWindow:
    # The pool has the address; the library requires one of that scheme all the same.
    return SharedWindow(
        RedisStorage(
            "async+redis://",
            wrap_exceptions=True,
            implementation="redispy",
            key_prefix="playground",
            connection_pool=pool,  # type: ignore[arg-type]  # documented, but not in the signature's types
        )
    )
