"""Sends a request and reads the reply as it comes: limits, retries, and every failure as one of ours.

The only place where exceptions of the HTTP libraries are seen. Does not know threads or runs.
"""

from __future__ import annotations

import asyncio
import email.utils
import itertools
import json
import random
import time
from collections.abc import AsyncIterator, Callable

import aiohttp
import httpx
from httpx_sse import EventSource

from components.api.connection import Connection, Timeouts
from components.api.exchange import Happening, Received, Responded, Retrying
from components.api.problems import RETRIED_STATUSES, error_from_body, error_from_text
from components.api.transport import new_http_client
from components.api.wires.wire import Decoder, Wire
from components.core.errors import ApiConnectionError, ApiError, ApiStatusError, ApiTimeoutError, WireError
from components.core.events import RawEvent, StreamEvent

MAX_RETRIES = 3
# A server that asks for more patience than this gets its answer shown instead of a silent wait.
MAX_WAIT_S = 60.0
_FIRST_WAIT_S = 0.5
_RAW_KEPT = 20_000
# What a decoder trips over when a server puts a list where an object belongs; the event is kept as it came.
_NOT_AS_DOCUMENTED = (AttributeError, KeyError, TypeError, ValueError)

Take = Callable[[Happening], None]


class Client:
    """One per event loop; close it there. Safe for any number of exchanges at a time."""

    def __init__(self, timeouts: Timeouts | None = None, *, jitter: random.Random | None = None) -> None:
        self._timeouts = timeouts or Timeouts()
        self._jitter = jitter or random.Random()
        self._http = new_http_client(self._timeouts.connect, self._timeouts.idle)

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._http.aclose()

    async def exchange(self, wire: Wire, content: bytes, connection: Connection, take: Take, *, streamed: bool) -> None:
        """Sends the JSON `content` and hands over what happens, in order, each as it comes.

        `streamed` says whether the body asks for an event stream.

        Until the first event came it tries again, at most three times, on 429, 502, 503 and connection
        failures: later, what was said already would be said, and billed, a second time.

        Raises: ApiError, one of its kinds, when the reply cannot be had or breaks off. A stream that ends
        early but cleanly raises nothing: whoever folds the events sees that no finish came.
        """
        begun = False

        def take_and_note(happening: Happening) -> None:
            nonlocal begun
            begun = begun or isinstance(happening, Received)
            take(happening)

        try:
            async with asyncio.timeout(self._timeouts.total):
                for attempt in itertools.count():
                    try:
                        return await self._send(wire, content, streamed, connection, take_and_note)
                    except ApiError as error:
                        wait_s = None if begun else self._wait_before_retry(error, attempt)
                        if wait_s is None:
                            raise
                        take(Retrying(attempt + 1, MAX_RETRIES, wait_s, str(error)))
                    await asyncio.sleep(wait_s)
        except TimeoutError as exc:
            raise ApiTimeoutError(
                f"The reply was not complete after {self._timeouts.total:g} s, the longest a request may take."
            ) from exc

    def _wait_before_retry(self, error: ApiError, attempt: int) -> float | None:
        if attempt >= MAX_RETRIES or not _may_retry(error):
            return None
        if error.retry_after_s is not None:
            return error.retry_after_s if error.retry_after_s <= MAX_WAIT_S else None
        return float(_FIRST_WAIT_S * 2**attempt * self._jitter.uniform(0.75, 1.25))

    async def _send(self, wire: Wire, content: bytes, streamed: bool, connection: Connection, take: Take) -> None:
        url = connection.base_url + wire.path
        headers = {
            "content-type": "application/json",
            "accept": "text/event-stream" if streamed else "application/json",
            **connection.headers,
        }
        limits = self._timeouts
        patience_s = limits.first_event if streamed else limits.total
        try:
            async with asyncio.timeout(limits.connect + patience_s) as silence:
                request = self._http.build_request("POST", url, content=content, headers=headers)
                if not streamed:
                    request.extensions["timeout"] = {**request.extensions["timeout"], "read": limits.total}
                response = await self._http.send(request, stream=True)
                try:
                    assert isinstance(response.stream, httpx.AsyncByteStream)  # an async client makes no other
                    response.stream = _Listened(response.stream, heard=lambda: silence.reschedule(None))
                    take(Responded(response.status_code, dict(response.headers)))
                    await _read(wire, response, connection, take)
                finally:
                    await response.aclose()
        except TimeoutError as exc:
            raise ApiTimeoutError(
                f"The server at {_host(url)} accepted the request and then said nothing for {patience_s:g} s. "
                "Check the address, or try again."
            ) from exc
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError) as exc:
            raise self._mapped(exc, url, connection) from exc

    def _mapped(self, exc: Exception, url: str, connection: Connection) -> ApiError:
        host = _host(url)
        detail = connection.masked(str(exc))
        if isinstance(exc.__cause__, aiohttp.ConnectionTimeoutError):
            return ApiConnectionError(
                f"No connection to {host} within {self._timeouts.connect:g} s. Check the address and the network."
            )
        if isinstance(exc.__cause__, TimeoutError):
            return ApiTimeoutError(
                f"The stream fell silent: nothing came from {host} for {self._timeouts.idle:g} s. Try again."
            )
        if isinstance(exc, httpx.InvalidURL | httpx.UnsupportedProtocol | aiohttp.InvalidURL):
            return WireError(f"{connection.base_url!r} is not an address that can be asked. Check the base URL.")
        if isinstance(exc.__cause__, aiohttp.ClientConnectorError):
            return ApiConnectionError(
                f"No server answers at {host}. Check the address and that it is running.", raw=detail
            )
        if isinstance(exc, aiohttp.ClientResponseError):
            return WireError(f"What answers at {host} does not speak HTTP. Check the base URL.", raw=detail)
        return ApiConnectionError(f"The connection to {host} broke off. Try again.", raw=detail)


