"""Reads a reply, streamed or whole, into what happened; whatever is no reply of the API becomes an error.

The response may come from anywhere: nothing here opens a connection.
"""

from __future__ import annotations

import contextlib
import email.utils
import json
import re
import time
from collections.abc import Callable
from datetime import UTC

import httpx
from httpx_sse import EventSource

from components.api.connection import Connection
from components.api.exchange import Happening, Received
from components.api.problems import error_from_body, error_from_text
from components.api.wires.wire import Decoder, Wire
from components.core.errors import ApiStatusError, WireError
from components.core.events import RawEvent

Take = Callable[[Happening], None]

_RAW_KEPT = 20_000
# What a decoder trips over when a server puts a list where an object belongs; the event is kept as it came.
_NOT_AS_DOCUMENTED = (LookupError, AttributeError, TypeError, ValueError, RecursionError)


async def read_reply(wire: Wire, response: httpx.Response, connection: Connection, take: Take) -> None:
    """Hands over each event as it comes. Raises: ApiError for an error reply, an error event or a foreign format."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status_code != 200 or kind != "text/event-stream":
        text = connection.masked((await response.aread()).decode("utf-8", "replace"))
        take(_read_whole(wire, response, kind, text))
        return
    response.headers["content-type"] = kind  # httpx-sse knows it in lower case only
    response.encoding = "utf-8-sig"  # the only one event streams have, whatever the header says; with or without BOM
    decoder = wire.decoder()
    async with contextlib.aclosing(EventSource(response).aiter_sse()) as events:
        async for event in events:
            if not event.data:  # no event by the specification, but httpx-sse makes one once an `id:` has come
                continue
            take(_decoded(decoder, event.event, connection.masked(event.data), response, take))
            if decoder.over:
                break
    if rest := decoder.close():
        take(Received("", "", rest))


def _decoded(decoder: Decoder, name: str, data: str, response: httpx.Response, take: Take) -> Received:
    try:
        return Received(name, data, decoder.feed(name, data))
    except ApiStatusError as error:
        take(Received(name, data, decoder.close()))  # kept as it came, like any other, with what was held back
        error.request_id = _request_id(response) or error.request_id
        raise
    except _NOT_AS_DOCUMENTED:
        return Received(name, data, [RawEvent(name, data)])


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
    except (ValueError, RecursionError) as exc:
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
