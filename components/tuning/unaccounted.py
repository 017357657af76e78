"""Calls that may have been billed although no cost was reported: broken off, stopped, or without usage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from components.core.errors import ApiStatusError
from components.runs.metrics import measure
from components.runs.run import Run
from components.tuning.budget import price


@dataclass(frozen=True, slots=True)
class Unaccounted:
    """The number of such `calls`, and their highest possible cost together (`at_most_usd`; None: not known).

    `others_usd`: the cost of the calls beside them. `why`: what they have in common, in words.
    """

    calls: int = 0
    at_most_usd: Decimal | None = Decimal(0)
    others_usd: Decimal = Decimal(0)
    why: str = "broken off"


ALL_ACCOUNTED = Unaccounted()


def may_be_billed(run: Run) -> bool:
    """Whether the run's last call may be billed although no cost was reported; False while the run is live.

    A call that was not sent costs nothing, nor does one that the API refused before it began to answer.
    """
    if run.live or run.timings.sent is None or measure(run).cost_usd is not None:
        return False
    usage = run.transcript.usage
    if usage is not None and usage.input_tokens is not None and usage.output_tokens is not None:
        return False  # it was reported; only the price is not known
    error = run.error
    return error is None or (error.sent and not (isinstance(error, ApiStatusError) and run.timings.first_event is None))


def unaccounted(runs: Iterable[Run]) -> Unaccounted:
    """The calls of several runs that broke off, earlier tries and last ones."""
    calls, at_most, others, known = 0, Decimal(0), Decimal(0), True
    for run in runs:
        others += measure(run).cost_usd or Decimal(0)
        broken_off = sum(retry.may_be_billed for retry in run.retries) + (run.status != "done" and may_be_billed(run))
        if broken_off:
            highest = price(run.request, run.request.card).high_usd
            calls += broken_off
            known = known and highest is not None
            at_most += broken_off * (highest or Decimal(0))
    return Unaccounted(calls, at_most if known else None, others)
