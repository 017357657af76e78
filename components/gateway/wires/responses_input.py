"""Reads the body of POST /v1/responses: instructions and input items to the turns of a conversation.

Shapes: https://platform.openai.com/docs/api-reference/responses/create (api-facts, section 4). A reasoning item,
an assistant message and the calls after it are one assistant turn, as the upstream's chat format has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.core.card import ModelCard
from components.gateway.conversation import Call, Medium, Request, Role, Text, Tool, ToolChoice, Turn
from components.gateway.errors import bad_request
from components.gateway.media.data_urls import read_url
from components.gateway.parameters import read_parameters
from components.gateway.wires.fields import expect, read_flag, read_model, read_objects, read_parts, read_tools

_ROLES: Mapping[str, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}


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
    tools = read_tools(
        body.get("tools"),
        lambda tool: tool if tool.get("type") == "function" else None,
        "parameters",
        "{type: 'function', name, parameters}",
    )
    return Request(
        model=model,
        turns=(*_instructions(body.get("instructions")), *_turns(body.get("input"))),
        given=given,
        tools=tools,
        tool_choice=_tool_choice(body.get("tool_choice"), tools),
        parallel_calls=read_flag(body, "parallel_tool_calls", True),
        stream=read_flag(body, "stream"),
        include_usage=True,
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
    return (Turn("system", (Text(expect(text, str, "instructions")),)),) if text else ()


@dataclass(slots=True)
class _Pending:
    """An assistant turn whose items are still coming. `first_call`: index of its first call in the input."""

    thinking: list[str] = field(default_factory=list)
    parts: tuple[Text | Medium, ...] | None = None
    calls: list[Call] = field(default_factory=list)
    first_call: int = 0

    def turn(self) -> Turn:
        thinking = "\n".join(filter(None, self.thinking)) or None
        where = f"input[{self.first_call}]"
        return Turn("assistant", self.parts or (), thinking, tuple(self.calls), None, self.first_call, where)


def _turns(given: object) -> Iterator[Turn]:
    if isinstance(given, str) and given:
        yield Turn("user", (Text(given),))
        return
    pending: _Pending | None = None
    for index, (item, where) in enumerate(read_objects(given, "input")):
        type = item.get("type", "message" if "role" in item else None)
        is_answer = type == "message" and item.get("role") == "assistant"
        belongs = is_answer or type in ("reasoning", "function_call")
        if pending and (not belongs or _ends(pending, type)):
            yield pending.turn()
            pending = None
        if not belongs:
            yield _turn(item, type, where)
            continue
        pending = pending or _Pending()
        if type == "reasoning":
            pending.thinking.append(_reasoning(item, where))
        elif is_answer:
            pending.parts = _parts(item.get("content"), "assistant", f"{where}.content")
        else:
            pending.first_call = index if not pending.calls else pending.first_call
            pending.calls.append(_call(item, where))
    if pending:
        yield pending.turn()


def _ends(pending: _Pending, type: object) -> bool:
    """Whether an item of the model's own begins a new turn: thinking or an answer behind an answer or calls."""
    return type != "function_call" and (pending.parts is not None or bool(pending.calls))


def _turn(item: dict[str, Any], type: object, where: str) -> Turn:
    if type == "function_call_output":
        call = expect(item.get("call_id"), str, f"{where}.call_id")
        return Turn("tool", _parts(item.get("output"), "tool", f"{where}.output"), answers_call=call)
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
        parts = read_objects(item[name], f"{where}.{name}") if item.get(name) else ()
        if text := "\n".join(str(part.get("text") or "") for part, _ in parts):
            return text
    return ""


def _call(item: dict[str, Any], where: str) -> Call:
    values = [item.get(name) for name in ("call_id", "name", "arguments")]
    if not all(isinstance(value, str) for value in values):
        raise bad_request(f"'{where}' needs call_id, name and arguments, each a string.", where)
    return Call(*map(str, values))


def _parts(content: object, role: Role, where: str) -> tuple[Text | Medium, ...]:
    return tuple(_part(part, role, at) for part, at in read_parts(content, where))


def _part(part: Mapping[str, Any], role: Role, where: str) -> Text | Medium:
    match part.get("type"):
        case "input_text" | "output_text" | "text":
            return Text(expect(part.get("text"), str, f"{where}.text"))
        case "refusal":
            return Text(expect(part.get("refusal"), str, f"{where}.refusal"))
        case "input_image" if role in ("user", "tool"):
            return read_url(part.get("image_url"), "image", f"{where}.image_url")
        case "input_image":
            raise bad_request(f"'{where}': {role} messages cannot carry pictures.", where)
        case type:
            raise bad_request(f"'{where}.type' must be input_text, output_text or input_image, got {type!r}.", where)


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
