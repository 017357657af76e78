"""An export brings back the same conversation, and nothing else than one is read."""

from __future__ import annotations

import contextlib
import copy
import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.api.wires.registry import WIRES
from components.core.errors import MediaError
from components.core.parts import ImagePart, Message, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from components.history.archive import Archived, collect, read_archive, save_archived, write_archive
from components.history.conversations import load_conversation, save_conversation
from components.history.documents import as_csv, as_html, as_markdown
from components.history.listing import Filter, list_runs
from components.history.marks import Marks, save_marks
from components.history.records import EventRecord
from components.history.runs import save_run
from components.history.store import Store
from components.history.tree import Conversation, Node
from tests.history.samples import EVERY_PART, asked

TEXTS = st.text(st.characters(), max_size=20)
# Beyond it readers of JSON disagree about whole numbers.
PIXELS = st.integers(0, 2**53)
PARTS = {
    "user": st.builds(TextPart, TEXTS) | st.builds(ImagePart, st.binary(), TEXTS, PIXELS, PIXELS, TEXTS),
    "assistant": st.builds(ThinkingPart, TEXTS, TEXTS)
    | st.builds(TextPart, TEXTS)
    | st.builds(ToolCallPart, TEXTS, TEXTS, TEXTS),
    "tool": st.builds(ToolResultPart, TEXTS, TEXTS),
}
MESSAGES = st.sampled_from(list(PARTS)).flatmap(
    lambda role: st.builds(Message, st.just(role), st.lists(PARTS[role], max_size=3).map(tuple))
)


def talk() -> Archived:
    record = asked("Why?", messages=EVERY_PART[:1], started_at=5.0)
    conversation = Conversation("local", title="Looking", created_at=3.0, draft={"choices": {"wire": "messages"}})
    conversation.follow(
        [Node(None, "user", EVERY_PART[0], "typed"), Node(None, "assistant", None, "model", run_id=record.id)]
    )
    conversation.replace(conversation.path[0].id, "user", Message("user", (TextPart("Why not?"),)))
    record = replace(record, conversation_id=conversation.id)
    marks = {record.id: Marks(True, 0, "wrong", ("blue", "sky"))}
    return Archived(conversation, {record.id: record}, {record.id: [EventRecord(0.1, "", "{}\0")]}, marks)


def shape(archived: Archived) -> list[object]:
    """What it says, whatever its ids are."""
    conversation = archived.conversation
    order = {node_id: place for place, node_id in enumerate(conversation.nodes)}
    runs = {run_id: place for place, run_id in enumerate(archived.runs)}
    nodes = [
        (
            order.get(node.parent_id or ""),
            node.role,
            node.message,
            node.origin,
            runs.get(node.run_id or ""),
            node.hidden,
        )
        for node in conversation.nodes.values()
    ]
    records = [replace(run, id="", owner="", conversation_id=None, transcript=None) for run in archived.runs.values()]
    texts = [(run.transcript.thinking, run.transcript.answer, run.transcript.usage) for run in archived.runs.values()]
    frame = (conversation.title, conversation.created_at, order.get(conversation.head or ""), conversation.draft)
    marks = [archived.marks.get(run_id, Marks()) for run_id in archived.runs]
    return [frame, nodes, records, texts, list(archived.events.values()), marks]


MARKS = st.builds(
    Marks,
    st.booleans(),
    st.none() | st.integers(0, 1),
    TEXTS,
    st.lists(TEXTS, max_size=3, unique=True).map(sorted).map(tuple),
)


@given(st.lists(MESSAGES, max_size=5), st.lists(MESSAGES, max_size=3), st.lists(MARKS, max_size=3))
def test_export_then_import_is_the_identity(first: list[Message], second: list[Message], marked: list[Marks]):
    conversation = Conversation("local")
    for messages in (first, second):
        conversation.follow([Node(None, message.role, message, "typed") for message in messages])
    answers = {record.id: record for record in (asked("Why?", started_at=5.0) for _ in marked)}
    for run_id in answers:
        conversation.follow([Node(None, "assistant", None, "model", run_id=run_id)])
    events = {run_id: [EventRecord(0.1, "", "{}")] for run_id in answers}
    archived = Archived(conversation, answers, events, dict(zip(answers, marked, strict=True)))
    (back,) = read_archive(write_archive([archived]), "ann", WIRES)
    assert shape(back) == shape(archived) and back.conversation.owner == "ann"


def test_a_conversation_goes_through_the_database_and_a_file_and_is_the_same(store: Store):
    archived = talk()
    save_conversation(store, archived.conversation)
    for run_id, record in archived.runs.items():
        save_run(store, record, archived.events[run_id])
        save_marks(store, "local", run_id, archived.marks[run_id])
    conversation = load_conversation(store, archived.conversation.id, "local")
    assert conversation is not None
    (back,) = read_archive(write_archive([collect(store, conversation)]), "ann", WIRES)
    assert shape(back) == shape(archived)
    save_archived(store, back)
    again = load_conversation(store, back.conversation.id, "ann")
    assert again is not None and shape(collect(store, again)) == shape(archived)
    assert load_conversation(store, archived.conversation.id, "local") is not None


