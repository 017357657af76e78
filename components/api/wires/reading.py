"""Reading JSON that may hold anything, as every decoder has to, and the reply's id and model. Nothing here raises."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from components.core.events import Started, StreamEvent


def read_json(data: str) -> Any:
    """The value that an event's data holds; None when it is no JSON."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):  # the second: nested thousands deep
        return None


def is_end_mark(data: str) -> bool:
    """Tells OpenAI's end of a stream; gateways send it after the other two formats as well."""
    return data.strip() == "[DONE]"


def is_error(name: str, event: Any) -> bool:
    """Tells an error event: by its own name or type, ``{"error": …}``, or vLLM's ``{"object": "error"}``."""
    if name == "error":
        return True
    return isinstance(event, dict) and (bool(event.get("error")) or "error" in (event.get("type"), event.get("object")))


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
    """The value if it is a whole number of at least 0, else None: a place in a list, a count of tokens.

    JSON does not tell 9 from 9.0, and servers written in JavaScript or Lua send the latter.
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


class Naming:
    """Says the reply's id and model once, and again when they change."""

    def __init__(self) -> None:
        self._said: Started | None = None

    def read(self, reply: dict[str, Any]) -> list[StreamEvent]:
        """Reads them from where every format has them, beside each other."""
        started = Started(text_in(reply.get("id")) or None, text_in(reply.get("model")) or None)
        if started == self._said or not (started.id or started.model):
            return []
        self._said = started
        return [started]
