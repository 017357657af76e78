"""What every language makes: a program in sections, the files it reads, and how to run it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.api.snippets.body import Body, MediaFile
from components.core.parts import Message, ToolCallPart, ToolResultPart
from components.core.request import RunRequest, WireName


@dataclass(frozen=True, slots=True)
class Options:
    """What the request does not say. `key_variable`: the environment variable that the program takes its key from.

    `frames_from_clip`: frames are taken from the clip by the program itself, where its language can.
    `tool_answers`: tool name -> what it answered on the page, for the tools that have no code of their own yet.
    """

    base_url: str
    key_variable: str = "EMPIRIOLABS_API_KEY"
    frames_from_clip: bool = False
    tool_answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """One program to be written."""

    request: RunRequest
    body: Body
    options: Options

    @property
    def circumstances(self) -> set[str]:
        """The words that templates ask for."""
        found = {self.request.wire, "stream" if self.request.stream else "whole"}
        if self.request.tools:
            found.add("tools")
        if self.body.references:
            found.add("references")
        if "web_search_linkup" in self.request.parameters:
            found.add("search")
        if self.request.tool_choice.mode in ("required", "named"):
            found.add("forced")
        return found


def model_name(job: Job) -> str:
    """The model's name for a comment, which no name can end; without one, ``the model``."""
    name = " ".join(job.request.card.display_name.split())
    plain = re.sub(r"[^\w .:@/+-]", "", name)
    return plain or "the model"


def answers_in(messages: Iterable[Message]) -> dict[str, str]:
    """What each tool answered first in a conversation: tool name -> text."""
    names: dict[str, str] = {}
    answers: dict[str, str] = {}
    for part in (part for message in messages for part in message.parts):
        if isinstance(part, ToolCallPart):
            names[part.id] = part.name
        elif isinstance(part, ToolResultPart) and part.call_id in names:
            answers.setdefault(names[part.call_id], part.content)
    return answers


def only_in_first_round(job: Job, conditional: Callable[[Any, Any], Any]) -> dict[str, Any]:
    """The body's fields, where those that a loop of tools must not send twice depend on its round.

    As on the page: a search is paid for with every request that asks for it, and a call that is forced again would
    never end. `conditional` makes the expression: its first argument in the first round, its second in later ones.
    """
    fields = dict(job.body.fields)
    if not job.request.tools:
        return fields
    if fields.get("web_search_linkup"):
        fields["web_search_linkup"] = conditional(True, False)
    if job.request.tool_choice.mode in ("required", "named"):
        standing = job.body.wire.auto_choice
        auto = standing if isinstance(standing, str) else dict(standing)
        fields["tool_choice"] = conditional(fields["tool_choice"], auto)
    return fields


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a program that stands for itself: a cell of a notebook."""

    title: str
    code: str


@dataclass(frozen=True, slots=True)
class Program:
    """A whole program. `install` and `run` are what is typed into a shell; `notes` say what it cannot do."""

    filename: str
    language: str
    install: str
    run: str
    code: str
    sections: tuple[Section, ...]
    files: tuple[MediaFile, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A way to write programs. `wires`: the endpoints that its package has methods for; empty: any."""

    name: str
    label: str
    wires: tuple[WireName, ...]
    write: Callable[[Job], Program]
    takes_frames: bool = False

    def speaks(self, wire: WireName) -> bool:
        """Whether its programs can ask the endpoint."""
        return not self.wires or wire in self.wires
