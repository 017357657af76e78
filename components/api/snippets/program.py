"""What every language makes: a program in sections, the files it reads, and how to run it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from components.api.snippets.body import Body, FrameText, MediaFile
from components.api.snippets.literals import JAVASCRIPT, PYTHON, Code, Dialect
from components.core.parts import Message, ToolCallPart, ToolResultPart
from components.core.request import RunRequest, WireName

# A loop of tools ends after so many requests, whatever the model asks for.
ROUNDS = 8

# In templates a line that begins with %% is Jinja's, so that all others read as they will stand in the program.
_TEMPLATES = Environment(line_statement_prefix="%%", undefined=StrictUndefined, autoescape=False)  # no HTML
_TEMPLATES.filters |= {"python": PYTHON.write, "javascript": JAVASCRIPT.write, "shell": shlex.quote}


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
    def extracts_frames(self) -> bool:
        """True when the program takes frames out of a clip."""
        return any(isinstance(reference, FrameText) for reference in self.body.references)

    @property
    def forced(self) -> bool:
        """True when the model must call a tool."""
        return self.request.tool_choice.mode in ("required", "named")

    @property
    def tool_answers(self) -> list[tuple[str, str, str]]:
        """Of each tool: its name, what it answers in the program, and the comment that says so."""
        known = self.options.tool_answers
        here = "put your own code here"
        return [
            (tool.name, known[tool.name], f"as answered in the playground; {here}")
            if tool.name in known
            else (tool.name, '{"error": "not implemented"}', here)
            for tool in self.request.tools
        ]

    @property
    def reading_hint(self) -> str:
        """A comment line that says where answer and thinking are in the reply; empty where the endpoint has none."""
        hint = self.body.wire.reading_hints[0 if self.request.stream else 1]
        return f"# {hint}\n" if hint else ""

    def render(self, template: str, **values: object) -> str:
        """Fills in a Jinja template: what all templates ask for, and `values`."""
        text: str = _compiled(template).render(
            stream=self.request.stream,
            tools=self.tool_answers,
            references=self.body.references,
            frames=self.extracts_frames,
            search="web_search_linkup" in self.request.parameters,
            forced=self.forced,
            model=model_name(self),
            base_url=self.options.base_url,
            variable=self.options.key_variable,
            wire=self.body.wire,
            rounds=ROUNDS,
            **values,
        )
        return text.rstrip("\n")


@cache
def _compiled(template: str) -> Template:
    return _TEMPLATES.from_string(template.strip("\n"))


def model_name(job: Job) -> str:
    """The model's name for a comment, which no name can end; without one, ``the model``."""
    name = " ".join(job.request.card.display_name.split())
    plain = re.sub(r"[^\w .:@/+-]", "", name)
    return plain or "the model"


def tool_answers_in(messages: Iterable[Message]) -> dict[str, str]:
    """What each tool answered first in a conversation: tool name -> text."""
    names: dict[str, str] = {}
    answers: dict[str, str] = {}
    for part in (part for message in messages for part in message.parts):
        if isinstance(part, ToolCallPart):
            names[part.id] = part.name
        elif isinstance(part, ToolResultPart) and part.call_id in names:
            answers.setdefault(names[part.call_id], part.content)
    return answers


def only_in_first_round(job: Job, dialect: Dialect) -> dict[str, Any]:
    """The body's fields, where those that a loop of tools must not send twice are expressions of its round.

    As on the page: a search is paid for with every request that asks for it, and a call that is forced again would
    never end.
    """
    fields = dict(job.body.fields)
    later: dict[str, Any] = {}
    if job.request.tools and fields.get("web_search_linkup"):
        later["web_search_linkup"] = False
    if job.request.tools and job.forced:
        auto = job.body.wire.auto_choice
        later["tool_choice"] = auto if isinstance(auto, str) else dict(auto)
    for name, value in later.items():
        fields[name] = Code(dialect.by_round.format(dialect.write(fields[name]), dialect.write(value)))
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
    extracts_frames: bool = False

    def speaks(self, wire: WireName) -> bool:
        """Whether its programs can ask the endpoint."""
        return not self.wires or wire in self.wires
