"""Reading JSON that may hold anything. Nothing here raises."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any


def read_json(data: str) -> Any:
    """The value of an event's data; None if it is no JSON."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):  # the second: nested thousands deep
        return None


def text_in(value: Any) -> str:
    """The value if it is text, else an empty one."""
    return value if isinstance(value, str) else ""


def object_in(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects_in(value: Any) -> list[dict[str, Any]]:
    """Those items of a list that are objects; none when it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def number_in(value: Any) -> int | None:
    """The value if it is a whole number of at least 0 (an index, a count of tokens), else None.

    JSON does not distinguish 9 from 9.0, and servers written in JavaScript or Lua send the latter.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def map_texts(value: Any, change: Callable[[str], Any]) -> Any:
    """A copy of a JSON value in which `change` has replaced each text; the names of fields stay."""
    match value:
        case str():
            return change(value)
        case Mapping():
            return {name: map_texts(item, change) for name, item in value.items()}
        case list() | tuple():
            return [map_texts(item, change) for item in value]
        case _:
            return value
