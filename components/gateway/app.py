"""The routes: reads the body, asks for the key, checks the limits, hands over to a wire.

A new wire is one entry in `WIRES`. Formats belong to the wires, sending to `delivery`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.core.card import ModelCard
from components.gateway import account
from components.gateway.account import Account
from components.gateway.auth import authenticate, sent_key_masked
from components.gateway.behaviour import Behaviour
from components.gateway.conversation import Request as ModelRequest
from components.gateway.delivery import Delivery, Encoder
from components.gateway.errors import GatewayError, bad_request
from components.gateway.faults import Fault
from components.gateway.limits import RateLimiter
from components.gateway.log import RequestLog
from components.gateway.output_items import OutputItems
from components.gateway.preparation import Preparation
from components.gateway.reply import Reply
from components.gateway.settings import Settings
from components.gateway.thinking import missing_thinking, turns_without_thinking
from components.gateway.wires import chat_completions, messages, messages_input, responses


@dataclass(frozen=True, slots=True)
class Wire:
    """One format: where it answers, how it reads a body, writes a reply and words an error."""

    path: str
    parse: Callable[[Mapping[str, Any], ModelCard], ModelRequest]
    encoder: Callable[[Reply, str, int], Encoder]
    error_body: Callable[[GatewayError, str], dict[str, Any]]


_CHAT, _RESPONSES, _MESSAGES = (
    Wire(module.PATH, module.parse, module.Encoder, module.error_body)
    for module in (chat_completions, responses, messages)
)
WIRES = (_CHAT, _RESPONSES, _MESSAGES)
_COUNT_TOKENS = "/messages/count_tokens"
_log = logging.getLogger(__name__)
_WEB_PAGE = "<!doctype html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n"


class Gateway:
    """The state behind the routes of one simulator."""

    def __init__(self, settings: Settings, log: RequestLog, behaviour: Behaviour) -> None:
        self.log = log
        self._behaviour = behaviour
        self._settings = settings
        self._card = settings.card
        self._limiter = RateLimiter(settings.requests_per_minute, settings.tokens_per_minute)
        self._preparation = Preparation(self._card)
        self._account = Account(log, self._card, tuple(wire.path for wire in WIRES))
        self._items = OutputItems()
        self._turns = itertools.count(1)

    def routes(self) -> list[Route]:
        """Every route, with and without ``/v1``."""
        routes = []
        for prefix in ("/v1", ""):
            routes += [Route(prefix + wire.path, partial(self._generate, wire), methods=["POST"]) for wire in WIRES]
            routes += [
                Route(prefix + _COUNT_TOKENS, self._count_tokens, methods=["POST"]),
                Route(prefix + "/models", self._models, methods=["GET"]),
                Route(prefix + "/models/{id}", self._model, methods=["GET"]),
                Route(prefix + account.PATH, self._usage, methods=["GET"]),
                Route(prefix + "/health", self._health, methods=["GET"]),
            ]
        return routes

    async def refuse(self, request: Request, error: Exception) -> Response:
        """Answers a request with the error that ended it, and logs it."""
        assert isinstance(error, GatewayError)  # it is registered for nothing else
        self.log.update(request.state.request_id, error=error.code or str(error.status))
        return _refusal(error, request)

    async def client_left(self, request: Request, error: Exception) -> Response:
        """Closes the log's entry of a request whose client left before it was read; nobody gets the answer."""
        self.log.end(request.state.request_id, disconnected=True)
        return Response(status_code=499)

    async def _generate(self, wire: Wire, request: Request) -> Response | Delivery:
        id = request.state.request_id
        parsed = await self._read_json(request)
        key = authenticate(request.headers)
        headers = self._limiter.admit(key)
        fault = self._behaviour.fault_for(request.headers)
        if fault is not None and (answer := await self._fault_response(fault, id)) is not None:
            return answer
        reply = await asyncio.to_thread(self._start_reply, wire, _object(parsed), key, id)
        context = reply.context
        if fault is None and (fault := context.directive.fault) is not None:
            if (answer := await self._fault_response(fault, id)) is not None:
                return answer
        if fault is not None and fault.stream_error is not None and not context.request.stream:
            raise fault.stream_error
        searches = int(bool(context.sources))
        self.log.update(
            id,
            model=context.request.model,
            prompt_tokens=context.prompt_tokens,
            cached_tokens=context.cached_tokens,
            searches=searches,
        )
        self._limiter.spend(key, context.prompt_tokens)

        def bill(tokens: int) -> None:
            self._limiter.spend(key, tokens)
            self._account.charge(context.prompt_tokens, context.cached_tokens, tokens, searches)

        encoder = wire.encoder(reply, id.removeprefix("req_"), int(time.time()))
        if isinstance(encoder, responses.Encoder):
            self._items.store(id, key, encoder.items)
        return Delivery(
            reply=reply,
            encoder=encoder,
            settings=self._settings,
            log=self.log,
            request_id=id,
            headers=headers,
            tokens_per_second=self._behaviour.tokens_per_second,
            fault=fault or Fault(),
            bill=bill,
        )

    async def _fault_response(self, fault: Fault, id: str) -> Response | None:
        """Answers at once where the fault is the whole answer. Raises: GatewayError if that is an error."""
        self.log.update(id, fault=str(fault))
        refusal = fault.refusal
        if refusal is None and not fault.html and fault.redirect is None:
            return None
        await asyncio.sleep(fault.delay)
        if refusal is not None:
            raise refusal
        if fault.redirect is not None:
            return Response(status_code=307, headers={"location": fault.redirect})
        return HTMLResponse(_WEB_PAGE, fault.status or 200)

    def _start_reply(self, wire: Wire, body: Mapping[str, Any], key: str, id: str) -> Reply:
        if wire is _RESPONSES:
            body = self._items.resolved(body, key)
        request = wire.parse(body, self._card)
        if without := turns_without_thinking(request, self._card):
            self.log.update(id, without_thinking=len(without))
            if self._behaviour.strict_thinking:
                raise missing_thinking(without[0])
        context = self._preparation.prepare(request, key)
        return Reply(context, seed=f"{self._settings.seed}:{next(self._turns)}")

    async def _read_json(self, request: Request) -> object:
        """The parsed body, which the log keeps; what is wrong with it is returned, since a bad key comes first."""
        limit = self._settings.body_limit_bytes
        chunks: list[bytes] = []
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            # The rest is read and dropped: a client that is still sending would not see the answer.
            if size <= limit:
                chunks.append(chunk)
        self.log.update(request.state.request_id, body_bytes=size)
        if size > limit:
            raise GatewayError(413, "request_too_large", f"The body has {size:,} bytes; at most {limit:,} are taken.")
        parsed = await asyncio.to_thread(_parse_json, b"".join(chunks))
        if not isinstance(parsed, ValueError):
            self.log.store_body(request.state.request_id, parsed)
        return parsed

    async def _count_tokens(self, request: Request) -> Response:
        """The prompt's tokens, as POST /messages would count them (docs: /en/api/messages-count-tokens)."""
        parsed = await self._read_json(request)
        authenticate(request.headers)
        tokens = await asyncio.to_thread(
            lambda: self._preparation.count(messages_input.parse_prompt(_object(parsed), self._card))
        )
        self.log.update(request.state.request_id, model=self._card.id, prompt_tokens=tokens)
        return JSONResponse({"input_tokens": tokens})

    async def _models(self, request: Request) -> JSONResponse:
        return JSONResponse({"object": "list", "data": [self._card.public()]})

    async def _model(self, request: Request) -> Response:
        id = request.path_params["id"]
        if id != self._card.id:
            raise GatewayError(404, "model_not_found", f"The model {id!r} does not exist.", param="model")
        return JSONResponse(self._card.public())

    async def _usage(self, request: Request) -> Response:
        authenticate(request.headers)
        return JSONResponse(self._account.usage(request.query_params))

    async def _health(self, request: Request) -> JSONResponse:
        worker = {"status": "ok", "latency_ms": 1, "models": [self._card.id]}
        return JSONResponse({"checked_at": int(time.time()), "workers": {"simulator": worker}})


