"""Figures of a run: what was not reported or not reached is None, never 0."""

from dataclasses import replace
from decimal import Decimal

import pytest

from components.api.connection import Connection
from components.api.exchange import Received, Sending
from components.core.events import AnswerDelta, UsageReported
from components.core.parts import Message, TextPart
from components.core.request import RunRequest
from components.core.usage import Prices, Usage
from components.params.cards import default_card
from components.runs.metrics import Figures, measure
from components.runs.run import Run


def run_with(*events: object, **parameters: bool) -> Run:
    request = RunRequest("m", (Message("user", (TextPart("Hi"),)),), parameters=parameters, card=default_card())
    run = Run(request, Connection("http://127.0.0.1:1/v1", simulated=True))
    run.apply(Sending())
    run.apply(Received("message", "{}", events))
    run.timings.sent, run.timings.first_event, run.timings.last_event, run.timings.end = 100.0, 101.0, 103.0, 104.0
    if run.timings.first_answer is not None:
        run.timings.first_answer = 102.0
    return run


def test_a_run_that_was_never_sent_has_no_figures():
    run = Run(RunRequest("m", ()), Connection("http://127.0.0.1:1/v1"))
    assert measure(run) == Figures(Usage(), None, None, None, None, None, None)


def test_missing_usage_gives_no_cost_and_no_speed():
    figures = measure(run_with(AnswerDelta("x")))
    assert (figures.usage, figures.cost_usd, figures.tokens_per_second) == (Usage(), None, None)
    assert (figures.first_event_s, figures.first_thinking_s, figures.first_answer_s, figures.total_s) == (1, None, 2, 4)


def test_speed_counts_from_the_first_to_the_last_event():
    figures = measure(run_with(UsageReported(Usage(10, 0, 60, 20, 70))))
    assert figures.tokens_per_second == pytest.approx(30)


def test_a_reply_in_one_piece_has_no_speed():
    run = run_with(UsageReported(Usage(10, 0, 60, 20, 70)))
    run.timings.last_event = run.timings.first_event
    assert measure(run).tokens_per_second is None


@pytest.mark.parametrize("searched, expected", [(False, "0.0086505508"), (True, "0.0216505508")])
def test_the_cost_is_the_documented_example(searched: bool, expected: str):
    usage = UsageReported(Usage(input_tokens=10_000, cached_tokens=8_192, output_tokens=1_500))
    figures = measure(run_with(usage, web_search_linkup=searched))
    assert figures.cost_usd == Decimal(expected)


def test_a_model_without_prices_has_no_cost():
    run = run_with(UsageReported(Usage(10_000, 0, 1_500)))
    run.request = replace(run.request, card=replace(default_card(), prices=Prices()))
    figures = measure(run)
    assert figures.cost_usd is None and figures.saved_usd is None and not figures.cost_reported


def test_what_the_server_says_that_it_costs_goes_before_the_card():
    figures = measure(run_with(UsageReported(Usage(10_000, 0, 1_500), cost_usd=Decimal("0.5"))))
    assert figures.cost_usd == Decimal("0.5") and figures.cost_reported
