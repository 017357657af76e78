"""How many tokens the next prompt will count as, learned from the reported counts of a conversation's earlier prompts.

An estimate of text is some percent off, by language and subject, and gateways add tokens of their own that no estimate
knows of. Both stay the same within a conversation: so the last reported count is used, and only what was added since is
estimated, at the rate at which earlier additions were counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from components.api.wires.weight import estimate_request
from components.core.request import RunRequest
from components.runs.run import Run

# [own] From a smaller rise the rate would be learned from what a message costs besides its text.
_LEARNED_FROM_TOKENS: Final = 60
# [own] A rate beyond these comes from something else than text, such as sources that were added to a prompt.
_RATES: Final = (0.4, 2.5)
# Older counts add nothing, and each costs an estimate.
_LOOKED_AT: Final = 4


@dataclass(frozen=True, slots=True)
class Count:
    """A prompt that was answered: the tokens that were estimated for it, and those that the API reported."""

    estimated: int
    reported: int


def counts_before(request: RunRequest, runs: Iterable[Run], picture_factor: float = 1.0) -> list[Count]:
    """The counts of the last runs, in their order, that are comparable with `request`: of its model and endpoint.

    Not comparable are runs whose body was written by hand, and runs with a web search: its sources count as well.
    """
    usable = [run for run in runs if _is_comparable(run, request)][-_LOOKED_AT:]
    found = []
    for run in usable:
        usage = run.transcript.usage
        assert usage is not None and usage.input_tokens is not None
        found.append(Count(estimate_request(run.request, picture_factor).tokens, usage.input_tokens))
    return found


def learned_tokens(estimated: int, before: Sequence[Count]) -> int:
    """The count to expect for a prompt estimated at `estimated` tokens; the estimate itself if `before` is empty."""
    if not before:
        return estimated
    last = before[-1]
    return max(1, round(last.reported + _rate(before) * (estimated - last.estimated)))


def _rate(before: Sequence[Count]) -> float:
    """Reported tokens for each estimated one, of what was added to the conversation; else of the whole prompt."""
    first, last = before[0], before[-1]
    estimated, reported = last.estimated - first.estimated, last.reported - first.reported
    if estimated < _LEARNED_FROM_TOKENS:
        estimated, reported = last.estimated, last.reported
    if estimated < _LEARNED_FROM_TOKENS:
        return 1.0
    low, high = _RATES
    return min(high, max(low, reported / estimated))


def _is_comparable(run: Run, request: RunRequest) -> bool:
    asked, usage = run.request, run.transcript.usage
    return (
        not run.live
        and run.body is None
        and (asked.wire, asked.model) == (request.wire, request.model)
        and asked.parameters.get("web_search_linkup") is not True
        and usage is not None
        and usage.input_tokens is not None
    )
