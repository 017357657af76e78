"""Reads tool definitions as a user types them, and says where each mistake is.

All three common shapes are read: chat completions (``{"type": "function", "function": {...}}``), responses (the
function itself) and messages (`input_schema` in place of `parameters`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from json_source_map import calculate
from jsonschema import Draft202012Validator

from components.core.request import Tool
from components.core.typed_json import NotJson, read_typed_json

# OpenAI's rule (https://platform.openai.com/docs/api-reference/chat/create, `tools`); Anthropic allows 128 characters.
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# OpenAI's limit, same page.
MOST_TOOLS = 128
# More would not be read by anybody; the first ones usually cause the rest.
_MISTAKES_SHOWN = 8
_ANYTHING = {"type": "object", "properties": {}}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, and where: `line` and `column` count from 1."""

    line: int
    column: int
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Definitions:
    """What a text defines. `tools` holds only whole ones; with a mistake nothing should be sent."""

    tools: tuple[Tool, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


def read_tools(text: str) -> Definitions:
    """Reads a list of tools, or a single one. An empty text defines none."""
    if not text.strip():
        return Definitions()
    try:
        listed = read_typed_json(text)
    except NotJson as error:
        return Definitions((), (Mistake(error.line, error.column, str(error)),))
    entries: list[tuple[Path, Any]] = list(_entries(listed))
    mistakes = [found for path, entry in entries for found in _mistakes_in(path, entry)]
    named = [(path, _function(path, entry)) for path, entry in entries]
    mistakes += _mistakes_between([(path, function.get("name")) for _, (path, function) in named])
    if len(entries) > MOST_TOOLS:
        mistakes.append(((), f"There are {len(entries)} tools; at most {MOST_TOOLS} are taken."))
    if mistakes:
        positions = calculate(text.removeprefix("\ufeff"))
        return Definitions((), tuple(_mistake_at(positions, path, words) for path, words in mistakes[:_MISTAKES_SHOWN]))
    return Definitions(tuple(_tool(function) for _, (_, function) in named))


def write_tools(tools: Iterable[Tool]) -> str:
    """The definitions as text to edit, in the shape of chat completions without its wrapping."""
    listed = [{"name": tool.name, "description": tool.description, "parameters": tool.parameters} for tool in tools]
    return json.dumps(listed, indent=2, ensure_ascii=False) if listed else ""


def _entries(listed: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(listed, list):
        yield from (((index,), entry) for index, entry in enumerate(listed))
    else:
        yield (), listed


def _function(path: Path, entry: Any) -> tuple[Path, dict[str, Any]]:
    """The function that an entry defines, and its path; empty when it defines none."""
    if isinstance(entry, dict) and isinstance(entry.get("function"), dict):
        return (*path, "function"), entry["function"]
    return path, entry if isinstance(entry, dict) else {}


def _schema_field(function: dict[str, Any]) -> str:
    return "parameters" if "parameters" in function or "input_schema" not in function else "input_schema"


def _tool(function: dict[str, Any]) -> Tool:
    return Tool(function["name"], function.get("description") or "", function.get(_schema_field(function)) or _ANYTHING)


def _mistakes_in(path: Path, entry: Any) -> Iterator[tuple[Path, str]]:
    if not isinstance(entry, dict):
        yield path, "A tool is an object with `name`, `description` and `parameters`."
        return
    kind = entry.get("type", "function")
    if kind not in ("function", "custom"):
        yield (*path, "type"), f'The type must be "function", not {json.dumps(kind)}: no other tools are supported.'
        return
    path, function = _function(path, entry)
    name, description = function.get("name"), function.get("description")
    if name is None:
        yield path, "The tool has no `name`."
    elif not isinstance(name, str) or not _NAME.fullmatch(name):
        yield (*path, "name"), "A name has 1 to 64 letters, digits, `_` or `-`."
    if description is not None and not isinstance(description, str):
        yield (*path, "description"), "The description must be text."
    field = _schema_field(function)
    schema = function.get(field)
    if schema is None:
        return
    if not isinstance(schema, dict):
        yield (*path, field), f"`{field}` must be a JSON schema, an object."
        return
    if schema and schema.get("type", "object") != "object":
        yield (*path, field, "type"), 'The arguments of a function are an object: the schema\'s type must be "object".'
    for error in sorted(Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema), key=str):
        yield (*path, field, *error.absolute_path), f"No valid JSON schema: {error.message}."


def _mistakes_between(names: list[tuple[Path, Any]]) -> Iterator[tuple[Path, str]]:
    seen: set[str] = set()
    for path, name in names:
        if isinstance(name, str) and name in seen:
            yield (*path, "name"), f"Two tools are called {name!r}."
        elif isinstance(name, str):
            seen.add(name)


def _mistake_at(positions: Any, path: Path, words: str) -> Mistake:
    pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)
    start = positions[pointer].value_start
    return Mistake(start.line + 1, start.column + 1, words)
