"""The wire of POST /v1/chat/completions: JSON to `Request`, and a reply to events or to one JSON object.

Shapes: OpenAI Chat Completions with `reasoning_content` beside `content`
(https://docs.empiriolabs.ai/compatibility, https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.core.card import ModelCard
from components.gateway.conversation import Call, Medium, Request, Role, Text, Tool, ToolChoice, Turn
from components.gateway.errors import GatewayError, bad_request
from components.gateway.media.data_urls import read_url
from components.gateway.parameters import read_parameters
from components.gateway.reply import Reply, Token
from components.gateway.wires.fields import (
    encode_json,
    expect,
    read_flag,
    read_model,
    read_objects,
    read_parts,
    read_tools,
)

PATH = "/chat/completions"
_ROLES: Mapping[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}
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
    messages = read_objects(body.get("messages"), "messages")
    turns = tuple(_turn(message, where, index) for index, (message, where) in enumerate(messages))
    tools = read_tools(
        body.get("tools"),
        lambda tool: tool.get("function") if tool.get("type") == "function" else None,
        "parameters",
        "{type: 'function', function: {name, ...}}",
    )
    return Request(
        model=model,
        turns=turns,
        given=given,
        tools=tools,
        tool_choice=_tool_choice(body.get("tool_choice"), tools),
        parallel_calls=read_flag(body, "parallel_tool_calls", True),
        stream=read_flag(body, "stream"),
        include_usage=bool(expect(body.get("stream_options") or {}, dict, "stream_options").get("include_usage")),
    )


class Encoder:
    """Writes one reply in this wire's format. `id` and `created` (Unix seconds) stand in every chunk."""

    def __init__(self, reply: Reply, id: str, created: int) -> None:
        self._reply = reply
        self._head = {"id": f"chatcmpl-{id}", "created": created, "model": reply.context.request.model}
        # Every chunk of a kind differs in its text only: the rest is written once, which is most of the cost.
        self._around = {
            kind: self._chunk({field: _MARK}).split(encode_json(_MARK))
            for kind, field in (("thinking", "reasoning_content"), ("answer", "content"))
        }

    def opening(self) -> str:
        """The events before the first token."""
        return self._chunk({"role": "assistant", "content": ""})

    def token(self, token: Token) -> str:
        """The event of one token."""
        if (around := self._around.get(token.kind)) is not None:
            return f"{around[0]}{encode_json(token.text)}{around[1]}"
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
        return f"data: {encode_json(error_body(error, ''))}\n\n"

    def reply_object(self, tokens: list[Token]) -> dict[str, Any]:
        """The one JSON object of a reply that is not streamed."""
        content = "".join(token.text for token in tokens if token.kind == "answer")
        message: dict[str, Any] = {"role": "assistant", "content": content or (None if self._reply.calls else "")}
        if thinking := "".join(token.text for token in tokens if token.kind == "thinking"):
            message["reasoning_content"] = thinking
        if opened := [token.call for token in tokens if token.kind == "call"]:
            message["tool_calls"] = [self._call_object(index, tokens) for index in opened]
        choice = {"index": 0, "message": message, "finish_reason": self._reply.finish_reason}
        return {**self._head, "object": "chat.completion", "choices": [choice], "usage": usage(self._reply)}

    def _call_object(self, index: int, tokens: list[Token]) -> dict[str, Any]:
        call = self._reply.calls[index]
        arguments = "".join(token.text for token in tokens if token.kind == "arguments" and token.call == index)
        return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}

    def _chunk(self, delta: Mapping[str, Any], finish_reason: str | None = None) -> str:
        return self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]})

    def _event(self, fields: Mapping[str, Any]) -> str:
        return f"data: {encode_json({**self._head, 'object': 'chat.completion.chunk', **fields})}\n\n"


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


def _turn(message: Mapping[str, Any], where: str, index: int) -> Turn:
    role = _ROLES.get(str(message.get("role")))
    if role is None:
        raise bad_request(
            f"'{where}.role' must be one of {', '.join(_ROLES)}, got {message.get('role')!r}.", f"{where}.role"
        )
    calls = tuple(_calls(message.get("tool_calls"), where)) if role == "assistant" else ()
    thinking = message.get("reasoning_content")
    if thinking is not None:
        expect(thinking, str, f"{where}.reasoning_content")
    answers_call = message.get("tool_call_id")
    if role == "tool":
        expect(answers_call, str, f"{where}.tool_call_id")
    content = message.get("content")
    parts = () if content is None and calls else read_parts(content, f"{where}.content")
    contents = tuple(_part(part, role, at) for part, at in parts)
    return Turn(role, contents, thinking, calls, answers_call, index, f"{where}.reasoning_content")


def _part(part: Mapping[str, Any], role: Role, where: str) -> Text | Medium:
    match part.get("type"):
        case "text":
            return Text(expect(part.get("text"), str, f"{where}.text"))
        case "image_url" | "video_url" as type:
            if role != "user":
                raise bad_request(f"'{where}': only user messages may carry {type}.", where)
            holder = part.get(type)
            url = holder.get("url") if isinstance(holder, dict) else holder
            return read_url(url, "image" if type == "image_url" else "video", f"{where}.{type}")
        case type:
            raise bad_request(f"'{where}.type' must be text, image_url or video_url, got {type!r}.", f"{where}.type")


def _calls(calls: object, where: str) -> Iterator[Call]:
    for call, at in read_objects(calls, f"{where}.tool_calls") if calls else ():
        match call:
            case {"id": str(id), "function": {"name": str(name), **function}}:
                yield Call(id, name, expect(function.get("arguments", ""), str, f"{at}.function.arguments"))
            case _:
                raise bad_request(f"'{at}' needs an id and a function with a name.", at)


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
