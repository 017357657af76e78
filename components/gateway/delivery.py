"""Sends a reply: as paced events or as one JSON object, and stops at once when the client leaves.

Owns writing to the connection. What is written comes from the wire's encoder, when from `pacing`.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from starlette.types import Receive, Scope, Send

from components.gateway.errors import GatewayError, service_fault
from components.gateway.log import RequestLog
from components.gateway.pacing import BATCH_TOKENS, Pace
from components.gateway.reply import Reply, Token
from components.gateway.settings import Settings


class Encoder(Protocol):
    """A wire's writer for one reply."""

    def opening(self) -> str: ...

    def token(self, token: Token) -> str: ...

    def closing(self) -> str: ...

    def error(self, error: GatewayError) -> str: ...

    def whole(self, tokens: list[Token]) -> dict[str, Any]: ...


@dataclass(slots=True)
class Delivery:
    """An ASGI response. `spent` is called once with the completion tokens, however the reply ended.

    `sent`: tokens handed to the connection, by kind.
    """

    reply: Reply
    encoder: Encoder
    settings: Settings
    log: RequestLog
    request_id: str
    headers: Mapping[str, str]
    spent: Callable[[int], None]
    sent: Counter[str] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the reply or as much of it as the client waits for."""
        sending = self._stream(send) if self.reply.brief.request.stream else self._one_object(send)
        try:
            finished = await run_until_disconnect(sending, receive)
        finally:
            self.spent(self.reply.completion_tokens)
        if finished:
            self.log.update(self.request_id, finish_reason=self.reply.finish_reason)
        self.log.end(self.request_id, disconnected=not finished)

    async def _stream(self, send: Send) -> None:
        await self._start(send, "text/event-stream; charset=utf-8", {"cache-control": "no-cache"})
        await _write(send, self.encoder.opening())
        directive = self.reply.brief.directive
        tokens = self.reply.tokens()
        pace = Pace(self.settings.tokens_per_second)
        await self._pause(send, pace)
        last_token = min((n for n in (directive.error_after, directive.cut) if n is not None), default=None)
        async for batch in self._batches(send, pace, islice(tokens, last_token)):
            await _write(send, "".join(map(self.encoder.token, batch)))
            self._count(batch)
        if last_token is not None and self.reply.completion_tokens >= last_token:
            if last_token == directive.error_after:
                await _write(send, self.encoder.error(service_fault(directive.error or "upstream_error")), more=False)
            # A cut leaves the response without its end: the server then closes the connection.
            return
        await _write(send, self.encoder.closing(), more=False)

    async def _batches(self, send: Send, pace: Pace, tokens: Iterator[Token]) -> AsyncIterator[list[Token]]:
        loop = asyncio.get_running_loop()
        silent_since = loop.time()
        # One token is fetched ahead, so that the end is known when the last one goes out and not a beat later.
        upcoming = list(islice(tokens, 1))
        while upcoming:
            wait_limit_s = max(0.0, silent_since + self.settings.keep_alive_s - loop.time())
            due = await pace.next_batch(wait_limit_s)
            if due:
                batch = upcoming + list(islice(tokens, due))
                upcoming = batch[due:]
                yield batch[:due]
                silent_since = loop.time()
            elif loop.time() - silent_since >= self.settings.keep_alive_s:
                await _write(send, ": keep-alive\n\n")
                silent_since = loop.time()

    async def _pause(self, send: Send, pace: Pace) -> None:
        left_s = float(self.reply.brief.directive.pause_s)
        pace.shift(left_s)
        while left_s > 0:
            await asyncio.sleep(min(left_s, self.settings.keep_alive_s))
            left_s -= self.settings.keep_alive_s
            if left_s > 0:
                await _write(send, ": keep-alive\n\n")

    async def _one_object(self, send: Send) -> None:
        pace = Pace(self.settings.tokens_per_second)
        pace.shift(self.reply.brief.directive.pause_s)
        await asyncio.sleep(self.reply.brief.directive.pause_s)
        source = self.reply.tokens()
        tokens: list[Token] = []
        while batch := list(islice(source, BATCH_TOKENS)):
            tokens += batch
            await asyncio.sleep(0)
        await pace.wait_for_all(len(tokens))
        body = json.dumps(self.encoder.whole(tokens), ensure_ascii=False).encode()
        await self._start(send, "application/json", {"content-length": str(len(body))})
        if self.reply.brief.directive.cut is not None:
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            return
        await send({"type": "http.response.body", "body": body})
        self._count(tokens)

    async def _start(self, send: Send, content_type: str, extra: Mapping[str, str]) -> None:
        headers = {"content-type": content_type, **extra, **self.headers}
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})

    def _count(self, tokens: list[Token]) -> None:
        self.sent.update(token.kind for token in tokens)
        thinking = self.sent["thinking"]
        self.log.update(self.request_id, thinking_tokens=thinking, answer_tokens=self.sent.total() - thinking)


async def run_until_disconnect(work: Coroutine[Any, Any, None], receive: Receive) -> bool:
    """Runs `work` to its end and returns True, or cancels it when the client leaves and returns False."""
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_disconnected(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            return False
        working.result()
        return True
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, text: str, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": more})