class _LoggedRequests:
    """Gives every request an id, sends it as ``x-request-id`` and ``request-id`` (the `anthropic` package reads only
    the second) and keeps the log. A fault of ours is answered with 500, and both logs say so."""

    def __init__(self, app: ASGIApp, log: RequestLog) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id = f"req_{uuid.uuid4().hex}"
        scope.setdefault("state", {})["request_id"] = id
        self._log.begin(id, scope["method"], scope["path"], sent_key_masked(Request(scope).headers))

        started = False

        async def send_with_id(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                named = [(name, id.encode()) for name in (b"x-request-id", b"request-id")]
                message = {**message, "headers": [*message["headers"], *named]}
                self._log.update(id, status=message["status"])
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as fault:
            _log.exception("The simulator failed at %s %s", scope["method"], scope["path"])
            self._log.update(id, error=f"internal error: {type(fault).__name__}")
            if started:
                raise  # the server closes the connection: the client sees a reply that was cut
            error = GatewayError(500, "internal_error", "The simulator failed; its log says more.", type="api_error")
            await _refusal(error, Request(scope))(scope, receive, send_with_id)
        finally:
            self._log.end(id)


def build_app(settings: Settings, log: RequestLog, behaviour: Behaviour) -> Starlette:
    """The ASGI application of one simulator; `log` is filled as requests come in, `behaviour` asked at each."""
    gateway = Gateway(settings, log, behaviour)
    return Starlette(
        routes=gateway.routes(),
        middleware=[Middleware(_LoggedRequests, log=log)],
        exception_handlers={
            GatewayError: gateway.refuse,
            ClientDisconnect: gateway.client_left,
            HTTPException: _routing_error,
        },
    )


async def _routing_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # it is registered for nothing else
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
    message = f"{error.detail}: {request.method} {request.url.path}"
    return _refusal(GatewayError(error.status_code, code, message, headers=error.headers), request)


def _refusal(error: GatewayError, request: Request) -> JSONResponse:
    """The error in the shape that the client reads: Anthropic's on its path and for its clients, else OpenAI's."""
    of_anthropic = "messages" in request.url.path.split("/") or "anthropic-version" in request.headers
    wire = _MESSAGES if of_anthropic else _CHAT
    return JSONResponse(wire.error_body(error, request.state.request_id), error.status, error.headers)


def _object(parsed: object) -> dict[str, Any]:
    """The body as an object. Raises: GatewayError 400 if it is none, or is no JSON."""
    if isinstance(parsed, ValueError):
        raise bad_request(f"The body is not valid JSON: {parsed}.")
    if not isinstance(parsed, dict):
        raise bad_request(f"The body must be a JSON object, got {type(parsed).__name__}.")
    return parsed


def _parse_json(body: bytes) -> object:
    """The parsed body, or what is wrong with it."""
    try:
        parsed = json.loads(body)
        if rb"\ud" in body.lower():
            json.dumps(parsed, ensure_ascii=False).encode()  # half a surrogate pair could never be sent back
        return parsed
    except RecursionError:
        return ValueError("nested too deeply")
    except ValueError as error:
        return error