class _Listened(httpx.AsyncByteStream):
    """Tells when bytes come: a keep-alive comment is no event, but it shows that the server lives."""

    def __init__(self, stream: httpx.AsyncByteStream, heard: Callable[[], None]) -> None:
        self._stream = stream
        self._heard = heard

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._heard()
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _read(wire: Wire, response: httpx.Response, connection: Connection, take: Take) -> None:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status_code != 200 or kind != "text/event-stream":
        text = connection.masked((await response.aread()).decode("utf-8", "replace"))
        take(_read_whole(wire, response, kind, text))
        return
    response.encoding = "utf-8"  # the only one event streams have, whatever the header says
    decoder = wire.decoder()
    async for event in EventSource(response).aiter_sse():
        data = connection.masked(event.data)
        take(Received(event.event, data, _decoded(decoder, event.event, data, response)))
    if rest := decoder.close():
        take(Received("", "", rest))


def _decoded(decoder: Decoder, name: str, data: str, response: httpx.Response) -> list[StreamEvent]:
    try:
        return decoder.feed(name, data)
    except ApiStatusError as error:
        error.request_id = _request_id(response)
        raise
    except _NOT_AS_DOCUMENTED:
        return [RawEvent(name, data)]


def _read_whole(wire: Wire, response: httpx.Response, kind: str, text: str) -> Received:
    status = response.status_code
    if 300 <= status < 400:
        target = response.headers.get("location", "another address")
        raise WireError(
            f"The address redirects to {target!r}; requests are not sent on. If you trust it, set it as the base URL.",
            status=status,
            raw=text[:_RAW_KEPT],
        )
    if status != 200:
        raise error_from_text(
            text[:_RAW_KEPT],
            status=status,
            request_id=_request_id(response),
            retry_after_s=_retry_after(response),
        )
    try:
        body = json.loads(text)
    except ValueError as exc:
        raise WireError(_what_came_instead(kind, text), status=status, raw=text[:_RAW_KEPT]) from exc
    if not isinstance(body, dict):
        raise WireError(_what_came_instead(kind, text), status=status, raw=text[:_RAW_KEPT])
    if body.get("error"):
        raise error_from_body(body, status=None, raw=text[:_RAW_KEPT], request_id=_request_id(response))
    decoder = wire.decoder()
    try:
        return Received("", text, [*decoder.feed_body(body), *decoder.close()])
    except _NOT_AS_DOCUMENTED as exc:
        raise WireError(_what_came_instead(kind, text), status=status, raw=text[:_RAW_KEPT]) from exc


def _what_came_instead(kind: str, text: str) -> str:
    if kind == "text/html" or text.lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        came = "a web page"
    elif not text.strip():
        came = "an empty reply"
    else:
        came = f"{kind or 'text without a content type'} that is not the documented JSON"
    return f"The server answered with {came} instead of a reply of the API. Check the base URL; it should end in /v1."


def _may_retry(error: ApiError) -> bool:
    if isinstance(error, ApiTimeoutError):
        # The request arrived and may be running: asking again could be billed twice.
        return False
    if isinstance(error, ApiStatusError):
        return error.status in RETRIED_STATUSES
    return isinstance(error, ApiConnectionError)


def _retry_after(response: httpx.Response) -> float | None:
    """Reads ``Retry-After``, in seconds or as a date (RFC 9110, section 10.2.3)."""
    value = response.headers.get("retry-after", "").strip()
    if value.replace(".", "", 1).isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _request_id(response: httpx.Response) -> str | None:
    found: str | None = response.headers.get("x-request-id")
    return found


def _host(url: str) -> str:
    return url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]
