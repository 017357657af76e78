"""Sends a request and reads its reply as it arrives, with rate limits and retries.

Every exception of the HTTP libraries becomes one of our errors here. This module knows nothing of threads, of runs, or
of how a reply is read (`components.api.reply`).
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
# If a server asks for a longer wait than this, its reply is shown instead.
MAX_WAIT_S = 60.0
FIRST_WAIT_S = 0.5
_PIECE_BYTES = 65_536

# What a header may hold; anything else would be an error of the HTTP library, with the key in its message.
_SENDABLE = re.compile(r"[\x21-\x7e]+")


class Client:
    """One per event loop; close it there. Safe for any number of exchanges at a time.

    `first_wait_s`: seconds before the first retry if the server names no time; doubled for each further one. `limits`:
    what an account may do in a minute; None: the documented limits.
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
        """Sends the JSON `content` and calls `on_event` with everything that happens, in order, as it happens.

        `streamed`: the body asks for an event stream. `tokens`: the estimated length of the prompt. `batch`: nobody
        watches this call, so it yields to those that somebody does, and it is not retried, since the batch counts what
        each attempt may cost. Every attempt first waits for the account's rate limit.

        A request is retried at most three times, on 429, 502, 503 and connection failures, and only before the first
        event: later, the same text would be received, and billed, twice. If the server has meanwhile closed a
        connection that was kept open for reuse, the request is sent again at once on a new one; that is no retry.

        Raises: ApiError, one of its kinds, if there is no reply or it breaks off. A stream that ends early but cleanly
        raises nothing; it simply has no `Finished` event.
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
        """Counts tokens for the rate limit beyond those passed to `exchange`."""
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
        """Sends the request, if possible over an open connection; records in `progress` how far it got."""
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
    """The body in pieces: writing many megabytes at once would delay the other streams of the event loop."""
    for start in range(0, len(content), _PIECE_BYTES):
        if start + _PIECE_BYTES >= len(content):
            progress.completed_at = time.monotonic()
        yield content[start : start + _PIECE_BYTES]


class _WatchedStream(httpx.AsyncByteStream):
    """Calls `on_bytes` when bytes arrive: a keep-alive comment is no event, but shows that the server is alive."""

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
    """Whether a failure may be temporary, and a retry cannot be billed twice."""
    if isinstance(error, ApiTimeoutError):
        # The request arrived and may be running: asking again could be billed twice.
        return False
    if isinstance(error, ApiStatusError):
        return error.status in RETRIED_STATUSES
    return isinstance(error, ApiConnectionError)


def _mask_key(error: ApiError, connection: Connection) -> None:
    """Masks the key in an error: JSON may have escaped it where the reply was masked as text; headers never were."""
    with_advice_for(connection, error).args = tuple(connection.masked(str(piece)) for piece in error.args)
    error.raw = connection.masked(error.raw)
    error.code = connection.masked(error.code) if error.code else None
    error.request_id = connection.masked(error.request_id) if error.request_id else None
