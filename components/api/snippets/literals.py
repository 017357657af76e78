"""Values as source text: laid out as a formatter would, one dialect a language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from components.api.snippets.body import FileText, FrameText, Reference

_WIDTH = 100
_INDENT = "    "
_JSON_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}


@dataclass(frozen=True, slots=True)
class Code:
    """Source text that stands where a value would."""

    text: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a language writes what JSON can hold. `reference` writes the expression that reads a file's base64."""

    words: Mapping[bool | None, str]
    quote: Callable[[str], str]
    key: Callable[[str], str]
    reference: Callable[[Reference], str]
    glue: str | None  # between the pieces of a long text, at a line's end; None: a text is never cut
    opened: str = ""  # round such pieces
    closed: str = ""
    trailing: str = ","  # behind the last item when each has a line of its own
    pad: str = ""  # inside the braces of an object in one line
    indent: str = _INDENT

    def write(self, value: Any, depth: int = 0, used: int = 0) -> str:
        """The value as source, to stand at indentation `depth` behind `used` characters of its first line."""
        flat = self._flat(value)
        if flat is not None and len(flat) + used + depth * len(self.indent) <= _WIDTH:
            return flat
        inner, outer = self.indent * (depth + 1), self.indent * depth
        match value:
            case str():
                return self._long_text(value, depth)
            case dict() if value:
                keys = [f"{self.key(name)}: " for name in value]
                items = [
                    f"{inner}{key}{self.write(item, depth + 1, len(key) + 1)}"
                    for key, item in zip(keys, value.values(), strict=True)
                ]
                return "{\n" + ",\n".join(items) + f"{self.trailing}\n{outer}}}"
            case list() | tuple() if value:
                items = [f"{inner}{self.write(item, depth + 1, 1)}" for item in value]
                return "[\n" + ",\n".join(items) + f"{self.trailing}\n{outer}]"
            case _:
                return flat if flat is not None else self._scalar(value)

    def _flat(self, value: Any) -> str | None:
        """The value in one line, or None when it has a part that would be wider than any line."""
        match value:
            case dict():
                inside = [(self.key(name), self._flat(item)) for name, item in value.items()]
                if any(text is None for _, text in inside) or sum(len(text or "") for _, text in inside) > _WIDTH:
                    return None
                pad = self.pad if inside else ""
                return f"{{{pad}" + ", ".join(f"{key}: {text}" for key, text in inside) + f"{pad}}}"
            case list() | tuple():
                items = [self._flat(item) for item in value]
                if any(text is None for text in items) or sum(len(text or "") for text in items) > _WIDTH:
                    return None
                return "[" + ", ".join(text or "" for text in items) + "]"
            case _:
                return self._scalar(value)

    def _scalar(self, value: Any) -> str:
        match value:
            case None | bool():
                return self.words[value]
            case str():
                return self.quote(value)
            case Code(text):
                return text
            case FileText() | FrameText():
                return self.reference(value)
            case _:
                return repr(value)

    def _long_text(self, text: str, depth: int) -> str:
        """A text of several lines as one piece a line; a single line stays whole, however long."""
        lines = text.splitlines(keepends=True)
        if self.glue is None or len(lines) <= 1:
            return self.quote(text)
        inner = self.indent * (depth + 1)
        pieces = f"{self.glue}\n{inner}".join(map(self.quote, lines))
        end = f"\n{self.indent * depth}{self.closed}" if self.closed else ""
        return f"{self.opened}\n{inner}{pieces}{end}" if self.opened else pieces


def quoted_python(text: str) -> str:
    """A Python string, in double quotes unless it holds some; what cannot be seen is escaped."""
    mark = "'" if '"' in text and "'" not in text else '"'
    return mark + "".join(_python_character(character, mark) for character in text) + mark


def _python_character(character: str, mark: str) -> str:
    if character == mark:
        return f"\\{mark}"
    if character == "\\" or not character.isprintable():
        return character.encode("unicode_escape").decode("ascii")
    return character


def quoted_javascript(text: str) -> str:
    """A JavaScript string in double quotes; what cannot be seen is escaped."""
    return '"' + "".join(_javascript_character(character) for character in text) + '"'


def _javascript_character(character: str) -> str:
    if character == '"':
        return '\\"'
    if character in _JSON_ESCAPES:
        return _JSON_ESCAPES[character]
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"


def _python_reference(reference: Reference) -> str:
    match reference:
        case FileText(prefix, path):
            call = f"base64_of({quoted_python(path)})"
        case FrameText(prefix, path, time_s, width, height):
            call = f"frame_of({quoted_python(path)}, {time_s!r}, {width}, {height})"
    return f"{quoted_python(prefix)} + {call}" if prefix else call


def _javascript_reference(reference: Reference) -> str:
    call = f"base64Of({quoted_javascript(reference.path)})"
    return f"{quoted_javascript(reference.prefix)} + {call}" if reference.prefix else call


def _javascript_key(name: str) -> str:
    # `__proto__: x` would set the prototype instead of a property.
    if name == "__proto__":
        return '["__proto__"]'
    return name if re.fullmatch(r"[A-Za-z_$][A-Za-z0-9_$]*", name) else quoted_javascript(name)


PYTHON = Dialect(
    words={None: "None", True: "True", False: "False"},
    quote=quoted_python,
    key=quoted_python,
    reference=_python_reference,
    glue="",
    opened="(",
    closed=")",
)

JAVASCRIPT = Dialect(
    words={None: "null", True: "true", False: "false"},
    quote=quoted_javascript,
    key=_javascript_key,
    reference=_javascript_reference,
    glue=" +",
    pad=" ",
    indent="  ",
)
