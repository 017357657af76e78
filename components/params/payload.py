"""From the form's values to the parameters a request carries: validated, resolved, explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from components.core.card import ModelCard, ParameterValue
from components.core.errors import ParameterError
from components.params.thinking import NAMES, Thinking, resolve_thinking
from components.params.validation import validate

SendMode = Literal["changed", "everything"]


@dataclass(frozen=True, slots=True)
class Payload:
    """`parameters`: what goes into the body, in the card's order. `warnings`: what was decided against a wish."""

    parameters: Mapping[str, ParameterValue]
    thinking: Thinking
    warnings: tuple[str, ...]


def build_payload(chosen: Mapping[str, object], card: ModelCard, mode: SendMode = "changed") -> Payload:
    """Turns what the user chose (and only that) into what is sent.

    Mode ``everything`` adds the documented default of each parameter that was not chosen, so that a change
    of the API's defaults cannot change the run.

    Raises: ParameterError with one message per field that the card does not allow.
    """
    validation = validate(chosen, card)
    if validation.problems:
        raise ParameterError(validation.problems)
    values = dict(validation.values)
    if mode == "everything":
        values = {
            **{name: value for name, value in card.defaults.items() if value is not None and name not in NAMES},
            **values,
        }
    thinking = resolve_thinking(
        {name: values[name] for name in NAMES if name in values}, card, everything=mode == "everything"
    )
    values = {name: value for name, value in values.items() if name not in NAMES} | dict(thinking.sent)
    warnings = [*thinking.warnings, *validation.advice.values(), *_without_meaning(validation.values, card)]
    ordered = {name: values[name] for name in card.parameters if name in values}
    return Payload(ordered, thinking, tuple(warnings))


def changed(values: Mapping[str, object], card: ModelCard) -> dict[str, object]:
    """Those values that differ from the documented default: what "send only what I changed" sends."""
    return {
        name: value
        for name, value in values.items()
        if value not in (None, (), []) and (name not in card.parameters or value != card.parameters[name].default)
    }


def _without_meaning(values: Mapping[str, ParameterValue], card: ModelCard) -> list[str]:
    notes = []
    for name, value in values.items():
        parameter = card.parameters[name]
        for other, needed in parameter.applies_when.items():
            if value != parameter.default and values.get(other, card.parameters[other].default) != needed:
                notes.append(f"`{name}` has a meaning only while `{other}` is {str(needed).lower()}.")
    return notes
