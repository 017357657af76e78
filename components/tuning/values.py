"""The values of an axis as they are typed: ``0, 0.5, 1`` or ``0 to 2 step 0.5``; strings one set a line."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from components.core.errors import ParameterError
from components.params.card import ModelCard
from components.params.validation import parse_value, validate

# What pictures can be varied in: fewest and most.
MEDIA_RANGES = {"frames": (1, 64), "longest_side": (64, 4096), "jpeg_quality": (10, 100)}
_MOST_VALUES = 200
_RANGE = re.compile(r"\s*(\S+)\s+to\s+(\S+)(?:\s+step\s+(\S+))?\s*")


def read_values(name: str, text: str, card: ModelCard) -> tuple[object, ...]:
    """The values of a parameter or of a way to make pictures smaller, each once.

    Raises: ParameterError with one sentence.
    """
    if name in MEDIA_RANGES:
        low, high = MEDIA_RANGES[name]
        found = [_whole(name, item, low, high) for item in _items(name, text)]
        return tuple(dict.fromkeys(found))
    parameter = card.parameters[name]
    items = text.splitlines() if parameter.type == "string" else _items(name, text)
    values: list[object] = []
    for item in items:
        value: object = parse_value(parameter, item.strip())
        if parameter.type == "string" and not item.strip():
            continue
        checked = validate({name: value}, card)
        if checked.problems:
            raise ParameterError(checked.problems)
        values.append(checked.values[name])
    if not values:
        raise ParameterError({name: f"Give {name} at least one value."})
    return tuple(dict.fromkeys(values))


def _items(name: str, text: str) -> list[str]:
    if match := _RANGE.fullmatch(text):
        return _stepped(name, *match.groups())
    items = [item.strip() for item in text.split(",") if item.strip()]
    if not items:
        raise ParameterError({name: f"Give {name} at least one value."})
    return items


def _stepped(name: str, first: str, last: str, step: str | None) -> list[str]:
    try:
        low, high, by = Decimal(first), Decimal(last), Decimal(step or 1)
    except InvalidOperation as error:
        raise ParameterError({name: f"A range of {name} is written as 0 to 2 step 0.5."}) from error
    if not (low.is_finite() and high.is_finite() and by.is_finite()) or by <= 0 or high < low:
        raise ParameterError({name: f"A range of {name} goes upward, by a step of more than 0."})
    if (high - low) / by >= _MOST_VALUES:
        raise ParameterError({name: f"{name} would have more than {_MOST_VALUES} values."})
    return [str(low + by * count) for count in range(int((high - low) / by) + 1)]


def _whole(name: str, text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
        raise ParameterError({name: f"{name} must be a whole number from {low} to {high}, not {text!r}."})
    return int(text)
