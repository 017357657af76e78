"""The thinking resolver: one decision from three overlapping parameters.

Documented: `reasoning_effort` is translated by the gateway into `enable_thinking` and `thinking_budget`.
Not documented: which one wins when several are sent. So at most one limit is ever sent, and a
contradiction is settled here, in words, instead of by a rule nobody knows:

1. off wins: `enable_thinking` false or effort `none` switches thinking off;
2. an explicit budget beats an effort level;
3. otherwise the effort level stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.core.card import ModelCard, ParameterValue

NAMES = ("enable_thinking", "thinking_budget", "reasoning_effort")


@dataclass(frozen=True, slots=True)
class Thinking:
    """What is sent for thinking. `reason` explains it in one sentence; `warnings` name each contradiction."""

    sent: Mapping[str, ParameterValue]
    reason: str
    warnings: tuple[str, ...] = ()


def resolve_thinking(chosen: Mapping[str, ParameterValue], card: ModelCard, *, everything: bool = False) -> Thinking:
    """Decides what the three parameters together send.

    `chosen`: those of the three that were set on purpose, validated. `everything`: send a value for
    thinking even where none was chosen, at the documented defaults.
    """
    if sum(name in card.parameters for name in NAMES) < 2:  # nothing to settle between them
        return _left_alone(chosen, card, everything=everything)
    enabled = chosen.get("enable_thinking")
    budget = chosen.get("thinking_budget")
    effort = chosen.get("reasoning_effort")
    if enabled is False or effort == "none":
        return _off(enabled, budget, effort, everything)
    return _on(enabled, budget, effort, card, everything)


def _off(
    enabled: ParameterValue | None, budget: ParameterValue | None, effort: ParameterValue | None, everything: bool
) -> Thinking:
    warnings: list[str] = []
    if enabled is False:
        sent: dict[str, ParameterValue] = {"enable_thinking": False}
        reason = "Thinking is off: `enable_thinking` is false."
        if effort is not None and effort != "none":
            warnings.append(f"`reasoning_effort` {effort} asks for thinking, but thinking is off: it is not sent.")
    else:
        sent = {"reasoning_effort": "none"}
        reason = "Thinking is off: `reasoning_effort` is none."
        if enabled is True:
            warnings.append("`enable_thinking` is on, but `reasoning_effort` none switches thinking off: off wins.")
        if everything:
            sent = {"enable_thinking": False, **sent}
    if budget is not None:
        warnings.append(f"`thinking_budget` {budget:,} has no meaning while thinking is off: it is not sent.")
    return Thinking(sent, reason, tuple(warnings))


def _on(
    enabled: ParameterValue | None,
    budget: ParameterValue | None,
    effort: ParameterValue | None,
    card: ModelCard,
    everything: bool,
) -> Thinking:
    sent: dict[str, ParameterValue] = {}
    if enabled is True or everything:
        sent["enable_thinking"] = True
    if budget is not None:
        sent["thinking_budget"] = budget
        warnings: tuple[str, ...] = ()
        if effort is not None:
            warnings = (
                f"`reasoning_effort` {effort} and `thinking_budget` {budget:,} both set the limit: the budget is sent.",
            )
        return Thinking(sent, f"Thinking is on with a budget of {budget:,} tokens.", warnings)
    if effort is not None:
        sent["reasoning_effort"] = effort
        return Thinking(sent, f"Thinking is on at {effort} effort; the gateway picks the budget.")
    default = card.default_of("thinking_budget")
    if everything and default is not None:
        sent["thinking_budget"] = default
        return Thinking(
            sent,
            f"Thinking is on with the documented default budget of {default:,} tokens; "
            "effort sets the same limit, so it is not sent.",
        )
    if sent:
        return Thinking(sent, "Thinking is on; its limit is left to the API.")
    return Thinking({}, "Nothing is sent about thinking: the API's default is on.")


def _left_alone(chosen: Mapping[str, ParameterValue], card: ModelCard, *, everything: bool) -> Thinking:
    """What a model has of its own is sent as it is set."""
    sent = dict(chosen)
    if everything:
        defaults = ((name, card.default_of(name)) for name in NAMES)
        sent = {**{name: value for name, value in defaults if value is not None}, **sent}
    described = ", ".join(f"`{name}` {value}" for name, value in sent.items())
    return Thinking(sent, f"Sent about thinking: {described}." if described else "")
