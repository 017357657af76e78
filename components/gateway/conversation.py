"""A request as the simulator understands it, free of any wire's shape: pure values.

Every wire parses its JSON into a `Request`; everything behind the wires sees only this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from components.core.card import ParameterValue

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Text:
    """Written words."""

    text: str


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or clip. `data` is the file, or None when only the address `url` was given, which is not fetched.

    `where`: the field that it came in, for error messages, such as ``messages[0].content[1].image_url``.
    """

    kind: Literal["image", "video"]
    data: bytes | None = field(repr=False)
    url: str | None
    where: str


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call of an earlier assistant turn; `arguments` is JSON text."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. `thinking` is None when the assistant turn came without its reasoning.

    `index`: its index in the list that the request sends. `thinking_field`: where its thinking is or should be.
    """

    role: Role
    parts: tuple[Text | Medium, ...]
    thinking: str | None = None
    calls: tuple[Call, ...] = ()
    answers_call: str | None = None
    index: int = 0
    thinking_field: str = ""

    @property
    def text(self) -> str:
        """All text parts, one a line."""
        return "\n".join(part.text for part in self.parts if isinstance(part, Text))


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may call; `schema` is the JSON schema of its arguments."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """`mode` ``named`` forces the function `name`."""

    mode: Literal["auto", "none", "required", "named"] = "auto"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """`given`: the documented parameters that the body really carries, checked; defaults are not filled in.

    `parallel_calls`: one turn may make several tool calls.
    """

    model: str
    turns: tuple[Turn, ...]
    given: Mapping[str, ParameterValue]
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = ToolChoice()
    parallel_calls: bool = True
    stream: bool = False
    include_usage: bool = False

    @property
    def system(self) -> str:
        """All system prompts, one after the other; empty when there is none."""
        return "\n".join(turn.text for turn in self.turns if turn.role == "system")
