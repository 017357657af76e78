"""What a sweep varies beside parameters and pictures: texts, the endpoint, who is asked, and whether tools are offered.

A value is what is sent (a system prompt in full, `on`); its name is the short of it that tables and charts show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from components.api.connection import Connection
from components.api.wires.registry import WIRES
from components.core.card import ModelCard
from components.core.errors import ParameterError
from components.core.texts import cut
from components.tuning.table import variables

SYSTEM, TEMPLATE, ENDPOINT, MODEL, TOOLS = "system prompt", "template", "endpoint", "model", "tools"
SETUP_AXES = (SYSTEM, TEMPLATE, ENDPOINT, MODEL, TOOLS)
TEXT_AXES = (SYSTEM, TEMPLATE)
SIMULATOR = "the simulator"
# Between the values of an axis whose values are texts of several lines, and between prompts.
SEPARATOR = "---"
_AT = " @ "
_WIDEST = 32


@dataclass(frozen=True, slots=True)
class Target:
    """Who answers: the model `model` at `connection`; `card` is what is known about it there."""

    connection: Connection
    model: str
    card: ModelCard


Targets = Mapping[str, Target]
"""A value of the axis `model` -> whom it means; what is not in it is who the sweep itself asks."""


def read_setup(name: str, text: str) -> tuple[str, ...]:
    """The values of an axis of `SETUP_AXES` as they are typed, each once.

    Texts stand between lines of ``---``, models one a line, the rest apart by commas. An empty system prompt is none.
    Raises: ParameterError with one sentence.
    """
    if name in TEXT_AXES:
        values = split_texts(text)
        if name == TEMPLATE and not all(values):
            raise ParameterError({name: f"A template is empty; several stand between lines of {SEPARATOR}."})
        if name == SYSTEM and values == [""]:
            raise ParameterError({name: f"Type a system prompt; several stand between lines of {SEPARATOR}."})
        return tuple(dict.fromkeys(values))
    apart = text.splitlines() if name == MODEL else text.replace(";", ",").split(",")
    values = [value.strip() for value in apart if value.strip()]
    if not values:
        raise ParameterError({name: f"Give {name} at least one value."})
    if name == MODEL:
        for value in values:
            _, address = address_of(value)
            if address not in ("", SIMULATOR) and not address.startswith(("http://", "https://")):
                said = f"{address!r} is no address: write http://… or https://…, or {SIMULATOR}, behind the @."
                raise ParameterError({name: said})
    known = {ENDPOINT: tuple(WIRES), TOOLS: ("on", "off")}.get(name, ())
    if known and (wrong := next((value for value in values if value not in known), None)):
        raise ParameterError({name: f"{name} must be one of {', '.join(known)}, not {wrong!r}."})
    return tuple(dict.fromkeys(values))


def split_texts(text: str) -> list[str]:
    """What stands between lines of ``---``."""
    return [part.strip() for part in f"\n{text}\n".split(f"\n{SEPARATOR}\n")]


def names_of(name: str, values: Sequence[str], called: Mapping[str, str]) -> dict[str, str]:
    """Value -> its name, all different. `called`: text -> what it is known as, such as a template's version.

    A text that is long or has several lines is called by its number and its beginning.
    """
    if name not in TEXT_AXES:
        return {value: value for value in values}
    found: dict[str, str] = {}
    for number, value in enumerate(values, 1):
        if value in called:
            said = called[value]
        elif not value:
            said = "none"
        elif len(value) <= _WIDEST and "\n" not in value:
            said = f"“{value}”"
        else:
            said = f"{number} “{cut(' '.join(value.split()), _WIDEST)}”"
        found[value] = said if said not in found.values() else f"{number} {said}"
    return found


def address_of(value: str) -> tuple[str, str]:
    """The id and the address in a value of the axis `model`, ``id @ address``; each may be empty: that of the sweep."""
    model, _, address = f" {value.strip()} ".partition(_AT)
    return model.strip(), address.strip()


def check_variables(template: str, known: Mapping[str, str]) -> None:
    """Refuses a template that asks for what no row has. Raises: ParameterError."""
    if missing := [name for name in variables(template) if name not in known]:
        asked = ", ".join(f"{{{{{name}}}}}" for name in missing)
        raise ParameterError({TEMPLATE: f"A template asks for {asked}, but there is only {', '.join(known)}."})


def read_targets(
    values: Iterable[str],
    base: Target,
    connect: Callable[[str, str], Connection],
    card_of: Callable[[Connection, str], ModelCard],
) -> dict[str, Target]:
    """Whom the values of the axis `model` mean. `base`: whom the sweep itself asks.

    `connect`: an address, or empty for the sweep's own, and a model -> the connection; `card_of`: what is known there.
    """
    found = {}
    for value in values:
        model, address = address_of(value)
        model = model or base.model
        connection = connect(address, model)
        found[value] = Target(connection, model, card_of(connection, model))
    return found


def models_varied(axes: Mapping[str, str]) -> tuple[str, ...]:
    """The values of the axis `model` among axes as they are typed; none while they cannot be read."""
    try:
        return read_setup(MODEL, axes[MODEL]) if MODEL in axes else ()
    except ParameterError:
        return ()
