"""A run as rows: the moments that it reached, and every event as it came. No Streamlit, no wire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from components.core.events import (
    AnswerDelta,
    Finished,
    RawEvent,
    Started,
    StreamEvent,
    ThinkingDelta,
    ThinkingSigned,
    ToolCallDelta,
    UsageReported,
)
from components.runs.run import Run

_KINDS: dict[type[StreamEvent], str] = {
    Started: "start",
    ThinkingDelta: "thinking",
    ThinkingSigned: "signature",
    AnswerDelta: "answer",
    ToolCallDelta: "tool call",
    UsageReported: "usage",
    Finished: "finish",
    RawEvent: "unknown",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened once: `at_s` seconds since sending, `gap_s` since the moment before."""

    name: str
    at_s: float
    gap_s: float


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event as it came. `kinds`: what its wire read from it; none for an event that only keeps it alive."""

    number: int
    at_s: float
    gap_s: float
    name: str
    kinds: tuple[str, ...]
    data: str


def moments(run: Run) -> list[Moment]:
    """The moments that a run reached, in order of time."""
    timings = run.timings
    reached = [
        ("sent", timings.sent),
        ("first byte", timings.first_byte),
        ("first event", timings.first_event),
        ("first thinking", timings.first_thinking),
        ("first answer", timings.first_answer),
        ("last event", timings.last_event),
        ("end", timings.end),
    ]
    known = sorted(((name, at) for name, moment in reached if (at := timings.since_sent(moment)) is not None), key=_at)
    before = [at for _, at in known[:1]] + [at for _, at in known]
    return [Moment(name, at, at - earlier) for (name, at), earlier in zip(known, before, strict=False)]


def _at(moment: tuple[str, float]) -> float:
    return moment[1]


def event_rows(run: Run, containing: str = "") -> Iterator[EventRow]:
    """Every event whose name, meaning or data contains the text, whatever its case; all without one."""
    wanted = containing.casefold()
    before = 0.0
    for number, (at_s, received) in enumerate(list(run.received), start=1):
        kinds = tuple(dict.fromkeys(_KINDS[type(event)] for event in received.events))
        if not wanted or wanted in " ".join((received.name, *kinds, received.data)).casefold():
            yield EventRow(number, at_s, at_s - before, received.name, kinds, received.data)
        before = at_s
