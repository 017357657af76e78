"""The axes of a sweep beside parameters and pictures: texts, the endpoint, the model, and whether tools are offered.

A value is what is sent (a system prompt in full, `on`); its name is a short form for tables and charts.
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
    """A model at a connection, and the card that describes it there."""

    connection: Connection
    model: str
    card: ModelCard


Targets = Mapping[str, Target]
"""A value of the axis `model` -> who is asked; for a value that is not in it that is who the sweep itself asks."""

NO_TARGETS: Targets = {}


def read_setup(name: str, text: str) -> tuple[str, ...]:
    """Reads the values of an axis of `SETUP_AXES` as they are typed, each once.

    Texts are separated by lines of ``---``, models by line breaks, the rest by commas. An empty system prompt is none.
    Raises: ParameterError with one sentence.
    """
    if name in TEXT_AXES:
        values = split_texts(text)
        if name == TEMPLATE and not all(values):
            raise ParameterError({name: f"A template is empty; several stand between lines of {SEPARATOR}."})
        if name == SYSTEM and values == [""]:
            raise ParameterError({name: f"Type a system prompt; several stand between lines of {SEPARATOR}."})
        return tuple(dict.fromkeys(values))
    items = text.splitlines() if name == MODEL else text.replace(";", ",").split(",")
    values = [value.strip() for value in items if value.strip()]
    if not values:
        raise ParameterError({name: f"Give {name} at least one value."})
    if name == MODEL:
        for value in values:
            _, address = address_of(value)
            if address not in ("", SIMULATOR) and not address.startswith(("http://", "https://")):
                words = f"{address!r} is no address: write http://… or https://…, or {SIMULATOR}, behind the @."
                raise ParameterError({name: words})
    known = {ENDPOINT: tuple(WIRES), TOOLS: ("on", "off")}.get(name, ())
    if known and (wrong := next((value for value in values if value not in known), None)):
        raise ParameterError({name: f"{name} must be one of {', '.join(known)}, not {wrong!r}."})
    return tuple(dict.fromkeys(values))


def split_texts(text: str) -> list[str]:
    """The texts between lines of ``---``."""
    return [one.strip() for one in f"\n{text}\n".split(f"\n{SEPARATOR}\n")]


def names_of(name: str, values: Sequence[str], called: Mapping[str, str]) -> dict[str, str]:
    """Value -> its name, all different. `called`: text -> its name where it has one, such as a template's version.

    The name of a text that is long or has several lines is its number and its beginning.
    """
    if name not in TEXT_AXES:
        return {value: value for value in values}
    found: dict[str, str] = {}
    for number, value in enumerate(values, 1):
        if value in called:
            label = called[value]
        elif not value:
            label = "none"
        elif len(value) <= _WIDEST and "\n" not in value:
            label = f"“{value}”"
        else:
            label = f"{number} “{cut(' '.join(value.split()), _WIDEST)}”"
        found[value] = label if label not in found.values() else f"{number} {label}"
    return found


def address_of(value: str) -> tuple[str, str]:
    """The id and the address in a value of the axis `model`, ``id @ address``; each may be empty: that of the sweep."""
    model, _, address = f" {value.strip()} ".partition(_AT)
    return model.strip(), address.strip()


def check_variables(template: str, known: Mapping[str, str]) -> None:
    """Raises: ParameterError if the template uses a variable that is not among the `known` ones."""
    if missing := [name for name in variables(template) if name not in known]:
        asked = ", ".join(f"{{{{{name}}}}}" for name in missing)
        raise ParameterError({TEMPLATE: f"A template asks for {asked}, but there is only {', '.join(known)}."})


def read_targets(
    values: Iterable[str],
    base: Target,
    connect: Callable[[str, str], Connection],
    card_of: Callable[[Connection, str], ModelCard],
) -> dict[str, Target]:
    """Who is asked at each value of the axis `model`. `base`: who the sweep itself asks.

    `connect`: address (empty: the sweep's own) and model -> the connection; `card_of`: the card of a model there.
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
