"""The estimate of a plan before it starts: calls, tokens, US dollars and time, as ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from components.api.limiter import RateLimits
from components.api.wires.weight import estimate_request
from components.core.card import ModelCard
from components.core.parts import Message
from components.media.estimates import check_body
from components.tuning.budget import Price, price, total
from components.tuning.judge import judge_request, rubric_for
from components.tuning.messages import message_index
from components.tuning.plan import Plan
from components.tuning.scorers import JUDGED
from components.tuning.setup_axes import MODEL, NO_TARGETS, Targets

# A usual length of an answer that is judged.
_ANSWER = "word " * 300
# A call of usual length takes so long; while the limit of requests binds, it does not matter.
CALL_S = 12.0


@dataclass(frozen=True, slots=True)
class Quote:
    """`low`: short answers; `high`: every answer as long as it may get. `largest_usd`: the dearest single call.
    None: not known, since a model's card does not say.

    `unknown`: the models whose highest cost of a call is not known.
    `duplicates`: the ways of asking that send the same as an earlier one, as where thinking is off.
    """

    calls: int
    low_tokens: int
    high_tokens: int | None
    low_usd: Decimal | None
    high_usd: Decimal | None
    largest_usd: Decimal | None
    judge_usd: Decimal | None
    seconds: float
    duplicates: int
    unknown: tuple[str, ...] = ()


def quote(
    plan: Plan,
    messages: Sequence[Message],
    model: str,
    card: ModelCard,
    limits: RateLimits,
    targets: Targets = NO_TARGETS,
) -> Quote:
    """Adds up the estimates of all cells, each by the card of the model that it asks; the judge is `model`.

    Raises: MediaError if one would be too large to be sent.
    """
    asked_prices: list[Price] = []
    judge_prices: list[Price] = []
    unknown: dict[str, None] = {}
    variants: list[tuple[object, int]] = []
    judges = [scorer for scorer in plan.scorers if scorer.kind == JUDGED]
    # Repeats cost the same: each question and variant is looked at once.
    for number in range(len(plan.questions) * len(plan.variants)):
        cell = plan.cell(number)
        asked = plan.request(cell, messages[message_index(plan, cell)], model, card, targets)
        if cell.question == 0:
            sent = (plan.variants[cell.variant].setup.get(MODEL), asked.wire, asked.system, asked.tools)
            variants.append(((sorted(asked.parameters.items()), sent), message_index(plan, cell)))
        check_body(estimate_request(asked).body_bytes)
        found = price(asked, asked.card)
        asked_prices.append(found)
        if found.high_usd is None:
            unknown[asked.model] = None
        question = plan.questions[cell.question]
        for scorer in judges:
            rubric = rubric_for(scorer.setting, question.columns)
            request = judge_request(rubric, plan.prompt(cell), _ANSWER, question.expected, model, card)
            judge_prices.append(price(request, card))
    every = [*asked_prices, *judge_prices]
    low_tokens = sum(one.low_tokens for one in every) * plan.repeats
    calls = plan.size * (1 + len(judges))
    dearest = [one.high_usd for one in asked_prices]
    return Quote(
        calls=calls,
        low_tokens=low_tokens,
        high_tokens=total([one.high_tokens for one in every], 0, plan.repeats),
        low_usd=total([one.low_usd for one in every], Decimal(0), plan.repeats),
        high_usd=total([one.high_usd for one in every], Decimal(0), plan.repeats),
        largest_usd=None if None in dearest else max(filter(None, dearest), default=Decimal(0)),
        judge_usd=total([one.high_usd for one in judge_prices], Decimal(0), plan.repeats),
        seconds=_seconds(calls, low_tokens, plan, limits),
        duplicates=len(variants) - len(set(map(repr, variants))),
        unknown=tuple(unknown),
    )


def _seconds(calls: int, tokens: int, plan: Plan, limits: RateLimits) -> float:
    minutes = max((calls - 1) // limits.requests_per_minute, tokens // limits.tokens_per_minute)
    return max(minutes * 61.0 + CALL_S, ceil(calls / plan.at_once) * CALL_S)
