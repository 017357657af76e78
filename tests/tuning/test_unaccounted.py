"""Which calls may have been billed although nobody told what they cost, and how that is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from components.api.connection import Connection
from components.api.exchange import Received, Responded, Retrying, Sending
from components.core.errors import ApiConnectionError, ApiError, ApiStatusError, ApiTimeoutError
from components.core.events import AnswerDelta, Finished, UsageReported
from components.core.parts import Message, TextPart
from components.core.request import RunRequest
from components.core.usage import Usage
from components.params.cards import default_card
from components.runs.metrics import Figures
from components.runs.records import record_of, run_from_record
from components.runs.run import Run
from components.tuning.budget import price
from components.tuning.unaccounted import Unaccounted, may_be_billed, unaccounted
from components.ui.figures import cost_words, for_price, stats_line

CARD = default_card()
REQUEST = RunRequest(CARD.id, (Message("user", (TextPart("Hello"),)),), card=CARD)
MOST = price(REQUEST, CARD).high_usd


def run(*, error: ApiError | None = None, stopped: bool = False, sent: bool = True, said: str = "", **more) -> Run:
    made = Run(more.get("request", REQUEST), Connection("http://127.0.0.1:1/v1", simulated=True))
    if sent:
        made.apply(Sending())
    if said:
        made.apply(Responded(200, {}))
        made.apply(Received("", "{}", [AnswerDelta(said), *more.get("events", ())]))
    for retry in more.get("retries", ()):
        made.apply(retry)
    made.end(error=error, stopped=stopped)
    return made


DONE = [Finished("stop"), UsageReported(Usage(input_tokens=10, output_tokens=5))]


@pytest.mark.parametrize(
    ("one", "billed"),
    [
        (run(said="Hi", events=DONE), False),
        (run(said="Hi", events=[Finished("stop")]), True),
        (run(sent=False, stopped=True), False),
        (run(stopped=True), True),
        (run(said="Hi", stopped=True), True),
        (run(error=ApiConnectionError("No server answers.", sent=False)), False),
        (run(error=ApiConnectionError("It broke off.")), True),
        (run(error=ApiTimeoutError("Silence.")), True),
        (run(error=ApiStatusError("Busy.", status=503)), False),
        (run(said="Hi", error=ApiStatusError("The provider failed.")), True),
        (run(said="Hi"), True),
    ],
)
def test_what_may_be_billed(one: Run, billed: bool):
    assert may_be_billed(one) is billed
    assert may_be_billed(run_from_record(record_of(one, "local"))) is billed


def test_each_try_that_broke_off_counts_and_a_refused_one_does_not():
    retries = [Retrying(1, 3, 0.1, "It broke off.", True), Retrying(2, 3, 0.1, "Busy.", False)]
    found = unaccounted([run(said="Hi", events=DONE, retries=retries), run(stopped=True)])
    assert MOST is not None
    assert (found.calls, found.at_most_usd) == (2, 2 * MOST)
    assert found.others_usd > 0
    assert unaccounted([run_from_record(record_of(run(said="Hi", events=DONE, retries=retries), "local"))]).calls == 1


def test_a_done_run_without_usage_is_no_call_that_broke_off():
    assert unaccounted([run(said="Hi", events=[Finished("stop")])]).calls == 0


def test_without_prices_what_it_may_cost_is_not_known():
    found = unaccounted([run(stopped=True, request=RunRequest("x", REQUEST.messages))])
    assert (found.calls, found.at_most_usd) == (1, None)
    assert cost_words(None, found) == "not known: 1 call broken off, which may be billed"


@pytest.mark.parametrize(
    ("open_calls", "words"),
    [
        (Unaccounted(), "$0.1400"),
        (Unaccounted(6, Decimal("0.84"), Decimal("0.14")), "$0.1400 reported + up to $0.8400 for 6 calls broken off"),
        (Unaccounted(1, Decimal("0.14")), "up to $0.1400 for 1 call broken off"),
    ],
)
def test_it_is_shown_apart(open_calls: Unaccounted, words: str):
    assert cost_words(Decimal("0.14"), open_calls) == words


def test_what_is_not_known_reads_as_a_sentence():
    searched = Figures(Usage(), None, None, None, None, None, None, searches=1)
    assert "**Cost** not known, 1 web search" in stats_line(searched, simulated=False)
    assert for_price(None) == "at a price that is not known" and for_price(Decimal("0.013")) == "for $0.0130"
