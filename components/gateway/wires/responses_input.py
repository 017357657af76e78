"""Reads the body of POST /v1/responses: instructions and input items to the turns of a conversation.

Shapes: https://platform.openai.com/docs/api-reference/responses/create (api-facts, section 4). A reasoning item,
an assistant message and the calls after it are one assistant turn, as the upstream's chat format has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from components.core.card import ModelCard
from components.gateway.conversation import Call, Medium, Request, Role, Text, Tool, ToolChoice, Turn
from components.gateway.errors import bad_request
from components.gateway.media.data_urls import read_url
from components.gateway.parameters import read_parameters
from components.gateway.wires.fields import read_flag, read_model
from components.gateway.wires.tools import named_tool, tools_text

_ROLES: Mapping[str, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
_TEXTS = ("input_text", "output_text", "text")


def parse(body: Mapping[str, Any], card: ModelCard) -> Request:
    """Reads a request body. Raises: GatewayError 400 or 404 with `param` naming the field."""
    model = read_model(body, card)
    given = read_parameters(_with_effort(body), card, {"max_tokens": "max_output_tokens"})
    if body.get("previous_response_id") is not None:
        raise bad_request(
            "'previous_response_id' is not supported: responses are not stored. Send the whole input.",
            "previous_response_id",
        )
    match body.get("text"):
        case {"format": {"type": str(kind)}} if kind != "text":
            raise bad_request(f"'text.format' is not supported by {card.id}: no structured output.", "text.format")
    tools = _tools(body.get("tools"))
    return Request(
        model=model,
        turns=(*_instructions(body.get("instructions")), *_turns(body.get("input"))),
        given=given,
        tools=tools,
        tool_choice=_tool_choice(body.get("tool_choice"), tools),
        parallel_calls=read_flag(body, "parallel_tool_calls", True),
        stream=read_flag(body, "stream"),
        include_usage=True,
        tools_text=tools_text(tools),
    )


def instructions(request: Request) -> str | None:
    """The instructions of a request, to echo them; None without any."""
    first = request.turns[0]
    return first.text if first.role == "system" else None


def _with_effort(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body with ``reasoning.effort`` under the gateway's own name, which goes first when both are sent."""
    match body.get("reasoning"):
        case {"effort": effort} if body.get("reasoning_effort") is None:
            return {**body, "reasoning_effort": effort}
    return body


def _instructions(text: object) -> tuple[Turn, ...]:
    if text is None or text == "":
        return ()
    if not isinstance(text, str):
        raise bad_request(f"'instructions' must be a string, got {text!r}.", "instructions")
    return (Turn("system", (Text(text),)),)


@dataclass(slots=True)
class _Pending:
    """An assistant turn whose items are still coming. `first_call`: place of its first call in the input."""

    thinking: list[str] = field(default_factory=list)
    parts: tuple[Text | Medium, ...] | None = None
    calls: list[Call] = field(default_factory=list)
    first_call: int = 0

    def turn(self) -> Turn:
        thinking = "\n".join(filter(None, self.thinking)) or None
        where = f"input[{self.first_call}]"
        return Turn("assistant", self.parts or (), thinking, tuple(self.calls), None, self.first_call, where)


def _turns(given: object) -> list[Turn]:
    if isinstance(given, str) and given:
        return [Turn("user", (Text(given),))]
    if not isinstance(given, list) or not given:
        raise bad_request("'input' is required and must be a string or a non-empty array of items.", "input")
    turns: list[Turn] = []
    pending: _Pending | None = None
    for index, item in enumerate(given):
        where = f"input[{index}]"
        if not isinstance(item, dict):
            raise bad_request(f"'{where}' must be an object, got {item!r}.", where)
        type = item.get("type", "message" if "role" in item else None)
        is_answer = type == "message" and item.get("role") == "assistant"
        begins = type == "reasoning" or is_answer and pending is not None and pending.parts is not None
        if pending and (begins and (pending.parts is not None or pending.calls) or is_answer and pending.calls):
            turns.append(pending.turn())
            pending = None
        if type == "reasoning" or type == "function_call" or is_answer:
            pending = pending or _Pending()
            _add(item, str(type), where, index, pending)
            continue
        if pending:
            turns.append(pending.turn())
            pending = None
        turns.append(_turn(item, type, where))
    if pending:
        turns.append(pending.turn())
    return turns


