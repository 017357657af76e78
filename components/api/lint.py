"""Checks a body before it is sent, on any wire: what an API would refuse, and what is doubtful.

The rules between messages (calls, results, thinking) are here, those of parameters in the card. Sources: the notes
on the API (tool turns and their thinking, `tool_choice` while thinking), and the three formats' own rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components.api.wires.reading import object_in, objects_in, text_in
from components.api.wires.registry import WIRES
from components.core.card import ModelCard
from components.core.request import WireName
from components.params.validation import validate

_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_FIELDS_EVERYWHERE = {"model", "stream", "tools", "tool_choice", "parallel_tool_calls"}


@dataclass(frozen=True, slots=True)
class Finding:
    """`refused`: an API of this kind answers with an error. `doubtful`: some APIs do, or it has no effect."""

    severity: Literal["refused", "doubtful"]
    sentence: str


def lint(wire: WireName, body: Mapping[str, Any], card: ModelCard) -> list[Finding]:
    """The findings about a body for the card's model, those that would be refused first."""
    found = [*_frame(wire, body, card), *_parameters(wire, body, card), *_tools(wire, body), *_history(wire, body)]
    return sorted(found, key=lambda finding: finding.severity == "doubtful")


def _refused(sentence: str) -> Finding:
    return Finding("refused", sentence)


def _frame(wire: WireName, body: Mapping[str, Any], card: ModelCard) -> Iterator[Finding]:
    if not text_in(body.get("model")):
        yield _refused("`model` is missing: the id of the model, as text.")
    format = WIRES[wire]
    history = format.history
    if not isinstance(body.get(history), list | str) or not body[history]:
        yield _refused(f"`{history}` is missing or empty.")
    elif isinstance(body[history], str) and not format.history_may_be_text:
        yield _refused(f"`{history}` must be a list of messages.")
    for name in format.required:
        if name not in body:
            yield _refused(f"`{name}` is required on this endpoint.")
    if not isinstance(body.get("stream", False), bool):
        yield _refused("`stream` must be true or false.")
    documented = {format.history, *filter(None, [format.system]), *format.fields, *format.required}
    known = _FIELDS_EVERYWHERE | documented | {field.split(".")[0] for field in format.parameter_fields(card).values()}
    for name in body:
        if name not in known:
            yield Finding("doubtful", f"`{name}` is not documented for this endpoint: it may be ignored or refused.")


def _parameters(wire: WireName, body: Mapping[str, Any], card: ModelCard) -> Iterator[Finding]:
    parameters = {name: _hashable(value) for name, value in WIRES[wire].parameters_in(body, card).items()}
    for sentence in validate(parameters, card).problems.values():
        yield _refused(f"{sentence}.".replace("..", "."))


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _tools(wire: WireName, body: Mapping[str, Any]) -> Iterator[Finding]:
    listed = body.get("tools")
    if listed is not None and not isinstance(listed, list):
        yield _refused("`tools` must be a list.")
    names = [_tool_name(wire, tool) for tool in objects_in(listed)]
    for name in names:
        if not _TOOL_NAME.fullmatch(name):
            yield _refused(f"The tool name {name!r} must have 1 to 64 letters, digits, `_` or `-`.")
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _refused(f"Two tools are called {name!r}.")
    mode, wanted = _tool_choice(wire, body.get("tool_choice"))
    if mode in ("required", "named") and not names:
        yield _refused("`tool_choice` asks for a call, but there are no tools.")
    elif mode == "named" and wanted not in names:
        yield _refused(f"`tool_choice` names {wanted!r}, which is not among the tools.")
    if mode in ("required", "named") and _thinks(body):
        yield Finding(
            "doubtful",
            "`tool_choice` forces a call while thinking is on: Moonshot's and Alibaba's endpoints take only auto or "
            "none then. Turn thinking off to be sure.",
        )


def _tool_name(wire: WireName, tool: dict[str, Any]) -> str:
    return text_in((object_in(tool.get("function")) if WIRES[wire].tools_in_function else tool).get("name"))


def _tool_choice(wire: WireName, choice: Any) -> tuple[str, str]:
    """The mode as in `ToolMode`, and the name of the function where it is a named one."""
    if isinstance(choice, str):
        return choice, ""
    kind = text_in(object_in(choice).get("type"))
    named = object_in(choice.get("function")) if kind == "function" and WIRES[wire].tools_in_function else choice
    if kind in ("function", "tool"):
        return "named", text_in(object_in(named).get("name"))
    return {"any": "required"}.get(kind, kind or "auto"), ""


def _thinks(body: Mapping[str, Any]) -> bool:
    off = object_in(body.get("thinking")).get("type") == "disabled"
    return body.get("enable_thinking") is not False and body.get("reasoning_effort") != "none" and not off


def _history(wire: WireName, body: Mapping[str, Any]) -> Iterator[Finding]:
    steps = list(WIRES[wire].steps(objects_in(body.get(WIRES[wire].history))))
    unanswered: list[str] = []
    for number, step in enumerate(steps, start=1):
        for id in step.answers:
            if id in unanswered:
                unanswered.remove(id)
            else:
                yield _refused(f"Message {number} answers the call {id!r}, which nothing before it made.")
        if unanswered and step.role != "tool":
            yield _refused(f"The call {unanswered[0]!r} has no result before message {number}.")
            unanswered = []
        unanswered += step.calls
        if step.calls and _thinks(body):
            if step.thinking is None:
                yield _refused(
                    f"Message {number} calls a tool but comes back without its thinking, which is refused while "
                    "thinking is on. Send its thinking, or turn thinking off."
                )
            elif not step.thinking:
                yield Finding(
                    "doubtful",
                    f"The thinking of message {number}, which calls a tool, is empty: none was reported. It may be "
                    "refused.",
                )
    if unanswered:
        yield _refused(f"The call {unanswered[0]!r} at the end has no result.")
    elif steps and steps[-1].role == "assistant":
        yield Finding(
            "doubtful", "The last message is the model's own: whether it goes on from there is not documented."
        )
