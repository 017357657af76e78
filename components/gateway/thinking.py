"""Whether and how long the model thinks, from the three overlapping parameters.

Apart from `components.params.thinking` on purpose: that module decides what the app sends, this one what a server
makes of it. Precedence and numbers: `assumptions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.core.card import ModelCard, ParameterValue
from components.gateway.assumptions import THINKING_BUDGETS
from components.gateway.conversation import Request, Turn
from components.gateway.errors import GatewayError, bad_request

_USUAL_BUDGET = THINKING_BUDGETS["medium"]


@dataclass(frozen=True, slots=True)
class ThinkingPlan:
    """`budget`: most tokens of thinking, 0 when it is off. `because`: the deciding parameter, in words."""

    budget: int
    because: str

    @property
    def on(self) -> bool:
        """Whether the model thinks at all."""
        return self.budget > 0

    @property
    def depth(self) -> int:
        """How thoroughly to think, 0 (off) to 5: small budgets get little, max the most."""
        if not self.on:
            return 0
        steps = (2_048, THINKING_BUDGETS["low"], THINKING_BUDGETS["medium"], THINKING_BUDGETS["high"])
        return 1 + sum(self.budget > step for step in steps)


def plan_thinking(given: Mapping[str, ParameterValue], card: ModelCard) -> ThinkingPlan:
    """Decides from the parameters that the request really carries (`given`), already checked."""
    budget = given.get("thinking_budget")
    effort = given.get("reasoning_effort")
    if given.get("enable_thinking") is False:
        return ThinkingPlan(0, "enable_thinking is false")
    if effort == "none":
        return ThinkingPlan(0, "reasoning_effort is none")
    for name, parameter in card.parameters.items():  # switches that other models have
        if parameter.turns_thinking_off is not None and given.get(name) == parameter.turns_thinking_off:
            return ThinkingPlan(0, f"{name} is {given[name]}")
    if isinstance(budget, int):
        return ThinkingPlan(budget, f"thinking_budget is {budget:,}")
    if isinstance(effort, str):
        return ThinkingPlan(THINKING_BUDGETS.get(effort, _USUAL_BUDGET), f"reasoning_effort is {effort}")
    default = card.default_of("thinking_budget")
    budget = default if isinstance(default, int) else _USUAL_BUDGET
    return ThinkingPlan(budget, "nothing limits it, so the default budget holds")


def turns_without_thinking(request: Request, card: ModelCard) -> tuple[Turn, ...]:
    """The assistant turns with tool calls that came back without the thinking they were made with.

    None when this request does not think. Most clients leave the thinking out; the upstream's strict hosts refuse that.
    """
    if not plan_thinking(request.given, card).on:
        return ()
    return tuple(turn for turn in request.turns if turn.calls and not turn.thinking)


def missing_thinking(turn: Turn) -> GatewayError:
    """The refusal of a turn without its thinking: the upstream's wording (api-facts, sections 5 and 10)."""
    return bad_request(
        f"thinking is enabled but reasoning_content is missing in assistant tool call message at index {turn.index}",
        turn.thinking_field,
    )
