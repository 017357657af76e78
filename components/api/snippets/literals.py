"""Values as source text in the layout of a formatter, with a `Dialect` for each language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.api.snippets.body import FrameText, Reference

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Code:
    """Source text in the place of a value."""

    text: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a language writes JSON values. `reference` writes the expression for a file's base64."""

    constants: Mapping[bool | None, str]
    quote: Callable[[str], str]
    key: Callable[[str], str]
    reference: Callable[[Reference], str]
    glue: str | None = None  # at the end of each line of a long text; None: a text is never split
    opened: str = ""  # around such lines
    closed: str = ""
    trailing: str = ","  # after the last item if each has its own line
    pad: str = ""  # inside the braces of an object on one line
    indent: str = "    "
    by_round: str = ""  # the first of two values in the first pass of a loop, else the second

    def write(self, value: Any, depth: int = 0, used: int = 0) -> str:
        """The value as source text, `depth` levels indented and after `used` characters on its first line."""
        flat = self._flat(value)
        if len(flat) + used + depth * len(self.indent) <= _WIDTH:
            return flat
        if isinstance(value, str):
            return self._long_text(value, depth)
        keys, items = self._items(value)
        if not items:
            return flat
        lines = [
            f"{self.indent * (depth + 1)}{key}{self.write(item, depth + 1, len(key) + 1)}"
            for key, item in zip(keys, items, strict=True)
        ]
        return f"{flat[0]}\n" + ",\n".join(lines) + f"{self.trailing}\n{self.indent * depth}{flat[-1]}"

    def _items(self, value: Any) -> tuple[Sequence[str], Sequence[Any]]:
        """The text before each item of a container, and the items."""
        if isinstance(value, dict):
            return [f"{self.key(name)}: " for name in value], list(value.values())
        return ([""] * len(value), value) if isinstance(value, list | tuple) else ([], [])

    def _flat(self, value: Any) -> str:
        """The value on one line, however long."""
        match value:
            case dict() | list() | tuple():
                keys, items = self._items(value)
                inside = ", ".join(key + self._flat(item) for key, item in zip(keys, items, strict=True))
                pad = self.pad if inside else ""
                return f"{{{pad}{inside}{pad}}}" if isinstance(value, dict) else f"[{inside}]"
            case None | bool():
                return self.constants[value]
            case str():
                return self.quote(value)
            case int() | float():
                return repr(value)
            case Code(text):
                return text
            case _:
                return self.reference(value)

    def _long_text(self, text: str, depth: int) -> str:
        """A text split at its line breaks; a single line is not split, however long it is."""
        lines = text.splitlines(keepends=True)
        if self.glue is None or len(lines) <= 1:
            return self.quote(text)
        inner = self.indent * (depth + 1)
        pieces = f"{self.glue}\n{inner}".join(map(self.quote, lines))
        return f"{self.opened}\n{inner}{pieces}\n{self.indent * depth}{self.closed}" if self.opened else pieces


def quoted_python(text: str) -> str:
    """A Python string, in double quotes unless it contains some; invisible characters are escaped."""
    mark = "'" if '"' in text and "'" not in text else '"'
    return mark + "".join(_python_character(character, mark) for character in text) + mark


def _python_character(character: str, mark: str) -> str:
    if character == mark:
        return f"\\{mark}"
    if character == "\\" or not character.isprintable():
        return character.encode("unicode_escape").decode("ascii")
    return character


def quoted_json(text: str) -> str:
    """A JSON string, which JavaScript reads as well; invisible characters are escaped."""
    return "".join(
        character if character.isprintable() else json.dumps(character)[1:-1]
        for character in json.dumps(text, ensure_ascii=False)
    )


def _javascript_key(name: str) -> str:
    # `__proto__: x` would set the prototype instead of a property.
    if name == "__proto__":
        return '["__proto__"]'
    return name if re.fullmatch(r"[A-Za-z_$][A-Za-z0-9_$]*", name) else quoted_json(name)


def _reader(quote: Callable[[str], str], base64_of: str) -> Callable[[Reference], str]:
    """A function that writes a reference as a call of the program's function `base64_of`, or of ``frame_of``."""

    def write(reference: Reference) -> str:
        call = f"{base64_of}({quote(reference.path)})"
        if isinstance(reference, FrameText):
            call = f"frame_of({quote(reference.path)}, {reference.time_s!r}, {reference.width}, {reference.height})"
        return f"{quote(reference.prefix)} + {call}" if reference.prefix else call

    return write


PYTHON = Dialect(
    constants={None: "None", True: "True", False: "False"},
    quote=quoted_python,
    key=quoted_python,
    reference=_reader(quoted_python, "base64_of"),
    glue="",
    opened="(",
    closed=")",
    by_round="{} if number == 0 else {}",
)

JAVASCRIPT = Dialect(
    constants={None: "null", True: "true", False: "false"},
    quote=quoted_json,
    key=_javascript_key,
    reference=_reader(quoted_json, "base64Of"),
    glue=" +",
    pad=" ",
    indent="  ",
    by_round="round === 0 ? {} : {}",
)
