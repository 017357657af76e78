"""Reads a reply, streamed or not, into events; anything that is no reply of the API becomes an error.

Nothing here opens a connection: the response may come from anywhere.
"""

from __future__ import annotations

import contextlib
import email.utils
import re
import time
from collections.abc import Callable
from datetime import UTC

import httpx
from httpx_sse import EventSource

from components.api.connection import Connection
from components.api.exchange import ClientEvent, Received
from components.api.problems import error_from_body, error_from_text
from components.api.wires.reading import read_json
from components.api.wires.wire import Decoder, Wire
from components.core.errors import ApiStatusError, WireError
from components.core.events import RawEvent, Started

OnEvent = Callable[[ClientEvent], None]

_MAX_RAW_CHARACTERS = 20_000
# How a stream of events begins: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
_EVENT_LINE = re.compile(r"\s*(data|event|id|retry)?:")
# Raised in a decoder when, say, a server sends a list in the place of an object; the event is then kept as it came.
_NOT_AS_DOCUMENTED = (LookupError, AttributeError, TypeError, ValueError, RecursionError)


async def read_reply(wire: Wire, response: httpx.Response, connection: Connection, on_event: OnEvent) -> None:
    """Calls `on_event` with each event as it arrives.

    Raises: ApiError for an error reply, an error event or an unknown format.
    """
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not response.is_success or kind != "text/event-stream":
        content = await response.aread()
        text = connection.masked(content.decode("utf-8-sig", "replace"))
        if not (response.is_success and _EVENT_LINE.match(text)):
            _read_body(wire, response, kind, text, on_event)
            return
        # Events under a wrong content type, or none (some proxies write text/plain): read, though all at once.
        response = httpx.Response(response.status_code, headers=_without_encoding(response.headers), content=content)
    response.headers["content-type"] = "text/event-stream"  # httpx-sse knows it in lower case only
    response.encoding = "utf-8-sig"  # event streams have no other, whatever the header says; with or without BOM
    decoder = wire.decoder()
    async with contextlib.aclosing(EventSource(response).aiter_sse()) as events:
        async for event in events:
            if not event.data:  # no event by the specification, but httpx-sse makes one once an `id:` has come
                continue
            on_event(_decode(decoder, event.event, connection.masked(event.data), response, on_event))
            if decoder.over:
                break
    if rest := decoder.close():
        on_event(Received("", "", rest))


def _without_encoding(headers: httpx.Headers) -> dict[str, str]:
    """The headers without those of a compressed body."""
    return {name: value for name, value in headers.items() if name not in ("content-encoding", "transfer-encoding")}


def _decode(decoder: Decoder, name: str, data: str, response: httpx.Response, on_event: OnEvent) -> Received:
    try:
        return Received(name, data, decoder.feed(name, data))
    except ApiStatusError as error:
        on_event(Received(name, data, decoder.close()))  # recorded like any other, with what was held back
        error.request_id = _request_id(response) or error.request_id
        raise
    except _NOT_AS_DOCUMENTED:
        return Received(name, data, [RawEvent(name, data)])


def _read_body(wire: Wire, response: httpx.Response, kind: str, text: str, on_event: OnEvent) -> None:
    status = response.status_code
    if 300 <= status < 400:
        target = response.headers.get("location", "another address")
        raise WireError(
            f"The address redirects to {target!r}; requests are not sent on. If you trust it, set it as the base URL.",
            status=status,
            raw=text[:_MAX_RAW_CHARACTERS],
        )
    if not response.is_success:
        raise error_from_text(
            text[:_MAX_RAW_CHARACTERS],
            status=status,
            request_id=_request_id(response),
            retry_after_s=_retry_after(response),
        )
    body = read_json(text)
    if not isinstance(body, dict):
        raise _unexpected_reply(kind, text, status)
    if body.get("error"):
        raise error_from_body(body, status=None, raw=text[:_MAX_RAW_CHARACTERS], request_id=_request_id(response))
    decoder = wire.decoder()
    try:
        received = Received("", text, [*decoder.feed_body(body), *decoder.close()])
    except ApiStatusError as error:
        on_event(Received("", text, decoder.close()))  # what the reply says in spite of its error
        error.request_id = _request_id(response) or error.request_id
        raise
    except _NOT_AS_DOCUMENTED as exc:
        raise _unexpected_reply(kind, text, status) from exc
    if all(isinstance(event, Started | RawEvent) for event in received.events):  # another endpoint's reply, a greeting
        raise _unexpected_reply(kind, text, status)
    on_event(received)


def _unexpected_reply(kind: str, text: str, status: int) -> WireError:
    if kind == "text/html" or text.lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        found = "a web page"
    elif not text.strip():
        found = "an empty reply"
    else:
        found = f"{kind or 'text without a content type'} that is not the documented JSON"
    return WireError(
        f"The server answered with {found} instead of a reply of the API. Check the base URL; it should end in /v1.",
        status=status,
        raw=text[:_MAX_RAW_CHARACTERS],
    )


def _retry_after(response: httpx.Response) -> float | None:
    """Reads ``Retry-After``, in seconds or as a date (RFC 9110, section 10.2.3)."""
    value = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    # "-0000" is UTC, too; Python leaves it without a zone.
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - time.time())


def _request_id(response: httpx.Response) -> str | None:
    found: str | None = response.headers.get("x-request-id") or response.headers.get("request-id")
    return found
