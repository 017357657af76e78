"""What a plan will take, before it starts."""

from decimal import Decimal

import pytest

from components.api.limiter import RateLimits
from components.params.cards import default_card
from components.params.choices import Choices
from components.tuning.messages import sweep_messages
from components.tuning.plan import Plan, Question, grid
from components.tuning.quote import quote
from components.tuning.scorers import Scorer

CARD = default_card()


def told(repeats=1, at_once=8, limits=None, scorers=()):
    questions = (Question("word " * 1_000),)
    plan = Plan("A", questions, grid({}), repeats, Choices({"max_tokens": 100}), scorers, Decimal(1), at_once)
    return quote(plan, sweep_messages(plan, ()), "m", CARD, limits or RateLimits())


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ({}, 12),
        ({"repeats": 50, "at_once": 32}, 24),
        ({"repeats": 51, "at_once": 32}, 61 + 12),
        ({"repeats": 101, "at_once": 32}, 2 * 61 + 12),
        ({"repeats": 40, "at_once": 1}, 40 * 12),
        ({"repeats": 40, "at_once": 32, "limits": RateLimits(1_000, 20_000)}, 2 * 61 + 12),
    ],
    ids=["one call", "within a minute", "a minute", "two minutes", "one at a time", "tokens bind"],
)
def test_the_time_follows_from_the_limits_and_the_calls_at_once(options, seconds):
    assert told(**options).seconds == seconds


def test_ways_of_asking_that_send_the_same_are_counted_before_they_are_paid():
    def same(axes):
        plan = Plan("A", (Question("x"),), grid(axes), 1, Choices({"max_tokens": 9}), (), Decimal(1))
        return quote(plan, sweep_messages(plan, ()), "m", CARD, RateLimits()).duplicates

    assert same({"temperature": [0.0, 1.0], "top_p": [0.5, 1.0]}) == 0
    assert same({"enable_thinking": [True, False], "thinking_budget": [64, 128, 256]}) == 2
    assert same({"reasoning_effort": ["low", "high"], "thinking_budget": [64, 128]}) == 2


def test_the_judges_calls_are_counted_and_priced_apart():
    plain, judged = told(repeats=3), told(repeats=3, scorers=(Scorer("rubric", "It is short."),))
    assert (plain.calls, plain.judge_usd, judged.calls) == (3, 0, 6)
    assert judged.high_usd == plain.high_usd + judged.judge_usd and judged.low_usd > plain.low_usd
