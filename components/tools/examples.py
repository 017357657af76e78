"""Example tools: definitions that are ready to use, with answers that this machine computes.

Each answer is JSON text, an error too: the model is to read what went wrong. None opens a connection or a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from components.core.request import Tool
from components.tools.calculator import calculate
from components.tools.climate import typical_weather
from components.tools.document import DOCUMENT, search


@dataclass(frozen=True, slots=True)
class ExampleTool:
    """A tool, a prompt that calls it, and what answers: it gets the arguments and the document to search.

    The answer raises ValueError with one sentence for arguments that it cannot use.
    """

    tool: Tool
    prompt: str
    answer: Callable[[Mapping[str, Any], str], dict[str, Any]]


def answer_call(name: str, arguments: str, document: str = DOCUMENT) -> str | None:
    """What the example tool `name` answers to the JSON text `arguments`; None when there is none of that name."""
    example = EXAMPLES.get(name)
    if example is None:
        return None
    try:
        given = json.loads(arguments or "{}")
        if not isinstance(given, dict):
            raise ValueError("the arguments must be an object")
        result = example.answer(given, document)
    except (ValueError, RecursionError) as error:
        result = {"error": f"{name}: {error}"}
    return json.dumps(result, ensure_ascii=False)


def _text(arguments: Mapping[str, Any], name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"`{name}` must be text, not {value!r}")
    return value.strip()


def _weather(arguments: Mapping[str, Any], document: str) -> dict[str, Any]:
    return typical_weather(_text(arguments, "city"), str(arguments.get("unit") or "celsius"))


def _calculator(arguments: Mapping[str, Any], document: str) -> dict[str, Any]:
    expression = _text(arguments, "expression")
    return {"expression": expression, "result": calculate(expression)}


def _search(arguments: Mapping[str, Any], document: str) -> dict[str, Any]:
    return {"passages": search(document, _text(arguments, "query"))}


_ALL = (
    ExampleTool(
        Tool(
            "get_weather",
            "Tells the typical weather of a city for this time of the year.",
            {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": "The city's English name, e.g. Paris."},
                    "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                },
                "required": ["city"],
            },
        ),
        "What is the weather in Paris and Rome?",
        _weather,
    ),
    ExampleTool(
        Tool(
            "calculator",
            "Computes an arithmetic expression: + - * / // % **, parentheses, sqrt, sin, cos, tan, log, exp, pi, e.",
            {
                "type": "object",
                "properties": {"expression": {"type": "string", "description": "e.g. (17 + 4) * 2 ** 10"}},
                "required": ["expression"],
            },
        ),
        "Use the calculator for 1234 * 5678.",
        _calculator,
    ),
    ExampleTool(
        Tool(
            "search_document",
            "Finds the passages of the document that answer a query best.",
            {
                "type": "object",
                "properties": {"query": {"type": "string", "description": "A few words to look for."}},
                "required": ["query"],
            },
        ),
        "Search the document: when is breakfast, and may I bring my dog?",
        _search,
    ),
)

EXAMPLES: Mapping[str, ExampleTool] = MappingProxyType({example.tool.name: example for example in _ALL})
