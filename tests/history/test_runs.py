"""Runs come back as they were saved, to their owner only."""

from __future__ import annotations

import time
from dataclasses import fields, replace

import pytest
import sqlalchemy as sa

from components.core.transcript import Transcript
from components.history.records import ABANDONED_S, EventRecord, RunRecord
from components.history.runs import load_events, load_run, mend_abandoned, save_run
from components.history.schema import media, messages, runs
from components.history.store import Store
from tests.history.samples import EVERY_PART, asked, failed


def _assert_same(found: RunRecord | None, saved: RunRecord) -> None:
    assert found is not None
    for each in fields(Transcript):
        kept, was = getattr(found.transcript, each.name), getattr(saved.transcript, each.name)
        if each.name.endswith("_deltas"):
            kept, was = "".join(kept), "".join(was)
        assert kept == was, each.name
    assert replace(found, transcript=saved.transcript) == saved


@pytest.mark.parametrize("make", [asked, failed])
def test_a_run_comes_back_as_it_was(store: Store, make):
    record = make("Why?", messages=EVERY_PART)
    save_run(store, record)
    _assert_same(load_run(store, record.id, "local"), record)


def test_a_live_run_grows_and_its_events_are_each_there_once(store: Store):
    record = asked("Why?", status="answering", answer="Be", cost_usd=None, usage=None)
    events = [EventRecord(0.1 * n, "", f"data {n}\0") for n in range(5)]
    save_run(store, record, events[:3])
    ended = replace(record, status="done", transcript=Transcript(answer_deltas=["Because."], finish_reason="stop"))
    save_run(store, ended, events[3:], first=3)
    _assert_same(load_run(store, record.id, "local"), ended)
    assert load_events(store, record.id, "local") == events


def test_a_live_run_whose_writer_is_gone_was_interrupted(store: Store):
    record = asked("Why?", status="answering")
    save_run(store, record)
    found = load_run(store, record.id, "local")
    assert found is not None and found.status == "answering"
    with store.writing() as connection:
        connection.execute(runs.update().values(saved_at=time.time() - ABANDONED_S - 1))
    found = load_run(store, record.id, "local")
    assert found is not None and found.status == "interrupted" and found.transcript.answer == "Because."
    assert mend_abandoned(store) == 1 and mend_abandoned(store) == 0
    with store.reading() as connection:
        assert connection.execute(sa.select(runs.c.status)).scalar() == "interrupted"


def test_nobody_gets_at_a_run_of_somebody_else(store: Store):
    record = asked("Why?", owner="ann")
    save_run(store, record, [EventRecord(0.1, "", "{}")])
    assert load_run(store, record.id, "bob") is None
    assert load_events(store, record.id, "bob") == []


def test_messages_and_media_are_stored_once_however_often_they_are_sent(store: Store):
    for _ in range(3):
        save_run(store, asked("Why?", messages=EVERY_PART))
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(messages)).scalar() == len(EVERY_PART)
        assert connection.execute(sa.select(sa.func.count()).select_from(media)).scalar() == 2
