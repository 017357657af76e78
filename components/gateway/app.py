"""The routes: reads the body, asks for the key, checks the limits, hands over to a wire.

A new wire is one entry in `WIRES`. Formats belong to the wires, sending to `delivery`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.gateway import account
from components.gateway.account import Account
from components.gateway.auth import authenticate, sent_key_masked
from components.gateway.behaviour import Behaviour
from components.gateway.conversation import Request as ModelRequest
from components.gateway.delivery import Delivery, Encoder
from components.gateway.errors import GatewayError, bad_request, service_fault
from components.gateway.faults import Fault
from components.gateway.limits import RateLimiter
from components.gateway.log import RequestLog
from components.gateway.preparation import Preparation
from components.gateway.reply import Reply
from components.gateway.settings import Settings
from components.gateway.wires import chat_completions, messages, responses
from components.params.card import ModelCard, model_card


@dataclass(frozen=True, slots=True)
class Wire:
    """One format: where it answers, how it reads a body, writes a reply and words an error."""

    path: str
    parse: Callable[[Mapping[str, Any], ModelCard], ModelRequest]
    encoder: Callable[[Reply, str, int], Encoder]
    error_body: Callable[[GatewayError, str], dict[str, Any]]


WIRES = tuple(
    Wire(module.PATH, module.parse, module.Encoder, module.error_body)
    for module in (chat_completions, responses, messages)
)
_WEB_PAGE = "<!doctype html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n"


class Gateway:
    """The state behind the routes of one simulator."""

    def __init__(self, settings: Settings, log: RequestLog, behaviour: Behaviour) -> None:
        self.log = log
        self._behaviour = behaviour
        self._settings = settings
        self._card = model_card()
        self._limiter = RateLimiter(settings.requests_per_minute, settings.tokens_per_minute)
        self._preparation = Preparation(self._card)
        self._account = Account(log, self._card, tuple(wire.path for wire in WIRES))
        self._turns = itertools.count(1)

    def routes(self) -> list[Route]:
        """Every route, with and without ``/v1``."""
        routes = []
        for prefix in ("/v1", ""):
            routes += [Route(prefix + wire.path, self._endpoint(wire), methods=["POST"]) for wire in WIRES]
            routes += [
                Route(prefix + "/models", self._models, methods=["GET"]),
                Route(prefix + "/models/{id}", self._model, methods=["GET"]),
                Route(prefix + account.PATH, self._usage, methods=["GET"]),
                Route(prefix + "/health", self._health, methods=["GET"]),
            ]
        return routes

    def _endpoint(self, wire: Wire) -> Callable[[Request], Any]:
        async def generate(request: Request) -> Response | Delivery:
            try:
                return await self._generate(wire, request)
            except GatewayError as error:
                self.log.update(request.state.request_id, error=error.code or str(error.status))
                return _refusal(wire, error, request)
            except ClientDisconnect:
                self.log.end(request.state.request_id, disconnected=True)
                return Response(status_code=499)

        return generate

    async def _generate(self, wire: Wire, request: Request) -> Response | Delivery:
        id = request.state.request_id
        body = await self._read_body(request)
        parsed = await asyncio.to_thread(_parse_json, body)
        if not isinstance(parsed, ValueError):
            self.log.keep_body(id, parsed)
        key = authenticate(request.headers)
        headers = self._limiter.admit(key)
        fault = self._behaviour.fault_for(request.headers) or Fault()
        if (answer := await self._struck(fault, id)) is not None:
            return answer
        if isinstance(parsed, ValueError):
            raise bad_request(f"The body is not valid JSON: {parsed}.")
        if not isinstance(parsed, dict):
            raise bad_request(f"The body must be a JSON object, got {type(parsed).__name__}.")
        reply = await asyncio.to_thread(self._begin, wire, parsed, key)
        brief = reply.brief
        if fault.stream_error is not None and not brief.request.stream:
            raise fault.stream_error
        if brief.directive.error is not None and brief.directive.error_after is None:
            raise service_fault(brief.directive.error)
        searches = int(bool(brief.sources))
        self.log.update(
            id,
            model=brief.request.model,
            prompt_tokens=brief.prompt_tokens,
            cached_tokens=brief.cached_tokens,
            searches=searches,
        )
        self._limiter.spend(key, brief.prompt_tokens)

        def spent(tokens: int) -> None:
            self._limiter.spend(key, tokens)
            self._account.charge(brief.prompt_tokens, brief.cached_tokens, tokens, searches)

        return Delivery(
            reply=reply,
            encoder=wire.encoder(reply, id.removeprefix("req_"), int(time.time())),
            settings=self._settings,
            log=self.log,
            request_id=id,
            headers=headers,
            tokens_per_second=self._behaviour.tokens_per_second,
            fault=fault,
            spent=spent,
        )

    async def _struck(self, fault: Fault, id: str) -> Response | None:
        """Answers at once where the fault is the whole answer. Raises: GatewayError if that is an error."""
        if fault != Fault():
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

    def _begin(self, wire: Wire, body: dict[str, Any], key: str) -> Reply:
        brief = self._preparation.prepare(wire.parse(body, self._card), key)
        return Reply(brief, seed=f"{self._settings.seed}:{next(self._turns)}")

    async def _read_body(self, request: Request) -> bytes:
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
        return b"".join(chunks)

    async def _models(self, request: Request) -> JSONResponse:
        return JSONResponse({"object": "list", "data": [self._card.raw]})

    async def _model(self, request: Request) -> JSONResponse:
        id = request.path_params["id"]
        if id != self._card.id:
            error = GatewayError(404, "model_not_found", f"The model {id!r} does not exist.", param="model")
            return _refusal(WIRES[0], error, request)
        return JSONResponse(self._card.raw)

    async def _usage(self, request: Request) -> JSONResponse:
        try:
            authenticate(request.headers)
            return JSONResponse(self._account.usage(request.query_params))
        except GatewayError as error:
            return _refusal(WIRES[0], error, request)

    async def _health(self, request: Request) -> JSONResponse:
        worker = {"status": "ok", "latency_ms": 1, "models": [self._card.id]}
        return JSONResponse({"checked_at": int(time.time()), "workers": {"simulator": worker}})


class _Observed:
    """Gives every request an id, sends it as ``x-request-id`` and ``request-id`` (the `anthropic` package reads only
    the second) and keeps the log."""

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

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = [(name, id.encode()) for name in (b"x-request-id", b"request-id")]
                message = {**message, "headers": [*message["headers"], *named]}
                self._log.update(id, status=message["status"])
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._log.end(id)


def build_app(settings: Settings, log: RequestLog, behaviour: Behaviour) -> Starlette:
    """The ASGI application of one simulator; `log` is filled as requests come in, `behaviour` asked at each."""
    return Starlette(
        routes=Gateway(settings, log, behaviour).routes(),
        middleware=[Middleware(_Observed, log=log)],
        exception_handlers={HTTPException: _routing_error},
    )


async def _routing_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # it is registered for nothing else
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
    message = f"{error.detail}: {request.method} {request.url.path}"
    told = GatewayError(error.status_code, code, message, headers=error.headers)
    wire = next((wire for wire in WIRES if request.url.path.endswith(wire.path)), WIRES[0])
    return _refusal(wire, told, request)


def _refusal(wire: Wire, error: GatewayError, request: Request) -> JSONResponse:
    return JSONResponse(wire.error_body(error, request.state.request_id), error.status, error.headers)


def _parse_json(body: bytes) -> object:
    """The parsed body; what is wrong with it is returned, not raised, since a bad key is told first."""
    try:
        parsed = json.loads(body)
        if rb"\ud" in body.lower():
            json.dumps(parsed, ensure_ascii=False).encode()  # half a surrogate pair could never be sent back
        return parsed
    except RecursionError:
        return ValueError("nested too deeply")
    except ValueError as error:
        return error
