"""Reads the values of an axis as they are typed: ``0, 0.5, 1`` or ``0 to 2 step 0.5``; strings one set a line.

With semicolons between the values a comma is a decimal comma: ``0,5; 1``.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from components.core.card import ModelCard, Parameter
from components.core.errors import ParameterError
from components.params.trying import sweep_values_of
from components.params.validation import parse_value, validate

# The media settings that can be varied: lowest and highest value.
MEDIA_RANGES = {"frames": (1, 64), "longest_side": (64, 4096), "jpeg_quality": (10, 100)}
_MEDIA_RANGE = {
    "frames": "2 to 16 step 2",
    "longest_side": "256 to 1024 step 256",
    "jpeg_quality": "40 to 90 step 10",
}
_MOST_VALUES = 200
_STEPS = 4
# 1,024 may be one number where other commas are followed by a space, or where what follows begins with 0.
_GLUED = re.compile(r"(?<![.\d])\d+,\d+(?![.\d])")
_ZERO = re.compile(r"\d+,0\d+")
_RANGE = re.compile(r"\s*(\S+)\s+to\s+(\S+)(?:\s+step\s+(\S+))?\s*")


def read_values(name: str, text: str, card: ModelCard) -> tuple[object, ...]:
    """Reads the values of a parameter or a media setting, each once.

    Raises: ParameterError with one sentence.
    """
    if name in MEDIA_RANGES:
        low, high = MEDIA_RANGES[name]
        found = [_whole(name, item, low, high) for item in _items(name, text, _MEDIA_RANGE[name])]
        return tuple(dict.fromkeys(found))
    if name not in card.parameters:
        raise ParameterError({name: f"{card.display_name} has no parameter {name}."})
    parameter = card.parameters[name]
    if parameter.type == "string":
        items = text.splitlines()
    elif parameter.type in ("enum", "boolean"):
        items = [item.strip() for item in re.split("[,;]", text) if item.strip()]
    else:
        items = _items(name, text, range_of(parameter))
    values: list[object] = []
    for item in items:
        if parameter.type == "string" and not item.strip().startswith("["):
            item = re.sub(r",\s+", ",", item)  # END, STOP: the space is the list's
        written = next((word for word in parameter.options if word.casefold() == item.strip().casefold()), item)
        value: object = parse_value(parameter, written.strip())
        if parameter.type == "string" and not item.strip():
            continue
        checked = validate({name: value}, card)
        if checked.problems:
            raise ParameterError(checked.problems)
        values.append(checked.values[name])
    if not values:
        raise ParameterError({name: f"Give {name} at least one value."})
    return tuple(dict.fromkeys(values))


def range_of(parameter: Parameter) -> str:
    """An example of how a range of the parameter is typed: from its lowest usual value to its highest."""
    usual = [Decimal(item.strip()) for item in sweep_values_of(parameter).split(",")]
    low, high = min(usual), max(usual)
    step = (high - low) / _STEPS
    if parameter.type == "integer":
        step = max(Decimal(1), step.to_integral_value())
    return f"{low:f} to {high:f} step {step.normalize():f}"


def _items(name: str, text: str, example: str) -> list[str]:
    if match := _RANGE.fullmatch(text):
        return _stepped(name, example, *match.groups())
    if ";" in text:
        items = [item.strip().replace(",", ".") for item in text.split(";") if item.strip()]
    else:
        glued = _ZERO.search(text) or (_GLUED.search(text) if re.search(r",\s", text.strip()) else None)
        if glued:
            words = f"{glued[0]} in the values of {name} may be one number or two: write 1024, 0.5, or a space between."
            raise ParameterError({name: words})
        items = [item.strip() for item in text.split(",") if item.strip()]
    if not items:
        raise ParameterError({name: f"Give {name} at least one value."})
    return items


def _stepped(name: str, example: str, first: str, last: str, step: str | None) -> list[str]:
    try:
        low, high, by = Decimal(first), Decimal(last), Decimal(step or 1)
    except InvalidOperation as error:
        raise ParameterError({name: f"A range of {name} is written as {example}."}) from error
    if not (low.is_finite() and high.is_finite() and by.is_finite()) or by <= 0 or high < low:
        raise ParameterError({name: f"A range of {name} goes upward, by a step of more than 0."})
    if (high - low) / by >= _MOST_VALUES:
        raise ParameterError({name: f"{name} would have more than {_MOST_VALUES} values."})
    return [str(low + by * count) for count in range(int((high - low) / by) + 1)]


def _whole(name: str, text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
        raise ParameterError({name: f"{name} must be a whole number from {low} to {high}, not {text!r}."})
    return int(text)
