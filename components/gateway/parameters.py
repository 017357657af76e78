"""Checks the generation parameters of a body against the model card, by looping over it.

The server's own check, apart from `components.params.validation` on purpose: a client that forgets to
validate must still be refused here. Ranges and types come from the card and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from components.core.card import ModelCard, Parameter, ParameterValue
from components.gateway.errors import bad_request


def read_parameters(
    body: Mapping[str, object], card: ModelCard, own_names: Mapping[str, str] = MappingProxyType({})
) -> dict[str, ParameterValue]:
    """Returns the documented parameters that the body carries; null means not set, unknown fields are ignored.

    `own_names`: the wire's names for some of them, ``max_tokens`` -> ``max_output_tokens``; the wire's name goes before
    the card's, and that before the paths in the card's `fields`. The result has the card's names.

    Raises: GatewayError 400 with `param` for a value of the wrong type or outside the documented range.
    """
    given = {}
    for name, parameter in card.parameters.items():
        for sent_as in (own_names.get(name, name), name, *filter(None, parameter.fields.values())):
            if (value := _at(body, sent_as)) is not None:
                given[name] = check_parameter(parameter, value, sent_as)
                break
    return given


def _at(body: Mapping[str, object], path: str) -> object:
    """The value at a path in the body, whose dots lead into objects; None where there is none."""
    found: object = body
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def check_parameter(parameter: Parameter, value: object, name: str) -> ParameterValue:
    """The value of one parameter that the body calls `name`. Raises: GatewayError 400 with that name."""
    match parameter.type:
        case "boolean":
            if isinstance(value, bool):
                return value
            raise bad_request(f"'{name}' must be a boolean, got {value!r}.", name)
        case "enum":
            if isinstance(value, str) and value in parameter.options:
                return value
            raise bad_request(f"'{name}' must be one of {', '.join(parameter.options)}, got {value!r}.", name)
        case "string":
            return _checked_strings(parameter, value, name)
        case "number" | "integer":
            return _checked_number(parameter, value, name)


def _checked_number(parameter: Parameter, value: object, name: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise bad_request(f"'{name}' must be a number, got {value!r}.", name)
    if parameter.type == "integer" and value != value // 1:
        raise bad_request(f"'{name}' must be an integer, got {value!r}.", name)
    low, high = parameter.min, parameter.max
    if low is not None and not value >= low or high is not None and not value <= high:
        raise bad_request(f"'{name}' must be between {low} and {high}, got {value!r}.", name)
    return int(value) if parameter.type == "integer" else value


def _checked_strings(parameter: Parameter, value: object, name: str) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise bad_request(f"'{name}' must be a string or an array of strings, got {value!r}.", name)
    if parameter.max_items is not None and len(items) > parameter.max_items:
        raise bad_request(f"'{name}' takes at most {parameter.max_items} strings, got {len(items)}.", name)
    if "" in items:
        raise bad_request(f"'{name}' must not contain an empty string.", name)
    return tuple(items)
