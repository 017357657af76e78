"""A `Run` as the record that the history stores, and back. A record has no field for the key."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import fields, replace

from components.api.connection import Connection
from components.api.exchange import Received, Responded, Retrying
from components.api.wires.registry import WIRES
from components.core.errors import ApiConnectionError, ApiError, ApiStatusError, ApiTimeoutError, WireError
from components.core.events import RawEvent
from components.history.records import ErrorRecord, EventRecord, RetryRecord, RunRecord
from components.runs.metrics import measure
from components.runs.run import Run, Timings

_ERRORS = {kind.kind: kind for kind in (ApiConnectionError, ApiTimeoutError, ApiStatusError, WireError)}


def record_of(
    run: Run, owner: str, conversation_id: str | None = None, kind: str = "chat", group_id: str | None = None
) -> RunRecord:
    """A record of the run as it is now; a live run changes later, the record does not."""
    timings = {
        each.name: since
        for each in fields(Timings)
        if (since := run.timings.since_sent(getattr(run.timings, each.name))) is not None
    }
    transcript = run.transcript
    error = run.error
    return RunRecord(
        id=run.id,
        owner=owner,
        conversation_id=conversation_id,
        kind=kind,
        group_id=group_id,
        request=run.request,
        body=run.body,
        base_url=run.connection.base_url,
        simulated=run.connection.simulated,
        status=run.status,
        started_at=_wall_clock(run.timings.sent),
        transcript=replace(
            transcript,
            thinking_deltas=[transcript.thinking],
            answer_deltas=[transcript.answer],
            tool_calls=dict(transcript.tool_calls),
            unknown=list(transcript.unknown),
        ),
        timings=timings,
        response=None if run.response is None else (run.response.status, dict(run.response.headers)),
        retries=tuple(
            RetryRecord(one.attempt, one.of, one.wait_s, one.reason, one.may_be_billed) for one in run.retries
        ),
        error=None
        if error is None
        else ErrorRecord(error.kind, str(error), error.status, error.code, error.request_id, error.raw, error.sent),
        cost_usd=measure(run).cost_usd,
    )


def events_from(run: Run, first: int) -> list[EventRecord]:
    """The events that came from index `first` on."""
    return [EventRecord(at_s, one.name, one.data) for at_s, one in run.received[first:]]


def run_from_record(record: RunRecord) -> Run:
    """The stored run without its events, which `restore_events` adds. It cannot be sent or stopped again."""
    response, error = record.response, record.error
    timings = record.timings
    run = Run(
        record.request,
        Connection(record.base_url, simulated=record.simulated),
        record.body,
        id=record.id,
        status=record.status,  # type: ignore[arg-type]  # a status of a newer version is shown as it is
        transcript=record.transcript,
        timings=Timings(**{each.name: timings.get(each.name) for each in fields(Timings)}),
        response=None if response is None else Responded(response[0], response[1]),
        retries=[Retrying(one.attempt, one.of, one.wait_s, one.reason, one.may_be_billed) for one in record.retries],
    )
    if error is not None:
        run.error = _ERRORS.get(error.kind, ApiError)(
            error.message,
            status=error.status,
            code=error.code,
            request_id=error.request_id,
            raw=error.raw,
            sent=error.sent,
        )
    return run


def restore_events(run: Run, events: Sequence[EventRecord]) -> None:
    """Adds its stored events to a run, decoded again by its wire."""
    decoder = WIRES[run.request.wire].decoder()
    for event in events:
        try:
            if not event.data:
                decoded = decoder.close()
            elif run.request.stream:
                decoded = decoder.feed(event.name, event.data)
            else:
                decoded = [*decoder.feed_body(json.loads(event.data)), *decoder.close()]
        except (ApiError, LookupError, AttributeError, TypeError, ValueError, RecursionError):
            # The client met it, too: an error inside the stream, or an event that is not documented.
            decoded = [RawEvent(event.name, event.data)]
        run.received.append((event.at_s, Received(event.name, event.data, decoded)))


def _wall_clock(moment: float | None) -> float:
    """A moment of `time.monotonic` in seconds since 1970; now if it is None."""
    return time.time() if moment is None else time.time() - (time.monotonic() - moment)
