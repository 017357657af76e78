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
from components.gateway.wires.fields import read_flag, read_model
from components.gateway.wires.tools import named_tool, tools_text


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
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise bad_request("'messages' is required and must be a non-empty array.", "messages")
    tools = _tools(body.get("tools"))
    choice, parallel = _tool_choice(body.get("tool_choice"), tools)
    turns = [turn for index, message in enumerate(messages) for turn in _turns(message, index)]
    return Request(
        model=model,
        turns=(*_system(body.get("system")), *turns),
        given=given,
        tools=tools,
        tool_choice=choice,
        parallel_calls=parallel,
        stream=read_flag(body, "stream"),
        include_usage=True,
        tools_text=tools_text(tools),
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


def _turns(message: object, index: int) -> Iterator[Turn]:
    where = f"messages[{index}]"
    if not isinstance(message, dict):
        raise bad_request(f"'{where}' must be an object, got {message!r}.", where)
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
    for block, at in _blocks(content, where):
        if block.get("type") != "tool_result":
            parts.append(_part(block, at, ("text", "image", "tool_result")))
            continue
        if parts:
            yield Turn("user", tuple(parts))
            parts = []
        if not isinstance(block.get("tool_use_id"), str):
            raise bad_request(f"'{at}.tool_use_id' is required in a tool_result.", f"{at}.tool_use_id")
        result = block.get("content")
        results = _contents(result, f"{at}.content", ("text", "image")) if result else (Text(""),)
        yield Turn("tool", results, answers_call=block["tool_use_id"])
    if parts:
        yield Turn("user", tuple(parts))


def _assistant_turn(content: object, index: int, where: str) -> Turn:
    parts: list[Text | Medium] = []
    thinking: list[str] = []
    calls: list[Call] = []
    for block, at in _blocks(content, where):
        match block.get("type"):
            case "thinking":
                if not isinstance(block.get("thinking"), str):
                    raise bad_request(f"'{at}.thinking' must be a string.", f"{at}.thinking")
                thinking.append(block["thinking"])
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


def _blocks(content: object, where: str) -> list[tuple[dict[str, Any], str]]:
    """The content blocks with their places; a string is one text block."""
    if isinstance(content, str):
        return [({"type": "text", "text": content}, where)]
    if not isinstance(content, list) or not content:
        raise bad_request(f"'{where}' must be a string or a non-empty array of blocks, got {content!r}.", where)
    for index, block in enumerate(content):
        if not isinstance(block, dict):
            raise bad_request(f"'{where}[{index}]' must be an object, got {block!r}.", f"{where}[{index}]")
    return [(block, f"{where}[{index}]") for index, block in enumerate(content)]


def _contents(content: object, where: str, allowed: tuple[str, ...]) -> tuple[Text | Medium, ...]:
    return tuple(_part(block, at, allowed) for block, at in _blocks(content, where))


def _part(block: Mapping[str, Any], where: str, allowed: tuple[str, ...]) -> Text | Medium:
    match block:
        case {"type": "text", "text": str(text)}:
            return Text(text)
        case {"type": "text"}:
            raise bad_request(f"'{where}.text' must be a string, got {block.get('text')!r}.", f"{where}.text")
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


def _tools(tools: object) -> tuple[Tool, ...]:
    if tools is None:
        return ()
    if not isinstance(tools, list):
        raise bad_request("'tools' must be an array.", "tools")
    for index, tool in enumerate(tools):
        if not isinstance(tool, dict) or tool.get("type") not in (None, "custom"):
            raise bad_request(
                f"'tools[{index}]' must be {{name, input_schema}}: no other tool is offered.", f"tools[{index}]"
            )
    return tuple(named_tool(tool, "input_schema", f"tools[{index}]") for index, tool in enumerate(tools))


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
