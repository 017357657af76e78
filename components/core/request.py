"""`RunRequest`: everything one generation needs, before any wire has given it a shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from components.core.parts import Message

WireName = Literal["chat_completions", "responses", "messages"]

ParameterValue = float | int | bool | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may call. `parameters` is a JSON schema of type object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One generation: the conversation so far, its last message being the user's, and the settings.

    `parameters` holds exactly the documented parameters that are sent (already validated and resolved by
    `components.params`); a parameter that is not in it is left to the API's default.
    """

    model: str
    messages: tuple[Message, ...]
    wire: WireName = "chat_completions"
    system: str = ""
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    tools: tuple[Tool, ...] = ()
    stream: bool = True
