"""Sends a reply: as paced events or as one JSON object, and stops at once when the client leaves.

The wire's encoder says what is written, `pacing` when.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from starlette.types import Receive, Scope, Send

from components.gateway.errors import GatewayError
from components.gateway.fault_injection import FaultInjector, apply_to_object
from components.gateway.faults import Fault
from components.gateway.log import RequestLog
from components.gateway.pacing import BATCH_TOKENS, Pace
from components.gateway.reply import Reply, Token
from components.gateway.settings import Settings

_UNCACHED = {"cache-control": "no-cache"}


class Encoder(Protocol):
    """A wire's writer for one reply."""

    def opening(self) -> str: ...

    def token(self, token: Token) -> str: ...

    def closing(self) -> str: ...

    def error(self, error: GatewayError) -> str: ...

    def reply_object(self, tokens: list[Token]) -> dict[str, Any]: ...


@dataclass(slots=True)
class Delivery:
    """An ASGI response. `bill` is called once with the tokens to bill, however the reply ended.

    `sent`: tokens handed to the connection, by kind.
    """

    reply: Reply
    encoder: Encoder
    settings: Settings
    log: RequestLog
    request_id: str
    headers: Mapping[str, str]
    tokens_per_second: float
    fault: Fault
    bill: Callable[[int], None]
    sent: Counter[str] = field(default_factory=Counter)
    _tokens: Iterator[Token] = field(init=False)
    _injector: FaultInjector | None = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = self.reply.tokens()
        self._injector = FaultInjector(self.fault) if self.fault != Fault() else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the reply or as much of it as the client waits for."""
        sending = self._stream(send) if self.reply.context.request.stream else self._one_object(send)
        finished = False
        try:
            finished = await run_until_disconnect(sending, receive)
        finally:
            if finished:
                self.log.update(self.request_id, finish_reason=self.reply.finish_reason)
            else:
                self.log.end(self.request_id, disconnected=True)
                # An accepted request is billed in full whether or not the client waits (api-facts, section 7).
                await asyncio.to_thread(deque, self._tokens, maxlen=0)
            self.log.update(self.request_id, billed_tokens=self.reply.completion_tokens)
            self.bill(self.reply.completion_tokens)
        self.log.end(self.request_id)

    async def _stream(self, send: Send) -> None:
        await asyncio.sleep(self.fault.delay)
        await self._start(send, self.fault.content_type or "text/event-stream; charset=utf-8", _UNCACHED)
        try:
            await self._events(send)
        except _Ended:
            await self._break_off(send)

    async def _events(self, send: Send) -> None:
        await self._write(send, self.encoder.opening())
        pace = Pace(self.tokens_per_second if self.fault.drip is None else self.fault.drip)
        await self._pause(send, pace)
        async for batch in self._batches(send, pace):
            self._count(batch)
            await self._write(send, "".join(map(self.encoder.token, batch)))
        await self._write(send, self.encoder.closing(), more=False)

    async def _write(self, send: Send, text: str, *, more: bool = True) -> None:
        """Sends whole events through the fault. Raises: _Ended when it ends the stream here."""
        if self._injector is not None:
            text = self._injector.apply(text)
            more = more or self._injector.ending is not None
        await _send_text(send, text, more=more)
        if self._injector is not None and self._injector.ending is not None:
            raise _Ended

    async def _break_off(self, send: Send) -> None:
        """Ends a stream as its fault asks. A cut leaves it without an end: the server then closes the connection."""
        ending = self._injector.ending if self._injector else None
        error = self.fault.stream_error
        if ending == "error" and error is not None:
            self.log.update(self.request_id, error=error.code)
            await _send_text(send, self.encoder.error(error), more=False)
        elif ending == "silence":
            await asyncio.Event().wait()  # until the client leaves

    async def _batches(self, send: Send, pace: Pace) -> AsyncIterator[list[Token]]:
        loop = asyncio.get_running_loop()
        silent_since = loop.time()
        # One token is fetched ahead, so that the end is known when the last one goes out and not a beat later.
        upcoming = list(islice(self._tokens, 1))
        while upcoming:
            wait_limit_s = max(0.0, silent_since + self.settings.keep_alive_s - loop.time())
            due = await pace.next_batch(wait_limit_s)
            if due:
                batch = upcoming + list(islice(self._tokens, due))
                upcoming = batch[due:]
                yield batch[:due]
                silent_since = loop.time()
            elif loop.time() - silent_since >= self.settings.keep_alive_s:
                await self._write(send, ": keep-alive\n\n")
                silent_since = loop.time()

    async def _pause(self, send: Send, pace: Pace) -> None:
        left_s = float(self.reply.context.directive.pause_s)
        pace.shift(left_s)
        while left_s > 0:
            await asyncio.sleep(min(left_s, self.settings.keep_alive_s))
            left_s -= self.settings.keep_alive_s
            if left_s > 0:
                await self._write(send, ": keep-alive\n\n")

    async def _one_object(self, send: Send) -> None:
        await asyncio.sleep(self.fault.delay)
        pace = Pace(self.tokens_per_second if self.fault.drip is None else self.fault.drip)
        pace.shift(self.reply.context.directive.pause_s)
        await asyncio.sleep(self.reply.context.directive.pause_s)
        tokens: list[Token] = []
        while batch := list(islice(self._tokens, BATCH_TOKENS)):
            tokens += batch
            await asyncio.sleep(0)
        await pace.wait_for_all(len(tokens))
        body = apply_to_object(self.encoder.reply_object(tokens), self.fault)
        length = {"content-length": str(len(body))}
        await self._start(send, self.fault.content_type or "application/json", length)
        if self.fault.silence is not None:
            await asyncio.Event().wait()  # until the client leaves
        if self.fault.cut is not None:
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


class _Ended(Exception):
    """The fault of a stream allows nothing more to be sent."""


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


async def _send_text(send: Send, text: str, *, more: bool) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": more})
