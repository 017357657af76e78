"""Checks parameter values against the model card: one message per field, nothing out of range gets through.

Widget bounds live in the browser only and `ask` takes what is typed, so every value passes here before a
request is built, whatever it came through.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from components.core.card import ModelCard, Parameter, ParameterValue

_TRUE, _FALSE = ("true", "1", "on", "yes"), ("false", "0", "off", "no")


@dataclass(frozen=True, slots=True)
class Validation:
    """`values`: those that passed, in the card's order, with exact types. `problems`: name -> one sentence.

    `advice`: name -> one sentence on a value that is allowed but unlikely to work.
    """

    values: Mapping[str, ParameterValue]
    problems: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, str] = field(default_factory=dict)


class _Refused(ValueError):
    """The value is not allowed; the text says what was expected and what came."""


def validate(values: Mapping[str, object], card: ModelCard) -> Validation:
    """Checks every value given. `None` and an empty list of strings mean "not set" and are left out."""
    passed: dict[str, ParameterValue] = {}
    problems: dict[str, str] = {}
    advice: dict[str, str] = {}
    for parameter in card.parameters.values():
        value = values.get(parameter.name)
        if value is None:
            continue
        try:
            checked = _checked(parameter, value)
        except _Refused as refused:
            problems[parameter.name] = f"{parameter.name} {refused}"
            continue
        if checked == ():
            continue
        passed[parameter.name] = checked
        if long := _too_long(parameter, checked):
            advice[parameter.name] = long
    for name in values:
        if name not in card.parameters:
            known = ", ".join(card.parameters)
            problems[name] = f"{name} is not a parameter of {card.id}; known are {known}."
    return Validation(passed, problems, advice)


def parse_value(parameter: Parameter, text: str) -> ParameterValue:
    """Reads a value typed as text (``--param NAME=VALUE``), as far as the type allows; `validate` judges it.

    Strings of `stop` are separated by commas unless the text is a JSON list; ``\\n`` and ``\\t`` are read as
    line break and tab.
    """
    if parameter.type == "string":
        if text.startswith("["):
            try:
                items = json.loads(text)
            except (ValueError, RecursionError):  # the second: nested thousands deep
                items = None
            if isinstance(items, list) and all(isinstance(item, str) for item in items):
                return tuple(items)
        return tuple(unescape(item) for item in text.split(","))
    if parameter.type == "boolean":
        word = text.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else text
    if parameter.type == "enum":
        return text.strip()
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def unescape(text: str) -> str:
    r"""Turns a typed ``\n``, ``\t`` or ``\\`` into the character it stands for; the inverse of `escape`."""
    out: list[str] = []
    characters = iter(text)
    for character in characters:
        if character == "\\":
            following = next(characters, "")
            out.append({"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}.get(following, "\\" + following))
        else:
            out.append(character)
    return "".join(out)


def escape(text: str) -> str:
    r"""Writes line breaks, tabs and backslashes so that they can be seen in one line."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _checked(parameter: Parameter, value: object) -> ParameterValue:
    match parameter.type:
        case "number" | "integer":
            return _checked_number(parameter, value)
        case "boolean":
            if not isinstance(value, bool):
                raise _Refused(f"must be true or false, not {_shown(value)}.")
            return value
        case "enum":
            if not isinstance(value, str) or value not in parameter.options:
                raise _Refused(f"must be one of {parameter.range}, not {_shown(value)}.")
            return value
        case "string":
            return _checked_strings(parameter, value)


def _checked_number(parameter: Parameter, value: object) -> float | int:
    form = "whole number" if parameter.type == "integer" else "number"
    bounded = parameter.min is not None and parameter.max is not None
    expected = f"must be a {form} from {parameter.range}" if bounded else f"must be a {form} ({parameter.range})"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Refused(f"{expected}, not {_shown(value)}.")
    low = -math.inf if parameter.min is None else parameter.min
    high = math.inf if parameter.max is None else parameter.max
    # NaN fails this comparison too, which is why it is not written the other way round; JSON has no infinity.
    if not low <= value <= high or abs(value) == math.inf:
        raise _Refused(f"{expected}, not {_shown(value)}.")
    if parameter.type == "integer":
        if value != int(value):
            raise _Refused(f"{expected}, not {_shown(value)}.")
        return int(value)
    return value


def _checked_strings(parameter: Parameter, value: object) -> tuple[str, ...]:
    items = (value,) if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise _Refused(f"must be {parameter.range}, not {_shown(value)}.")
    for item in items:
        try:
            item.encode()
        except UnicodeEncodeError as error:
            raise _Refused(f"must be text that can be sent as UTF-8, not {_shown(item)}.") from error
    strings = tuple(dict.fromkeys(item for item in items if item))
    if parameter.max_items is not None and len(strings) > parameter.max_items:
        raise _Refused(f"takes {parameter.range}, not {len(strings)}.")
    return strings


def _shown(value: object) -> str:
    """The value as it came, cut where it is long: the message may stand in a form or in one line of a terminal."""
    try:
        text = repr(value)
    except ValueError:  # Python does not write whole numbers of more than 4,300 digits
        return "a number of thousands of digits"
    return text if len(text) <= 80 else f"{text[:77]}..."


def _too_long(parameter: Parameter, value: ParameterValue) -> str | None:
    if parameter.advised_item_bytes is None or not isinstance(value, tuple):
        return None
    for item in value:
        if len(size := item.encode()) > parameter.advised_item_bytes:
            return (
                f"{parameter.name}: {escape(item)!r} is {len(size)} bytes long; Moonshot documents at most "
                f"{parameter.advised_item_bytes}, so it may be refused or ignored upstream."
            )
    return None
