"""Decides whether a tool is called and with what, from its JSON schema and the words of the prompt.

Documented: tools and tool_choice pass straight through; Kimi's native call ids are ``functions.<name>:<index>``
with an index that counts over the conversation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from components.gateway.composer.prose import key_terms
from components.gateway.conversation import Call, Request, Tool

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_QUOTED = re.compile(r"[\"“'‘]([^\"”'’]+)[\"”'’]")
_CAPITALISED = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÀ-Þ][\w'-]*(?:\s+[A-ZÀ-Þ][\w'-]*)*")
_DEEPEST = 6


def choose_calls(request: Request) -> tuple[Call, ...]:
    """The calls this turn makes: at most one, none while tool results wait to be answered."""
    tool = _chosen_tool(request)
    if tool is None:
        return ()
    index = sum(len(turn.calls) for turn in request.turns)
    prompt = request.last_user.text if request.last_user else ""
    arguments = _Hints(prompt).value_for(tool.schema, "", 0)
    return (Call(f"functions.{tool.name}:{index}", tool.name, json.dumps(arguments, ensure_ascii=False)),)


def _chosen_tool(request: Request) -> Tool | None:
    choice = request.tool_choice
    if choice.mode == "none" or not request.tools or request.turns[-1].role == "tool":
        return None
    if choice.mode == "named":
        return next(tool for tool in request.tools if tool.name == choice.name)
    prompt = (request.last_user.text if request.last_user else "").lower()
    best = max(request.tools, key=lambda tool: _fit(tool, prompt))
    return best if _fit(best, prompt) or choice.mode == "required" else None


def _fit(tool: Tool, prompt: str) -> int:
    """How well a tool fits: its name counts most, then the words of its name, then those of its description."""
    words = set(re.findall(r"[a-z]{3,}", prompt))
    name_words = set(re.findall(r"[a-z]{3,}", re.sub(r"([a-z])([A-Z])", r"\1 \2", tool.name).lower().replace("_", " ")))
    described = {term for term, _ in key_terms(tool.description)} & words
    return 100 * (tool.name.lower() in prompt) + 10 * len(name_words & words - {"get", "the", "set"}) + len(described)


class _Hints:
    """What the prompt offers as values; each is used once, in the order of the schema."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt
        self._numbers = _NUMBER.findall(prompt)
        self._texts = _QUOTED.findall(prompt) or _CAPITALISED.findall(prompt)

    def value_for(self, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        """A value that fits the schema: a constant, an enum value, one from the prompt, or the default."""
        if "const" in schema:
            return schema["const"]
        if options := schema.get("enum"):
            named = (option for option in options if str(option).lower() in self._prompt.lower())
            return next(named, schema.get("default", options[0]))
        type = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(type, list):
            type = next((entry for entry in type if entry != "null"), "string")
        match type:
            case "object":
                properties = schema.get("properties") or {}
                if depth >= _DEEPEST or not isinstance(properties, dict):
                    return {}
                return {
                    key: self.value_for(entry, key, depth + 1)
                    for key, entry in properties.items()
                    if isinstance(entry, dict)
                }
            case "array":
                entry = schema.get("items")
                return [self.value_for(entry, name, depth + 1)] if isinstance(entry, dict) and depth < _DEEPEST else []
            case "integer" | "number":
                return self._number(schema, whole=type == "integer")
            case "boolean":
                return schema.get("default", True)
            case "null":
                return None
        return self._text(schema, name)

    def _number(self, schema: Mapping[str, Any], *, whole: bool) -> int | float:
        low, high = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
        for place, found in enumerate(self._numbers):
            value = float(found)
            if low <= value <= high and (value.is_integer() or not whole):
                del self._numbers[place]
                return int(value) if value.is_integer() else value
        default = schema.get("default", schema.get("minimum", 1))
        return default if isinstance(default, int | float) else 1

    def _text(self, schema: Mapping[str, Any], name: str) -> str:
        if self._texts:
            return str(self._texts.pop(0))
        if isinstance(schema.get("default"), str):
            return str(schema["default"])
        words = re.search(r"\b(?:in|for|of|about|to|on)\s+([\w-]+)\s*[?.!]?\s*$", self._prompt)
        if words:
            return words.group(1)
        return self._prompt.strip()[:200] or name
