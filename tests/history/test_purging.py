"""What was deleted is gone for good after a while, and nothing else is."""

from __future__ import annotations

import sqlalchemy as sa

from components.core.parts import ImagePart, Message, TextPart
from components.history.conversations import load_conversation, save_conversation
from components.history.listing import Filter, list_runs
from components.history.marks import delete, restore, tag
from components.history.purging import RETENTION_S, purge_deleted
from components.history.records import EventRecord, RunRecord
from components.history.runs import load_run, save_run
from components.history.schema import media, messages, metadata
from components.history.store import Store
from components.history.sweeps import create_sweep, load_prompts
from components.history.tree import Conversation, Node
from tests.history.samples import asked


def question(number: int) -> Message:
    return Message("user", (ImagePart(b"%d" % number, "image/png", 1, 1, "a.png"), TextPart(f"Question {number}")))


def talk(store: Store, number: int) -> RunRecord:
    """A conversation of one turn, on which everything hangs that can hang on a run."""
    conversation = Conversation("local")
    said = question(number)
    record = asked("", messages=(said,), conversation_id=conversation.id, answer=f"Answer {number}")
    conversation.follow([Node(None, "user", said, "typed"), Node(None, "assistant", None, "model", run_id=record.id)])
    save_conversation(store, conversation)
    save_run(store, record, [EventRecord(0.1, "", "{}")])
    tag(store, "local", [record.id], "kept")
    return record


def count(store: Store, table: sa.Table) -> int:
    with store.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def counts(store: Store) -> dict[str, int]:
    return {name: count(store, table) for name, table in metadata.tables.items()}


def test_a_deleted_run_goes_with_all_that_was_its_own(store: Store):
    talk(store, 1)
    before = counts(store)
    gone = talk(store, 2)
    delete(store, "local", [gone.id])
    assert purge_deleted(store) == 0 and counts(store) != before  # it can still be brought back
    assert purge_deleted(store, retention_s=-1.0) == 1
    assert counts(store) == before
    with store.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM run_search")).scalar() == 1
    assert [row.values["title"] for row in list_runs(store, "local", Filter(words="question"))] == ["Question 1"]
    assert RETENTION_S >= 3_600


def test_what_others_refer_to_stays(store: Store):
    first, second = talk(store, 1), talk(store, 2)
    again = asked("", messages=(question(1),), conversation_id=second.conversation_id)
    save_run(store, again)
    sweep_id = create_sweep(store, "local", "A name", {"version": 1}, [question(1)], 1)
    delete(store, "local", [first.id, second.id])
    assert purge_deleted(store, retention_s=-1.0) == 2
    assert load_conversation(store, first.conversation_id or "", "local") is None
    kept = load_conversation(store, second.conversation_id or "", "local")
    assert kept is not None and kept.path[0].message == question(2)
    assert load_prompts(store, sweep_id) == [question(1)]
    found = load_run(store, again.id, "local")
    assert found is not None and found.request.messages == (question(1),)
    assert (count(store, messages), count(store, media)) == (2, 2)


def test_what_was_brought_back_is_not_purged(store: Store):
    record = talk(store, 1)
    delete(store, "local", [record.id])
    restore(store, "local", [record.id])
    assert purge_deleted(store, retention_s=-1.0) == 0
    assert load_run(store, record.id, "local") is not None
