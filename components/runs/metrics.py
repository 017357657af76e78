"""The figures of a run: what it used, what it cost, how long each phase took. None: not reported or not reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from components.core.usage import Prices, Usage, cost_usd, saved_usd
from components.runs.run import Run

_Number = TypeVar("_Number", int, float, Decimal)


@dataclass(frozen=True, slots=True)
class Figures:
    """Times are measured here, in seconds since sending; token counts are what the API reported.

    `tokens_per_second`: reported output tokens over the time from the first to the last event; None for a
    reply that came in one piece. `searches`: how many Linkup searches the cost includes. `saved_usd`: how much
    less it is through the cache. `cost_reported`: the server reported the cost; else the card's prices give it.
    """

    usage: Usage
    cost_usd: Decimal | None
    first_event_s: float | None
    first_thinking_s: float | None
    first_answer_s: float | None
    total_s: float | None
    tokens_per_second: float | None
    searches: int = 0
    saved_usd: Decimal | None = None
    cost_reported: bool = False


def measure(run: Run) -> Figures:
    """The figures of a run as it is now, at the prices of its request's card."""
    prices = prices_of(run)
    timings = run.timings
    usage = run.transcript.usage or Usage()
    asked = run.request
    searches = 1 if asked.parameters.get("web_search_linkup") is True and asked.search_query.strip() else 0
    reported = run.transcript.cost_usd
    computed = cost_usd(run.transcript.usage, prices, searches)
    written_s = (
        timings.last_event - timings.first_event
        if timings.last_event is not None and timings.first_event is not None
        else 0.0
    )
    return Figures(
        usage=usage,
        cost_usd=computed if reported is None else reported,
        cost_reported=reported is not None,
        first_event_s=timings.since_sent(timings.first_event),
        first_thinking_s=timings.since_sent(timings.first_thinking),
        first_answer_s=timings.since_sent(timings.first_answer),
        total_s=timings.since_sent(timings.end),
        tokens_per_second=usage.output_tokens / written_s if usage.output_tokens and written_s > 0 else None,
        searches=searches,
        saved_usd=saved_usd(run.transcript.usage, prices),
    )


def prices_of(run: Run) -> Prices:
    """The prices at the address that answered."""
    return run.request.card.at(None if run.connection.simulated else run.connection.base_url).prices


def add_up(figures: Sequence[Figures]) -> Figures:
    """The figures of a turn's rounds, at least one, together: a sum with an unknown part is unknown.

    The first event and thought are those of the first round; the first answer is that of the first round that gave
    one, in seconds of generation: the time that the tools took is left out, as it is from the total.
    """
    if len(figures) == 1:
        return figures[0]
    before, first_answer_s = 0.0, None
    for one in figures:
        if one.first_answer_s is not None:
            first_answer_s = before + one.first_answer_s
            break
        before += one.total_s or 0.0
    return Figures(
        usage=Usage(**{name: _sum(getattr(one.usage, name) for one in figures) for name in Usage.__slots__}),
        cost_usd=_sum(one.cost_usd for one in figures),
        first_event_s=figures[0].first_event_s,
        first_thinking_s=figures[0].first_thinking_s,
        first_answer_s=first_answer_s,
        total_s=_sum(one.total_s for one in figures),
        tokens_per_second=None,
        searches=sum(one.searches for one in figures),
        saved_usd=_sum(one.saved_usd for one in figures),
        cost_reported=all(one.cost_reported for one in figures),
    )


def _sum(values: Iterable[_Number | None]) -> _Number | None:
    known = list(values)
    total = known[0]
    for value in known[1:]:
        total = None if total is None or value is None else total + value
    return total
