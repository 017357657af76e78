"""The wire of POST /v1/chat/completions: JSON to `Request`, and a reply to events or to one JSON object.

Shapes: OpenAI Chat Completions with `reasoning_content` beside `content`
(https://docs.empiriolabs.ai/compatibility, https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from components.core.card import ModelCard
from components.gateway.conversation import Call, Medium, Request, Role, Text, Tool, ToolChoice, Turn
from components.gateway.errors import GatewayError, bad_request
from components.gateway.media.data_urls import read_url
from components.gateway.parameters import read_parameters
from components.gateway.reply import Reply, Token
from components.gateway.wires.fields import read_flag, read_model

PATH = "/chat/completions"
_ROLES: Mapping[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_MARK = "\x00"


def parse(body: Mapping[str, Any], card: ModelCard) -> Request:
    """Reads a request body. Raises: GatewayError 400 or 404 with `param` naming the field."""
    model = read_model(body, card)
    given = read_parameters(body, card, {"max_tokens": "max_completion_tokens"})
    response_format = body.get("response_format")
    if response_format is not None and response_format != {"type": "text"}:
        raise bad_request(
            f"'response_format' is not supported by {card.id}: it has no structured output.", "response_format"
        )
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise bad_request("'messages' is required and must be a non-empty array.", "messages")
    turns = tuple(_turn(message, index) for index, message in enumerate(messages))
    tools = _tools(body.get("tools"))
    stream_options = body.get("stream_options") or {}
    if not isinstance(stream_options, dict):
        raise bad_request("'stream_options' must be an object.", "stream_options")
    return Request(
        model=model,
        turns=turns,
        given=given,
        tools=tools,
        tool_choice=_tool_choice(body.get("tool_choice"), tools),
        parallel_calls=read_flag(body, "parallel_tool_calls", True),
        stream=read_flag(body, "stream"),
        include_usage=bool(stream_options.get("include_usage")),
        tools_text=_encode(body["tools"]) if tools else "",
    )


class Encoder:
    """Writes one reply in this wire's format. `id` and `created` (Unix seconds) stand in every chunk."""

    def __init__(self, reply: Reply, id: str, created: int) -> None:
        self._reply = reply
        self._head = {"id": f"chatcmpl-{id}", "created": created, "model": reply.context.request.model}
        # Every chunk of a kind differs in its text only: the rest is written once, which is most of the cost.
        self._around = {
            kind: self._chunk({field: _MARK}).split(_encode(_MARK))
            for kind, field in (("thinking", "reasoning_content"), ("answer", "content"))
        }

    def opening(self) -> str:
        """The events before the first token."""
        return self._chunk({"role": "assistant", "content": ""})

    def token(self, token: Token) -> str:
        """The event of one token."""
        if (around := self._around.get(token.kind)) is not None:
            return f"{around[0]}{_encode(token.text)}{around[1]}"
        if token.kind == "call":
            call = self._reply.calls[token.call]
            function = {"name": call.name, "arguments": ""}
            return self._chunk(
                {"tool_calls": [{"index": token.call, "id": call.id, "type": "function", "function": function}]}
            )
        return self._chunk({"tool_calls": [{"index": token.call, "function": {"arguments": token.text}}]})

    def closing(self) -> str:
        """The events after the last token: finish reason, usage if asked for, end mark."""
        events = self._chunk({}, self._reply.finish_reason)
        if self._reply.context.request.include_usage:
            events += self._event({"choices": [], "usage": usage(self._reply)})
        return events + "data: [DONE]\n\n"

    def error(self, error: GatewayError) -> str:
        """The event of an error inside a stream that began with 200; nothing follows it."""
        return f"data: {_encode(error_body(error, ''))}\n\n"

    def whole(self, tokens: list[Token]) -> dict[str, Any]:
        """The one JSON object of a reply that is not streamed."""
        content = "".join(token.text for token in tokens if token.kind == "answer")
        message: dict[str, Any] = {"role": "assistant", "content": content or (None if self._reply.calls else "")}
        if thinking := "".join(token.text for token in tokens if token.kind == "thinking"):
            message["reasoning_content"] = thinking
        if opened := [token.call for token in tokens if token.kind == "call"]:
            message["tool_calls"] = [self._whole_call(index, tokens) for index in opened]
        choice = {"index": 0, "message": message, "finish_reason": self._reply.finish_reason}
        return {**self._head, "object": "chat.completion", "choices": [choice], "usage": usage(self._reply)}

    def _whole_call(self, index: int, tokens: list[Token]) -> dict[str, Any]:
        call = self._reply.calls[index]
        arguments = "".join(token.text for token in tokens if token.kind == "arguments" and token.call == index)
        return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}

    def _chunk(self, delta: Mapping[str, Any], finish_reason: str | None = None) -> str:
        return self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]})

    def _event(self, fields: Mapping[str, Any]) -> str:
        return f"data: {_encode({**self._head, 'object': 'chat.completion.chunk', **fields})}\n\n"


