"""What is given to the history writer is saved: at once, again while it grows, and later where it cannot be now."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from components.api.connection import Connection
from components.api.exchange import Received, Responded, Sending
from components.core.errors import ApiStatusError, StoreError
from components.core.events import AnswerDelta, Finished, ThinkingDelta, UsageReported
from components.core.parts import Message, TextPart
from components.core.request import RunRequest
from components.core.usage import Usage
from components.history.conversations import load_conversation
from components.history.runs import load_events, load_run
from components.history.store import Store, open_store
from components.history.tree import Conversation, Node
from components.runs.history_writer import HistoryWriter
from components.runs.records import record_of, restore_events, run_from_record
from components.runs.run import Run

KEY = "sk-empiriolabs-canary-kept"
PATIENCE_S = 60.0


class Disk:
    """A database that can be taken away and given back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = open_store(None, folder)
        self.refused = threading.Event()
        self.away = False

    def open(self) -> Store:
        if self.away:
            self.refused.set()
            raise StoreError("The disk is full.", "full")
        return self.store


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path)
    yield disk
    disk.store.close()


@pytest.fixture
def history_writer(disk: Disk) -> Iterator[HistoryWriter]:
    with closing(HistoryWriter(disk.open, every_s=0.01)) as history_writer:
        yield history_writer


def began(prompt: str = "Why?") -> Run:
    request = RunRequest(
        "kimi-k2-6", (Message("user", (TextPart(prompt),)),), parameters={"top_p": 0.5, "stop": ("a",)}
    )
    run = Run(request, Connection("http://127.0.0.1:1/v1", KEY, simulated=True))
    run.apply(Sending())
    run.apply(Responded(200, {"x-request-id": "r1"}))
    return run


def came(run: Run, data: str, *events: object) -> None:
    run.apply(Received("", data, events))


def talk(*runs: Run) -> Conversation:
    conversation = Conversation("local")
    said = [Node(None, "user", Message("user", (TextPart("Why?"),)), "typed")]
    conversation.follow([*said, *(Node(None, "assistant", None, "model", run_id=run.id) for run in runs)])
    return conversation


def until(condition: Callable[[], object]) -> None:
    for _ in range(int(PATIENCE_S / 0.01)):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came to be so")


def test_a_live_run_is_saved_as_it_grows_and_once_more_at_its_end(history_writer: HistoryWriter, disk: Disk):
    run = began()
    conversation = talk(run)
    history_writer.save(conversation)
    history_writer.watch(run, "local", conversation.id)
    came(run, '{"a": 1}', ThinkingDelta("Hm."))
    assert history_writer.flush()
    saved = load_run(disk.store, run.id, "local")
    assert saved is not None and (saved.status, saved.transcript.thinking) == ("thinking", "Hm.")
    came(run, '{"a": 2}', AnswerDelta("So."), Finished("stop"), UsageReported(Usage(3, 0, 5, 2, 8)))
    run.end()
    history_writer.wake(run)
    assert history_writer.flush()
    saved = load_run(disk.store, run.id, "local")
    assert saved is not None and (saved.status, saved.transcript.answer) == ("done", "So.")
    assert [event.data for event in load_events(disk.store, run.id, "local")] == ['{"a": 1}', '{"a": 2}']
    found = load_conversation(disk.store, conversation.id, "local")
    assert found is not None and [node.run_id for node in found.path] == [None, run.id]


def test_what_cannot_be_saved_now_is_saved_later_and_meanwhile_said(history_writer: HistoryWriter, disk: Disk):
    disk.away = True
    run = began()
    conversation = talk(run)
    history_writer.save(conversation)
    history_writer.watch(run, "local", conversation.id)
    assert disk.refused.wait(PATIENCE_S)
    assert not history_writer.flush() and history_writer.problem == "The disk is full."
    conversation.insert(None, "user", Message("user", (TextPart("More"),)))
    history_writer.save(conversation)
    came(run, "{}", AnswerDelta("So."), Finished("stop"))
    run.end()
    disk.away = False
    until(history_writer.flush)
    found = load_conversation(disk.store, conversation.id, "local")
    assert found is not None and len(found.path) == 3
    saved = load_run(disk.store, run.id, "local")
    assert saved is not None and saved.transcript.answer == "So."


def test_what_the_database_will_never_take_does_not_hold_up_the_rest(history_writer: HistoryWriter, disk: Disk):
    theirs = talk()
    history_writer.save(theirs)
    assert history_writer.flush()
    history_writer.save(Conversation("bob", id=theirs.id))
    run = began()
    history_writer.watch(run, "local")
    run.end()
    until(history_writer.flush)
    assert load_run(disk.store, run.id, "local") is not None
    assert load_conversation(disk.store, theirs.id, "bob") is None


def test_a_run_comes_back_whole_without_the_key(history_writer: HistoryWriter, disk: Disk):
    run = began()
    came(run, '{"choices":[{"delta":{"content":"So."}}]}', AnswerDelta("So."))
    run.end(error=ApiStatusError("Too many requests.", status=429, code="rate", request_id="r2", raw="{}"))
    history_writer.watch(run, "local")
    assert history_writer.flush()
    record = load_run(disk.store, run.id, "local")
    assert record is not None
    back = run_from_record(record)
    restore_events(back, load_events(disk.store, run.id, "local"))
    assert (back.id, back.request, back.status, back.response) == (run.id, run.request, run.status, run.response)
    assert [(event.name, event.data, list(event.events)) for _, event in back.received] == [
        (event.name, event.data, list(event.events)) for _, event in run.received
    ]
    assert type(back.error) is ApiStatusError and str(back.error) == "Too many requests." and back.error.status == 429
    assert back.timings.since_sent(back.timings.end) == pytest.approx(run.timings.since_sent(run.timings.end))
    again, was = record_of(back, "local"), record_of(run, "local")
    assert replace(again, started_at=0.0, timings={}) == replace(was, started_at=0.0, timings={})
    for file in disk.folder.iterdir():
        assert KEY.encode() not in file.read_bytes()


def test_of_several_writes_under_one_key_the_newest_is_made_once_it_can_be(disk: Disk, history_writer: HistoryWriter):
    disk.away = True
    written: list[str] = []
    history_writer.write("one", lambda store: written.append("old"))
    assert disk.refused.wait(PATIENCE_S)
    history_writer.write("one", lambda store: written.append("new"))
    history_writer.write("other", lambda store: written.append("other"))
    assert not history_writer.flush() and history_writer.problem == "The disk is full."
    disk.away = False
    assert history_writer.flush()
    assert written == ["new", "other"]
