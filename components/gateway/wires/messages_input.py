"""Reads the body of POST /v1/messages: system prompt and content blocks to the turns of a conversation.

Shapes: https://platform.claude.com/docs/en/api/messages (api-facts, section 5). The gateway translates them to chat
completions: each tool_result block becomes a tool message of its own, before or after the rest as it stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from components.core.card import ModelCard, ParameterValue
from components.gateway.conversation import Call, Medium, Request, Text, Tool, ToolChoice, Turn
from components.gateway.errors import bad_request
from components.gateway.media.data_urls import decode_base64, read_url
from components.gateway.parameters import check_parameter, read_parameters
from components.gateway.wires.fields import expect, read_flag, read_model, read_objects, read_parts, read_tools


def parse(body: Mapping[str, Any], card: ModelCard) -> Request:
    """Reads a request body. Raises: GatewayError 400 or 404 with `param` naming the field."""
    if body.get("max_tokens") is None:
        read_model(body, card)  # its error comes first
        raise bad_request("max_tokens: Field required", "max_tokens")
    return parse_prompt(body, card)


def parse_prompt(body: Mapping[str, Any], card: ModelCard) -> Request:
    """Reads a body whose tokens are to be counted: the same without ``max_tokens``. Raises: GatewayError as `parse`."""
    model = read_model(body, card)
    given = {**_thinking(body.get("thinking"), card), **read_parameters(body, card, {"stop": "stop_sequences"})}
    if _is_disabled(body.get("thinking")):
        given["enable_thinking"] = False
    messages = read_objects(body.get("messages"), "messages")
    tools = read_tools(
        body.get("tools"),
        lambda tool: tool if tool.get("type") in (None, "custom") else None,
        "input_schema",
        "{name, input_schema}",
    )
    choice, parallel = _tool_choice(body.get("tool_choice"), tools)
    turns = [turn for index, (message, where) in enumerate(messages) for turn in _turns(message, where, index)]
    return Request(
        model=model,
        turns=(*_system(body.get("system")), *turns),
        given=given,
        tools=tools,
        tool_choice=choice,
        parallel_calls=parallel,
        stream=read_flag(body, "stream"),
        include_usage=True,
    )


def _thinking(thinking: object, card: ModelCard) -> dict[str, ParameterValue]:
    """``thinking`` as the gateway's own parameters; those may be sent beside it and go first."""
    match thinking:
        case None | {"type": "disabled"}:
            return {}
        case {"type": "enabled" | "adaptive", **others}:
            budget = others.get("budget_tokens")
            if budget is None:
                return {"enable_thinking": True}
            name = "thinking.budget_tokens"
            if (known := card.parameters.get("thinking_budget")) is None:
                return {"enable_thinking": True}
            return {"enable_thinking": True, "thinking_budget": check_parameter(known, budget, name)}
    raise bad_request(f"'thinking.type' must be enabled, adaptive or disabled, got {thinking!r}.", "thinking")


def _is_disabled(thinking: object) -> bool:
    return isinstance(thinking, dict) and thinking.get("type") == "disabled"


def _system(system: object) -> tuple[Turn, ...]:
    if system is None or system == "" or system == []:
        return ()
    return (Turn("system", _contents(system, "system", ("text",))),)


def _turns(message: Mapping[str, Any], where: str, index: int) -> Iterator[Turn]:
    content = message.get("content")
    match message.get("role"):
        case "user":
            yield from _user_turns(content, f"{where}.content")
        case "assistant":
            yield _assistant_turn(content, index, f"{where}.content")
        case role:
            raise bad_request(f"'{where}.role' must be user or assistant, got {role!r}.", f"{where}.role")


def _user_turns(content: object, where: str) -> Iterator[Turn]:
    parts: list[Text | Medium] = []
    for block, at in read_parts(content, where):
        if block.get("type") != "tool_result":
            parts.append(_part(block, at, ("text", "image", "tool_result")))
            continue
        if parts:
            yield Turn("user", tuple(parts))
            parts = []
        call = expect(block.get("tool_use_id"), str, f"{at}.tool_use_id")
        results = _contents(block.get("content") or "", f"{at}.content", ("text", "image"))
        yield Turn("tool", results, answers_call=call)
    if parts:
        yield Turn("user", tuple(parts))


def _assistant_turn(content: object, index: int, where: str) -> Turn:
    parts: list[Text | Medium] = []
    thinking: list[str] = []
    calls: list[Call] = []
    for block, at in read_parts(content, where):
        match block.get("type"):
            case "thinking":
                thinking.append(expect(block.get("thinking"), str, f"{at}.thinking"))
            case "redacted_thinking":
                continue
            case "tool_use":
                calls.append(_call(block, at))
            case _:
                parts.append(_part(block, at, ("text", "thinking", "tool_use")))
    thought = "\n".join(filter(None, thinking)) or None
    return Turn("assistant", tuple(parts), thought, tuple(calls), index=index, thinking_field=where)


def _call(block: Mapping[str, Any], where: str) -> Call:
    match block:
        case {"id": str(id), "name": str(name), "input": dict(arguments)}:
            return Call(id, name, json.dumps(arguments, ensure_ascii=False))
    raise bad_request(f"'{where}' needs an id, a name and an input that is an object.", where)


def _contents(content: object, where: str, allowed: tuple[str, ...]) -> tuple[Text | Medium, ...]:
    return tuple(_part(block, at, allowed) for block, at in read_parts(content, where))


def _part(block: Mapping[str, Any], where: str, allowed: tuple[str, ...]) -> Text | Medium:
    match block:
        case {"type": "text"}:
            return Text(expect(block.get("text"), str, f"{where}.text"))
        case {"type": "image", "source": dict(source)} if "image" in allowed:
            return _image(source, f"{where}.source")
    raise bad_request(
        f"'{where}.type' must be one of {', '.join(allowed)}, got {block.get('type')!r}.", f"{where}.type"
    )


def _image(source: Mapping[str, Any], where: str) -> Medium:
    match source:
        case {"type": "url", "url": url}:
            return read_url(url, "image", f"{where}.url")
        case {"type": "base64", "media_type": str(kind), "data": str(data)} if kind.startswith("image/"):
            return Medium("image", decode_base64(data, f"{where}.data"), None, where)
    raise bad_request(
        f"'{where}' must be {{type: 'base64', media_type: 'image/...', data}} or {{type: 'url', url}}.", where
    )


def _tool_choice(choice: object, tools: tuple[Tool, ...]) -> tuple[ToolChoice, bool]:
    """The choice, and whether several calls may be made in one turn."""
    parallel = not read_flag(choice, "disable_parallel_tool_use") if isinstance(choice, dict) else True
    match choice:
        case None | {"type": "auto"}:
            return ToolChoice("auto"), parallel
        case {"type": "none"}:
            return ToolChoice("none"), parallel
        case {"type": "any"} if tools:
            return ToolChoice("required"), parallel
        case {"type": "tool", "name": str(name)} if name in {tool.name for tool in tools}:
            return ToolChoice("named", name), parallel
    raise bad_request(
        f"'tool_choice' must be of type auto, none, any or tool with the name of one, got {choice!r}.", "tool_choice"
    )