def usage(reply: Reply) -> dict[str, Any]:
    """The usage object. Cached tokens are part of the prompt's, reasoning tokens part of the completion's."""
    prompt = reply.context.prompt_tokens
    return {
        "prompt_tokens": prompt,
        "completion_tokens": reply.completion_tokens,
        "total_tokens": prompt + reply.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": reply.context.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": reply.thinking_tokens},
    }


def error_body(error: GatewayError, request_id: str) -> dict[str, Any]:
    """The OpenAI-style envelope, which does not carry the request's id."""
    return {"error": {"message": error.message, "type": error.type, "param": error.param, "code": error.code}}


def _turn(message: object, index: int) -> Turn:
    where = f"messages[{index}]"
    if not isinstance(message, dict):
        raise bad_request(f"'{where}' must be an object, got {message!r}.", where)
    role = _ROLES.get(str(message.get("role")))
    if role is None:
        raise bad_request(
            f"'{where}.role' must be one of {', '.join(_ROLES)}, got {message.get('role')!r}.", f"{where}.role"
        )
    calls = _calls(message.get("tool_calls"), where) if role == "assistant" else ()
    thinking = message.get("reasoning_content")
    if thinking is not None and not isinstance(thinking, str):
        raise bad_request(f"'{where}.reasoning_content' must be a string.", f"{where}.reasoning_content")
    answers_call = message.get("tool_call_id")
    if role == "tool" and not isinstance(answers_call, str):
        raise bad_request(f"'{where}.tool_call_id' is required in a tool message.", f"{where}.tool_call_id")
    parts = tuple(_parts(message.get("content"), role, where, bool(calls)))
    return Turn(role, parts, thinking, calls, answers_call, index, f"{where}.reasoning_content")


def _parts(content: object, role: Role, where: str, may_be_empty: bool) -> Iterator[Text | Medium]:
    where = f"{where}.content"
    if content is None and may_be_empty:
        return
    if isinstance(content, str):
        yield Text(content)
        return
    if not isinstance(content, list) or not content:
        raise bad_request(f"'{where}' must be a string or a non-empty array of parts, got {content!r}.", where)
    for index, part in enumerate(content):
        yield _part(part, role, f"{where}[{index}]")


def _part(part: object, role: Role, where: str) -> Text | Medium:
    type = part.get("type") if isinstance(part, dict) else None
    if not isinstance(part, dict) or type not in ("text", "image_url", "video_url"):
        raise bad_request(f"'{where}.type' must be text, image_url or video_url, got {type!r}.", f"{where}.type")
    if type == "text":
        text = part.get("text")
        if not isinstance(text, str):
            raise bad_request(f"'{where}.text' must be a string, got {text!r}.", f"{where}.text")
        return Text(text)
    if role != "user":
        raise bad_request(f"'{where}': only user messages may carry {type}.", where)
    holder = part.get(type)
    url = holder.get("url") if isinstance(holder, dict) else holder
    return read_url(url, "image" if type == "image_url" else "video", f"{where}.{type}")


def _calls(calls: object, where: str) -> tuple[Call, ...]:
    where = f"{where}.tool_calls"
    if calls is None:
        return ()
    if not isinstance(calls, list):
        raise bad_request(f"'{where}' must be an array.", where)
    found = []
    for index, call in enumerate(calls):
        function = call.get("function") if isinstance(call, dict) else None
        if (
            not isinstance(function, dict)
            or not isinstance(function.get("name"), str)
            or not isinstance(call.get("id"), str)
        ):
            raise bad_request(f"'{where}[{index}]' needs an id and a function with a name.", f"{where}[{index}]")
        arguments = function.get("arguments", "")
        if not isinstance(arguments, str):
            raise bad_request(f"'{where}[{index}].function.arguments' must be a JSON string.", f"{where}[{index}]")
        found.append(Call(call["id"], function["name"], arguments))
    return tuple(found)


def _tools(tools: object) -> tuple[Tool, ...]:
    if tools is None or tools == []:
        return ()
    if not isinstance(tools, list):
        raise bad_request("'tools' must be an array.", "tools")
    found = []
    for index, tool in enumerate(tools):
        function = tool.get("function") if isinstance(tool, dict) else None
        if (
            not isinstance(function, dict)
            or tool.get("type") != "function"
            or not isinstance(function.get("name"), str)
        ):
            raise bad_request(
                f"'tools[{index}]' must be {{type: 'function', function: {{name, ...}}}}.", f"tools[{index}]"
            )
        schema = function.get("parameters") or {}
        if not isinstance(schema, dict):
            raise bad_request(f"'tools[{index}].function.parameters' must be an object.", f"tools[{index}]")
        found.append(Tool(function["name"], str(function.get("description") or ""), {"type": "object", **schema}))
    return tuple(found)


def _tool_choice(choice: object, tools: tuple[Tool, ...]) -> ToolChoice:
    match choice:
        case None | "auto":
            return ToolChoice("auto")
        case "none":
            return ToolChoice("none")
        case "required" if tools:
            return ToolChoice("required")
        case {"type": "function", "function": {"name": str(name)}} if name in {tool.name for tool in tools}:
            return ToolChoice("named", name)
    raise bad_request(
        f"'tool_choice' must be auto, none, required or name one of the tools, got {choice!r}.", "tool_choice"
    )