def _add(item: dict[str, Any], type: str, where: str, index: int, pending: _Pending) -> None:
    """Adds one item of the model's own to the assistant turn it belongs to."""
    if type == "reasoning":
        pending.thinking.append(_reasoning(item, where))
    elif type == "function_call":
        pending.first_call = index if not pending.calls else pending.first_call
        pending.calls.append(_call(item, where))
    else:
        pending.parts = _parts(item.get("content"), "assistant", f"{where}.content")


def _turn(item: dict[str, Any], type: object, where: str) -> Turn:
    if type == "function_call_output":
        if not isinstance(item.get("call_id"), str):
            raise bad_request(f"'{where}.call_id' is required in a function_call_output.", f"{where}.call_id")
        return Turn("tool", _parts(item.get("output"), "tool", f"{where}.output"), answers_call=item["call_id"])
    if type != "message":
        raise bad_request(
            f"'{where}.type' must be message, reasoning, function_call or function_call_output, got {type!r}.",
            f"{where}.type",
        )
    role = _ROLES.get(str(item.get("role")))
    if role is None:
        raise bad_request(
            f"'{where}.role' must be one of {', '.join(_ROLES)}, got {item.get('role')!r}.", f"{where}.role"
        )
    return Turn(role, _parts(item.get("content"), role, f"{where}.content"))


def _reasoning(item: dict[str, Any], where: str) -> str:
    """The text of a reasoning item: its content, or else its summary."""
    for name in ("content", "summary"):
        parts = item.get(name) or []
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            raise bad_request(f"'{where}.{name}' must be an array of parts.", f"{where}.{name}")
        if text := "\n".join(str(part.get("text") or "") for part in parts):
            return text
    return ""


def _call(item: dict[str, Any], where: str) -> Call:
    values = [item.get(name) for name in ("call_id", "name", "arguments")]
    if not all(isinstance(value, str) for value in values):
        raise bad_request(f"'{where}' needs call_id, name and arguments, each a string.", where)
    return Call(*map(str, values))


def _parts(content: object, role: Role, where: str) -> tuple[Text | Medium, ...]:
    if isinstance(content, str):
        return (Text(content),)
    if not isinstance(content, list) or not content:
        raise bad_request(f"'{where}' must be a string or a non-empty array of parts, got {content!r}.", where)
    return tuple(_part(part, role, f"{where}[{index}]") for index, part in enumerate(content))


def _part(part: object, role: Role, where: str) -> Text | Medium:
    type = part.get("type") if isinstance(part, dict) else None
    if not isinstance(part, dict) or type not in (*_TEXTS, "refusal", "input_image"):
        raise bad_request(f"'{where}.type' must be input_text, output_text or input_image, got {type!r}.", where)
    if type == "input_image":
        if role not in ("user", "tool"):
            raise bad_request(f"'{where}': {role} messages cannot carry pictures.", where)
        return read_url(part.get("image_url"), "image", f"{where}.image_url")
    text = part.get("refusal" if type == "refusal" else "text")
    if not isinstance(text, str):
        raise bad_request(f"'{where}.text' must be a string, got {text!r}.", f"{where}.text")
    return Text(text)


def _tools(tools: object) -> tuple[Tool, ...]:
    if tools is None:
        return ()
    if not isinstance(tools, list):
        raise bad_request("'tools' must be an array.", "tools")
    for index, tool in enumerate(tools):
        if not isinstance(tool, dict) or tool.get("type") != "function":
            raise bad_request(
                f"'tools[{index}]' must be {{type: 'function', name, parameters}}: no other tool is offered.",
                f"tools[{index}]",
            )
    return tuple(named_tool(tool, "parameters", f"tools[{index}]") for index, tool in enumerate(tools))


def _tool_choice(choice: object, tools: tuple[Tool, ...]) -> ToolChoice:
    match choice:
        case None | "auto":
            return ToolChoice("auto")
        case "none":
            return ToolChoice("none")
        case "required" if tools:
            return ToolChoice("required")
        case {"type": "function", "name": str(name)} if name in {tool.name for tool in tools}:
            return ToolChoice("named", name)
    raise bad_request(
        f"'tool_choice' must be auto, none, required or name one of the tools, got {choice!r}.", "tool_choice"
    )
