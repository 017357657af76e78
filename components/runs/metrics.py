"""The figures of a run: what it used, what it cost, how long each phase took. None: not reported or not reached."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from components.core.usage import Prices, Usage, cost_usd
from components.runs.run import Run


@dataclass(frozen=True, slots=True)
class Figures:
    """Times are measured here, in seconds since sending; token counts are what the API reported.

    `tokens_per_second`: reported output tokens over the time from the first to the last event; None for a
    reply that came in one piece.
    """

    usage: Usage
    cost_usd: Decimal | None
    first_event_s: float | None
    first_thinking_s: float | None
    first_answer_s: float | None
    total_s: float | None
    tokens_per_second: float | None


def measure(run: Run, prices: Prices) -> Figures:
    """Takes the figures of a run as it stands now."""
    timings = run.timings
    usage = run.transcript.usage or Usage()
    searches = 1 if run.request.parameters.get("web_search_linkup") is True else 0
    written_s = (
        timings.last_event - timings.first_event
        if timings.last_event is not None and timings.first_event is not None
        else 0.0
    )
    return Figures(
        usage=usage,
        cost_usd=cost_usd(run.transcript.usage, prices, searches),
        first_event_s=timings.since_sent(timings.first_event),
        first_thinking_s=timings.since_sent(timings.first_thinking),
        first_answer_s=timings.since_sent(timings.first_answer),
        total_s=timings.since_sent(timings.end),
        tokens_per_second=usage.output_tokens / written_s if usage.output_tokens and written_s > 0 else None,
    )
