"""`RunRequest`: everything one generation needs, before any wire has given it a shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from components.core.card import NO_CARD, ModelCard, ParameterValue
from components.core.parts import Message

WireName = str
"""An endpoint's name in `components.api.wires.registry`; here any is possible, as in a run of a newer version."""

ToolMode = Literal["auto", "none", "required", "named"]


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may call. `parameters` is a JSON schema of type object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """Whether the model may, must or must not call; with mode ``named``, that it must call the function `name`."""

    mode: ToolMode = "auto"
    name: str = ""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One generation: the conversation so far, its last message being the user's or the tools', and the settings.

    `parameters` holds exactly the documented parameters that are sent (already validated and resolved by
    `components.params`); a parameter that is not in it is left to the API's default. `card`: what is known about the
    model at the address that is asked.
    """

    model: str
    messages: tuple[Message, ...]
    wire: WireName = "chat_completions"
    system: str = ""
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = ToolChoice()
    stream: bool = True
    card: ModelCard = field(default=NO_CARD, repr=False)

    @property
    def search_query(self) -> str:
        """What Linkup is asked when `web_search_linkup` is on: documented as the latest user message."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")
