"""A conversation can be changed in every way, and no branch of it ever changes."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.parts import Message, TextPart
from components.history.tree import Conversation, Node


def text(words: str, role: str = "user") -> Message:
    return Message(role, (TextPart(words),))


def said(*words: str) -> list[Node]:
    roles = ("user", "assistant")
    return [Node(None, roles[n % 2], text(word, roles[n % 2]), "typed") for n, word in enumerate(words)]


def shown(conversation: Conversation) -> list[str]:
    return [node.message.text for node in conversation.path if node.message]


@pytest.fixture
def talk() -> Conversation:
    conversation = Conversation("local")
    conversation.follow(said("a", "b", "c", "d"))
    return conversation


def test_what_is_said_again_is_the_same_way(talk: Conversation):
    before = dict(talk.nodes)
    talk.follow(said("a", "b", "c", "d"))
    assert talk.nodes == before and shown(talk) == ["a", "b", "c", "d"]


def test_another_answer_stands_beside_the_old_one(talk: Conversation):
    talk.follow(said("a", "B"))
    other = talk.path[1]
    assert [node.message.text for node in talk.siblings(other.id)] == ["b", "B"]
    talk.show(talk.siblings(other.id)[0].id)
    assert shown(talk) == ["a", "b", "c", "d"]


def test_an_edit_keeps_what_follows_and_can_be_taken_back(talk: Conversation):
    talk.replace(talk.path[1].id, "assistant", text("B", "assistant"))
    assert shown(talk) == ["a", "B", "c", "d"]
    assert talk.undo_last_edit() and shown(talk) == ["a", "b", "c", "d"]
    assert [node.message.text for node in talk.siblings(talk.path[1].id)] == ["b"]
    assert not talk.undo_last_edit()


def test_a_message_is_put_between_others_and_at_the_beginning(talk: Conversation):
    talk.insert(talk.path[1].id, "user", text("x"))
    talk.insert(None, "user", text("first"))
    assert shown(talk) == ["first", "a", "b", "x", "c", "d"]
    assert talk.undo_last_edit() and talk.undo_last_edit() and shown(talk) == ["a", "b", "c", "d"]


def test_messages_are_taken_out_and_come_back(talk: Conversation):
    talk.remove([talk.path[0].id, talk.path[1].id])
    assert shown(talk) == ["c", "d"] and len(talk.children(None)) == 1
    assert talk.undo_last_edit() and shown(talk) == ["a", "b", "c", "d"] and len(talk.children(None)) == 1


def test_all_that_follows_a_message_is_taken_out_and_comes_back(talk: Conversation):
    talk.remove_after(talk.path[1].id)
    assert shown(talk) == ["a", "b"] and talk.children(talk.head) == []
    assert talk.undo_last_edit() and shown(talk) == ["a", "b", "c", "d"]


def test_stopping_in_the_middle_leaves_the_rest_to_be_gone_back_to(talk: Conversation):
    talk.show_until(talk.path[1].id)
    assert shown(talk) == ["a", "b"] and len(talk.children(talk.head)) == 1
    talk.show(talk.head)
    assert shown(talk) == ["a", "b", "c", "d"]


def test_what_is_said_next_ends_the_taking_back(talk: Conversation):
    talk.remove_after(talk.path[1].id)
    talk.follow(said("a", "b", "e"))
    assert not talk.undo_last_edit() and shown(talk) == ["a", "b", "e"]


EDITS = st.lists(
    st.tuples(st.sampled_from(["replace", "insert", "remove", "cut", "say"]), st.integers(0, 9)), max_size=12
)


@given(EDITS)
def test_no_edit_changes_a_node_that_was_there_and_undo_leads_back_step_by_step(edits: list[tuple[str, int]]):
    conversation = Conversation("local")
    conversation.follow(said("a", "b", "c", "d"))
    ways = []
    for number, (kind, place) in enumerate(edits):
        before = {key: copy.copy(node) for key, node in conversation.nodes.items()}
        way = conversation.path
        at = way[place % len(way)].id if way else None
        steps = len(conversation.undo)
        was = shown(conversation)
        match kind:
            case "replace" if at:
                conversation.replace(at, "user", text(f"new {number}"))
            case "insert":
                conversation.insert(at, "user", text(f"new {number}"))
            case "remove" if at:
                conversation.remove([at])
            case "cut":
                conversation.remove_after(at)
            case "say":
                conversation.follow([*conversation.path, *said(f"new {number}")])
                ways.clear()
        if len(conversation.undo) > steps:
            ways.append(was)
        for key, node in before.items():
            now = conversation.nodes[key]
            assert (now.parent_id, now.role, now.message, now.run_id) == (
                node.parent_id,
                node.role,
                node.message,
                node.run_id,
            )
    while ways:
        assert conversation.undo_last_edit()
        assert shown(conversation) == ways.pop()
    assert not conversation.undo_last_edit()
