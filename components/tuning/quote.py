"""What a plan will take, before it starts: calls, tokens, dollars and time, each as a range and all of it estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from components.api.limiter import RateLimits
from components.core.parts import Message
from components.media.estimates import check_body, estimate_request
from components.params.card import ModelCard
from components.tuning.budget import price
from components.tuning.judge import judge_request
from components.tuning.messages import position
from components.tuning.plan import Plan
from components.tuning.scorers import JUDGED

# A usual length of an answer that is judged.
_ANSWER = "word " * 300
# A call of usual length takes so long; while the limit of requests binds, it does not matter.
CALL_S = 12.0


@dataclass(frozen=True, slots=True)
class Quote:
    """`low`: short answers; `high`: every answer as long as it may get. `largest_usd`: the dearest single call.

    `same`: the ways of asking that send what an earlier one sends, as where thinking is off and its budget is varied.
    """

    calls: int
    low_tokens: int
    high_tokens: int
    low_usd: Decimal
    high_usd: Decimal
    largest_usd: Decimal
    judge_usd: Decimal
    seconds: float
    same: int


def quote(plan: Plan, messages: Sequence[Message], model: str, card: ModelCard, limits: RateLimits) -> Quote:
    """Adds up what every cell may take. Raises: MediaError if one would be too large to be sent."""
    low_tokens = high_tokens = 0
    low = high = largest = judging = Decimal(0)
    ways: list[tuple[object, int]] = []
    judges = [scorer for scorer in plan.scorers if scorer.kind == JUDGED]
    # Repeats cost the same: each question and variant is looked at once.
    for number in range(len(plan.questions) * len(plan.variants)):
        cell = plan.cell(number)
        asked = plan.request(cell, messages[position(plan, cell)], model, card)
        if cell.question == 0:
            ways.append((sorted(asked.parameters.items()), position(plan, cell)))
        check_body(estimate_request(asked).body_bytes)
        found = price(asked, card)
        question = plan.questions[cell.question]
        for scorer in judges:
            request = judge_request(scorer.setting, question.prompt, _ANSWER, question.expected, model, card)
            judged = price(request, card)
            judging += judged.high_usd * plan.repeats
            low += judged.low_usd * plan.repeats
            high += judged.high_usd * plan.repeats
            low_tokens += judged.low_tokens * plan.repeats
            high_tokens += judged.high_tokens * plan.repeats
        low_tokens += found.low_tokens * plan.repeats
        high_tokens += found.high_tokens * plan.repeats
        low += found.low_usd * plan.repeats
        high += found.high_usd * plan.repeats
        largest = max(largest, found.high_usd)
    calls = plan.size * (1 + len(judges))
    seconds = _seconds(calls, low_tokens, plan, limits)
    same = len(ways) - len(set(map(repr, ways)))
    return Quote(calls, low_tokens, high_tokens, low, high, largest, judging, seconds, same)


def _seconds(calls: int, tokens: int, plan: Plan, limits: RateLimits) -> float:
    minutes = max((calls - 1) // limits.requests_per_minute, tokens // limits.tokens_per_minute)
    return max(minutes * 61.0 + CALL_S, ceil(calls / plan.at_once) * CALL_S)
