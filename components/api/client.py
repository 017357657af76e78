"""Sends a request and has the reply read as it comes: limits, retries, and every failure as one of ours.

The only place where exceptions of the HTTP libraries are seen. Does not know threads or runs, nor how a reply
is read (`components.api.reply`).
"""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import time
from collections.abc import AsyncIterator, Callable

import aiohttp
import httpx

from components.api.connection import Connection, Timeouts
from components.api.exchange import ClientEvent, Received, Responded, Retrying, Sending
from components.api.limiter import Limiter, RateLimits
from components.api.network_errors import invalid_address, network_error
from components.api.problems import RETRIED_STATUSES, with_advice_for
from components.api.reply import OnEvent, read_reply
from components.api.transport import CURRENT_SEND, SendProgress, new_http_client
from components.api.wires.wire import Wire
from components.core.errors import ApiConnectionError, ApiError, ApiStatusError, ApiTimeoutError, WireError

MAX_RETRIES = 3
# A server that asks for more patience than this gets its answer shown instead of a silent wait.
MAX_WAIT_S = 60.0
FIRST_WAIT_S = 0.5
_PIECE_BYTES = 65_536

# What a header may hold; anything else would be an error of the HTTP library, with the key in its message.
_SENDABLE = re.compile(r"[\x21-\x7e]+")


class Client:
    """One per event loop; close it there. Safe for any number of exchanges at a time.

    `first_wait_s`: before the first retry when the server names no time; it doubles with each. `limits`: what an
    account may do in a minute; None is what is documented.
    """

    def __init__(
        self,
        timeouts: Timeouts | None = None,
        *,
        first_wait_s: float = FIRST_WAIT_S,
        limits: RateLimits | None = None,
        jitter: random.Random | None = None,
    ) -> None:
        self._first_wait_s = first_wait_s
        self._timeouts = timeouts or Timeouts()
        self._jitter = jitter or random.Random()
        self._limiter = Limiter(limits)
        connect_s, idle_s = self._timeouts.connect, self._timeouts.idle
        self._http = {
            (public_only, reuse): new_http_client(connect_s, idle_s, public_only=public_only, reuse=reuse)
            for public_only in (False, True)
            for reuse in (False, True)
        }

    async def aclose(self) -> None:
        """Closes all connections."""
        for http in self._http.values():
            await http.aclose()
        await self._limiter.aclose()

    async def exchange(
        self,
        wire: Wire,
        content: bytes,
        connection: Connection,
        on_event: OnEvent,
        *,
        streamed: bool,
        tokens: int = 0,
        batch: bool = False,
    ) -> None:
        """Sends the JSON `content` and hands over what happens, in order, each as it comes.

        `streamed` says whether the body asks for an event stream, `tokens` about how many the prompt has. Every
        attempt waits until the account's rate limit lets it go.

        Until the first event came it tries again, at most three times, on 429, 502, 503 and connection
        failures: later, what was said already would be said, and billed, a second time. A call of a `batch` lets
        those go first that somebody watches, and is tried once: the batch counts what each attempt may cost. A
        connection that was kept for reuse and that the server has closed meanwhile is no try: the request goes out
        again on a fresh one, at once.

        Raises: ApiError, one of its kinds, when the reply cannot be had or breaks off. A stream that ends
        early but cleanly raises nothing: whoever folds the events sees that no finish came.
        """
        replied = False

        def deliver(client_event: ClientEvent) -> None:
            nonlocal replied
            replied = replied or isinstance(client_event, Received)
            on_event(client_event)

        try:
            async with asyncio.timeout(self._timeouts.total) as deadline:
                for attempt in itertools.count():
                    await self._wait_for_limit(connection, tokens, on_event, deadline, batch=batch)
                    try:
                        return await self._send(wire, content, streamed, connection, deliver)
                    except ApiError as error:
                        _mask_key(error, connection)
                        wait_s = None if replied or batch else self._wait_before_retry(error, attempt)
                        if wait_s is None:
                            raise
                        billed = error.sent and not isinstance(error, ApiStatusError)
                        on_event(Retrying(attempt + 1, MAX_RETRIES, wait_s, str(error), billed))
                    await asyncio.sleep(wait_s)
        except TimeoutError as exc:
            raise ApiTimeoutError(
                f"The reply was not complete after {self._timeouts.total:g} s, the longest a request may take."
            ) from exc

    async def spend(self, connection: Connection, tokens: int) -> None:
        """Counts tokens for the rate limit beyond those that `exchange` was told of."""
        await self._limiter.spend(connection, tokens)

    async def _wait_for_limit(
        self, connection: Connection, tokens: int, on_event: OnEvent, deadline: asyncio.Timeout, *, batch: bool
    ) -> None:
        began = asyncio.get_running_loop().time()
        ends = deadline.when()
        assert ends is not None
        deadline.reschedule(None)  # waiting for our own limit is no fault of the server
        await self._limiter.admit(connection, tokens, on_event, urgent=not batch)
        deadline.reschedule(ends + asyncio.get_running_loop().time() - began)
        on_event(Sending())

    def _wait_before_retry(self, error: ApiError, attempt: int) -> float | None:
        if attempt >= MAX_RETRIES or not may_retry(error):
            return None
        if error.retry_after_s is not None:
            return error.retry_after_s if error.retry_after_s <= MAX_WAIT_S else None
        return float(self._first_wait_s * 2**attempt * self._jitter.uniform(0.75, 1.25))

    async def _send(
        self, wire: Wire, content: bytes, streamed: bool, connection: Connection, on_event: OnEvent
    ) -> None:
        if connection.key and not _SENDABLE.fullmatch(connection.key):
            raise ApiError(
                "The key holds characters that no key has. Copy it again from where it was made.", sent=False
            )
        url = connection.base_url + wire.path
        headers = connection.request_headers(wire.headers, streamed=streamed) | {"content-length": str(len(content))}
        limits = self._timeouts
        timeout_s = limits.first_event if streamed else limits.total
        progress = SendProgress()
        try:
            async with asyncio.timeout(limits.connect + timeout_s) as silence:
                response = await self._open(
                    url, content, headers, connection, None if streamed else limits.total, progress
                )
                try:
                    assert isinstance(response.stream, httpx.AsyncByteStream)  # an async client makes no other
                    response.stream = _WatchedStream(response.stream, on_bytes=lambda: silence.reschedule(None))
                    headers = {name: connection.masked(value) for name, value in response.headers.items()}
                    on_event(Responded(response.status_code, headers))
                    await read_reply(wire, response, connection, on_event)
                finally:
                    await response.aclose()
        except TimeoutError as exc:
            raise ApiTimeoutError(
                f"The server at {connection.host} accepted the request and then said nothing for {timeout_s:g} s. "
                "Check the address, or try again.",
                sent=progress.complete,
            ) from exc
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError) as exc:
            error = network_error(exc, connection, connect_s=limits.connect, idle_s=limits.idle)
            error.sent = progress.complete
            raise error from exc

    async def _open(
        self,
        url: str,
        content: bytes,
        headers: dict[str, str],
        connection: Connection,
        read_s: float | None,
        progress: SendProgress,
    ) -> httpx.Response:
        """Sends the request, over a connection that is open already if there is one; says in `sent` how far it got."""
        CURRENT_SEND.set(progress)
        for reuse in (True, False):
            http = self._http[connection.public_only, reuse]
            progress.reused, progress.completed_at = False, None
            try:
                request = http.build_request("POST", url, content=_pieces(content, progress), headers=headers)
                if read_s is not None:
                    request.extensions["timeout"] = {**request.extensions["timeout"], "read": read_s}
                return await http.send(request, stream=True)
            except ValueError as exc:  # a host that IDNA cannot encode, a user and password in the address
                raise WireError(invalid_address(connection), sent=False) from exc
            except (httpx.HTTPError, aiohttp.ClientError) as exc:
                if not progress.failed_on_closed_connection(exc):
                    raise
        raise AssertionError("a connection of its own is never a reused one")