def test_a_file_of_the_first_version_is_read():
    whole = json.loads(write_archive([talk()]))
    whole["version"] = 1
    for run in whole["conversations"][0]["runs"]:
        del run["marks"]
    (back,) = read_archive(json.dumps(whole), "local", WIRES)
    assert shape(back)[:-1] == shape(talk())[:-1] and set(back.marks.values()) == {Marks()}


def test_without_media_pictures_are_only_named():
    text = write_archive([talk()], media=False)
    assert json.loads(text)["media"] == {} and "sha256" in text
    (back,) = read_archive(text, "local", WIRES)
    assert [len(node.message.parts) for node in back.conversation.nodes.values() if node.message] == [3, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "not JSON"),
        ("{}", "no export"),
        ("[" * 100_000, "not JSON"),
        (json.dumps({"format": "kimi-playground conversations", "version": 99}), "version 99"),
        (json.dumps({"format": "kimi-playground conversations", "version": 1}), "damaged"),
        (json.dumps({"format": "kimi-playground conversations", "version": 1, "conversations": [{}]}), "damaged"),
    ],
)
def test_what_is_no_export_is_refused_in_a_sentence(text: str, words: str):
    with pytest.raises(MediaError, match=words):
        read_archive(text, "local", WIRES)


def _places(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*place, key)
        yield from _places(value[key], (*place, key))  # type: ignore[index]  # of a dict or a list


FOREIGN = json.loads(write_archive([talk()]))
ODD = [None, -1, True, 10**400, math.inf, math.nan, "", "x", "\ud800", [], [[]], {}, {"a": 1}]


@given(st.sampled_from(list(_places(FOREIGN))), st.sampled_from(ODD))
def test_a_damaged_file_is_refused_in_a_sentence_or_can_be_kept_and_written_out(
    place: tuple[str | int, ...], odd: object
):
    whole = copy.deepcopy(FOREIGN)
    inner = whole
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = odd
    with contextlib.suppress(MediaError):
        for archived in read_archive(json.dumps(whole), "local", WIRES):
            assert len(archived.conversation.path) <= len(archived.conversation.nodes)
            for run in archived.runs.values():
                assert run.transcript.message() and run.title is not None and run.kind is not None
            said = [node.message for node in archived.conversation.nodes.values() if node.message]
            assert as_html(archived.conversation.title, said) and write_archive([archived])


def test_a_file_whose_messages_go_in_a_circle_or_whose_picture_was_changed_is_refused():
    circle, changed = copy.deepcopy(FOREIGN), copy.deepcopy(FOREIGN)
    nodes = circle["conversations"][0]["nodes"]
    nodes[0]["parent"] = nodes[1]["id"]
    changed["media"][next(iter(changed["media"]))]["data"] = "AAAA"
    for whole, words in ((circle, "does not stand before it"), (changed, "not what it was")):
        with pytest.raises(MediaError, match=words):
            read_archive(json.dumps(whole), "local", WIRES)


def test_runs_become_a_table(store: Store):
    save_run(store, asked('=HYPERLINK("http://x")', parameters={"temperature": 0.5}))
    text = as_csv(list_runs(store, "local", Filter()))
    assert text.startswith("\ufeffid,")  # by which a spreadsheet knows that it is UTF-8
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0]["title"] == '\'=HYPERLINK("http://x")' and rows[0]["parameters"] == "temperature=0.5"
    assert rows[0]["input_tokens"] == "10" and rows[0]["rating"] == ""


def test_documents_hold_all_of_it_and_the_page_runs_nothing():
    hostile = Message("user", (TextPart("<script>alert(1)</script>"),))
    page, text = as_html("A & B", [hostile, *EVERY_PART]), as_markdown("A", [hostile, *EVERY_PART])
    assert (
        "<script" not in page and "&lt;script&gt;" in page and "data:image/png;base64," in page and "A &amp; B" in page
    )
    for words in ("Hm.", "It is 42.", "look", "42"):
        assert words in page and words in text


def test_the_endpoints_are_those_that_the_app_knows():
    whole = json.loads(write_archive([talk()]))
    for run in whole["conversations"][0]["runs"]:
        run["request"]["wire"] = "toy"
    (back,) = read_archive(json.dumps(whole), "local", [*WIRES, "toy"])
    assert {run.request.wire for run in back.runs.values()} == {"toy"}
    with pytest.raises(MediaError, match="'toy' is not one of"):
        read_archive(json.dumps(whole), "local", WIRES)
