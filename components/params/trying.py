"""What the reference's "Try it", a new sweep and the probe do with a parameter: as the card says, else by its type."""

from __future__ import annotations

from components.core.card import ContrastSpec, ModelCard, Parameter, ParameterValue, Trial

_SHORT_ANSWER = 200
_SPREAD = 3


def trial_of(parameter: Parameter) -> Trial:
    """The setting and the prompt that show what the parameter does."""
    if parameter.trial is not None:
        return parameter.trial
    first, last = _ends(parameter)
    return Trial({parameter.name: first if last == parameter.default else last})


def sweep_values_of(parameter: Parameter) -> str:
    """The values that a sweep of the parameter begins with, as they are typed."""
    if parameter.sweep:
        return parameter.sweep
    match parameter.type:
        case "boolean":
            return "on, off"
        case "enum":
            return ", ".join(parameter.options)
        case "string":
            return "END"
        case "number" | "integer":
            first, last = _ends(parameter)
            values = dict.fromkeys([first, parameter.default, last] if parameter.default is not None else [first, last])
            return ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)


def contrast_of(parameter: Parameter, card: ModelCard) -> ContrastSpec:
    """How the probe tries the parameter: by its two ends, without thinking where that can be switched off."""
    if parameter.contrast is not None:
        return parameter.contrast
    first, last = _ends(parameter)
    base = without_thinking(card) if parameter.turns_thinking_off is None else {}
    limit = card.parameters.get("max_tokens")
    if limit is not None and limit is not parameter:
        base["max_tokens"] = _within(limit, _SHORT_ANSWER)
    for name, value in parameter.applies_when.items():
        base[name] = value
    return ContrastSpec(({parameter.name: first}, {parameter.name: last}), base=base)


def without_thinking(card: ModelCard) -> dict[str, ParameterValue]:
    """What switches thinking off; empty where the card has no such switch."""
    switch = card.thinking_switch
    if switch is None or switch.turns_thinking_off is None:
        return {}
    return {switch.name: switch.turns_thinking_off}


def _ends(parameter: Parameter) -> tuple[ParameterValue, ParameterValue]:
    """Two allowed values that lie far apart."""
    match parameter.type:
        case "boolean":
            return False, True
        case "enum":
            return parameter.options[0], parameter.options[-1]
        case "string":
            return ("the",), ("and",)
        case "number" | "integer":
            step = parameter.step or 1
            default = parameter.default if isinstance(parameter.default, int | float) else 0
            low = (
                parameter.min if parameter.min is not None else min(default, parameter.max or default) - _SPREAD * step
            )
            high = parameter.max if parameter.max is not None else max(default, low) + _SPREAD * step
            return (int(low), int(high)) if parameter.type == "integer" else (float(low), float(high))


def _within(parameter: Parameter, value: int) -> int:
    low = value if parameter.min is None else max(value, int(parameter.min))
    return low if parameter.max is None else min(low, int(parameter.max))