async def _pieces(content: bytes, progress: SendProgress) -> AsyncIterator[bytes]:
    """A body of many megabytes must not hold up the streams of others on the same loop while it is written."""
    for start in range(0, len(content), _PIECE_BYTES):
        if start + _PIECE_BYTES >= len(content):
            progress.completed_at = time.monotonic()
        yield content[start : start + _PIECE_BYTES]


class _WatchedStream(httpx.AsyncByteStream):
    """Tells when bytes come: a keep-alive comment is no event, but it shows that the server lives."""

    def __init__(self, stream: httpx.AsyncByteStream, on_bytes: Callable[[], None]) -> None:
        self._stream = stream
        self._on_bytes = on_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._on_bytes()
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def may_retry(error: ApiError) -> bool:
    """Tells a failure that may pass by itself, and that asking again cannot make more expensive."""
    if isinstance(error, ApiTimeoutError):
        # The request arrived and may be running: asking again could be billed twice.
        return False
    if isinstance(error, ApiStatusError):
        return error.status in RETRIED_STATUSES
    return isinstance(error, ApiConnectionError)


def _mask_key(error: ApiError, connection: Connection) -> None:
    """What was masked as text may come out whole where JSON had escaped it, and headers were never masked."""
    with_advice_for(connection, error).args = tuple(connection.masked(str(piece)) for piece in error.args)
    error.raw = connection.masked(error.raw)
    error.code = connection.masked(error.code) if error.code else None
    error.request_id = connection.masked(error.request_id) if error.request_id else None
