"""A program in sections, with its files and how to run it, and what is needed to write one in any language."""

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

# The most requests that a program with tools sends, since a model may call tools without end.
ROUNDS = 8

# In templates only lines that begin with %% are Jinja's, so that the others read as in the program.
_TEMPLATES = Environment(line_statement_prefix="%%", undefined=StrictUndefined, autoescape=False)  # no HTML
_TEMPLATES.filters |= {"python": PYTHON.write, "javascript": JAVASCRIPT.write, "shell": shlex.quote}


@dataclass(frozen=True, slots=True)
class Options:
    """What the request does not contain. `key_variable`: the environment variable with the key.

    `frames_from_clip`: the program takes frames from the clip itself, if its language can. `tool_answers`: tool name ->
    its result on the page, which the program returns until the user writes the tool.
    """

    base_url: str
    key_variable: str = "EMPIRIOLABS_API_KEY"
    frames_from_clip: bool = False
    tool_answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """All that a program is written from."""

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
        """Of each tool: its name, its result in the program, and the comment beside it."""
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
        """A comment line about where answer and thinking are in the reply; empty if the wire has no hint."""
        hint = self.body.wire.reading_hints[0 if self.request.stream else 1]
        return f"# {hint}\n" if hint else ""

    def render(self, template: str, **values: object) -> str:
        """The Jinja template filled in with the values that all templates share, and `values`."""
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
    """The model's name, made safe for a comment; without a name, ``the model``."""
    name = " ".join(job.request.card.display_name.split())
    plain = re.sub(r"[^\w .:@/+-]", "", name)
    return plain or "the model"


def tool_answers_in(messages: Iterable[Message]) -> dict[str, str]:
    """Tool name -> its first result in a conversation."""
    names: dict[str, str] = {}
    answers: dict[str, str] = {}
    for part in (part for message in messages for part in message.parts):
        if isinstance(part, ToolCallPart):
            names[part.id] = part.name
        elif isinstance(part, ToolResultPart) and part.call_id in names:
            answers.setdefault(names[part.call_id], part.content)
    return answers


def only_in_first_round(job: Job, dialect: Dialect) -> dict[str, Any]:
    """The body's fields for a loop of requests, in which some are sent only with the first.

    As on the page: every request with a search is billed for one, and a tool call that is forced again would never end.
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
    """A section of a program; each is a cell of the notebook."""

    title: str
    code: str


@dataclass(frozen=True, slots=True)
class Program:
    """A program. `install` and `run`: commands for a shell. `notes`: sentences about what it needs or cannot do."""

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
    """A language, or a package of one. `wires`: the endpoints that it has methods for; empty: any.

    `extracts_frames`: its programs can take frames from a clip.
    """

    name: str
    label: str
    wires: tuple[WireName, ...]
    write: Callable[[Job], Program]
    extracts_frames: bool = False

    def speaks(self, wire: WireName) -> bool:
        """Whether its programs can ask the endpoint."""
        return not self.wires or wire in self.wires
