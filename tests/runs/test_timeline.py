"""A run told as rows: its moments in order, its events as they came."""

from components.api.connection import Connection
from components.api.exchange import Received
from components.core.events import AnswerDelta, Finished, RawEvent, ThinkingDelta
from components.core.request import RunRequest
from components.runs.run import Run
from components.runs.timeline import event_rows, moments


def run_with_events() -> Run:
    run = Run(RunRequest("m", ()), Connection("http://127.0.0.1:1/v1"))
    run.timings.sent = 100.0
    run.received += [
        (0.5, Received("message", '{"a": 1}', [ThinkingDelta("hm")])),
        (2.0, Received("", "odd", [RawEvent("", "odd")])),
        (2.25, Received("message", '{"b": 2}', [AnswerDelta("Yes"), Finished("stop")])),
        (2.5, Received("message", "[DONE]", [])),
    ]
    return run


def test_every_event_has_its_time_its_gap_and_its_meaning():
    rows = [(row.number, row.at_s, row.gap_s, row.kinds) for row in event_rows(run_with_events())]
    assert rows == [
        (1, 0.5, 0.5, ("thinking",)),
        (2, 2.0, 1.5, ("unknown",)),
        (3, 2.25, 0.25, ("answer", "finish")),
        (4, 2.5, 0.25, ()),
    ]


def test_events_are_found_by_text_by_meaning_and_whatever_the_case():
    run = run_with_events()
    assert [row.number for row in event_rows(run, '"B"')] == [3]
    assert [row.number for row in event_rows(run, "unknown")] == [2]
    assert [row.number for row in event_rows(run, "done")] == [4]
    assert list(event_rows(run, "nowhere")) == []


def test_moments_come_in_order_of_time_and_leave_out_what_was_not_reached():
    run = run_with_events()
    run.timings.first_byte = 100.25
    run.timings.first_answer = 102.25
    assert [(moment.name, moment.at_s, moment.gap_s) for moment in moments(run)] == [
        ("sent", 0.0, 0.0),
        ("first byte", 0.25, 0.25),
        ("first answer", 2.25, 2.0),
    ]


def test_a_run_that_was_never_sent_has_no_moments():
    assert moments(Run(RunRequest("m", ()), Connection("http://127.0.0.1:1/v1"))) == []
