"""What every wire reads the same way: values of a kind, lists of objects, the model, declared tools."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from components.core.card import ModelCard
from components.gateway.conversation import Tool
from components.gateway.errors import GatewayError, bad_request

_Kind = TypeVar("_Kind")
_NAMES: Mapping[type, str] = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}

encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Writes a value as every wire does, without spaces."""


def expect(value: object, kind: type[_Kind], where: str) -> _Kind:
    """The value, which must be of this kind. Raises: GatewayError 400 with `where` as `param`."""
    if not isinstance(value, kind):
        raise bad_request(f"'{where}' must be {_NAMES[kind]}, got {value!r:.200}.", where)
    return value


def read_objects(value: object, where: str) -> list[tuple[dict[str, Any], str]]:
    """The objects of a list that must not be empty, each with its place. Raises: GatewayError 400."""
    if not isinstance(value, list) or not value:
        raise bad_request(f"'{where}' is required and must be a non-empty array, got {value!r:.200}.", where)
    places = [f"{where}[{index}]" for index in range(len(value))]
    return [(expect(entry, dict, at), at) for entry, at in zip(value, places, strict=True)]


def read_parts(content: object, where: str) -> list[tuple[dict[str, Any], str]]:
    """The parts of a content, each with its place; a string is one text part. Raises: GatewayError 400."""
    if isinstance(content, str):
        return [({"type": "text", "text": content}, where)]
    if not isinstance(content, list) or not content:
        raise bad_request(f"'{where}' must be a string or a non-empty array of parts, got {content!r:.200}.", where)
    return read_objects(content, where)


def read_model(body: Mapping[str, Any], card: ModelCard) -> str:
    """The model asked for. Raises: GatewayError 400 when it is missing, 404 when it is not the card's."""
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise bad_request("'model' is required and must be a string.", "model")
    if model != card.id:
        raise GatewayError(404, "model_not_found", f"The model {model!r} does not exist.", param="model")
    return model


def read_flag(body: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """A switch; null and absent mean `default`. Raises: GatewayError 400 for anything but true or false."""
    value = body.get(name)
    return default if value is None else expect(value, bool, name)


def read_tools(
    tools: object, function_of: Callable[[dict[str, Any]], object], schema_name: str, shape: str
) -> tuple[Tool, ...]:
    """The declared tools.

    `function_of`: the object with the function's name and its schema (the field `schema_name`) within one tool, None
    in a tool of another kind; `shape`: what a tool looks like, for the refusal. Raises: GatewayError 400.
    """
    found = []
    for tool, where in read_objects(tools, "tools") if tools else ():
        function = function_of(tool)
        if not isinstance(function, dict) or not isinstance(name := function.get("name"), str) or not name:
            raise bad_request(f"'{where}' must be {shape}: no other tool is offered.", where)
        schema = expect(function.get(schema_name) or {}, dict, where)
        found.append(Tool(name, str(function.get("description") or ""), {"type": "object", **schema}))
    return tuple(found)
