"""Conversations come back as they were saved, to their owner only."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from components.core.errors import StoreError
from components.history.conversations import load_conversation, save_conversation
from components.history.schema import messages
from components.history.store import Store
from components.history.tree import Conversation
from tests.history.samples import EVERY_PART


def grown(owner: str = "local") -> Conversation:
    """A conversation in which every kind of part was said."""
    conversation = Conversation(owner, title="Looking", draft={"prompt": "and\0 then?", "values": {"top_p": 0.5}})
    for message in EVERY_PART:
        conversation.insert(conversation.head, message.role, message)
    return conversation


def test_a_conversation_comes_back_as_it_was(store: Store):
    conversation = grown()
    save_conversation(store, conversation)
    found = load_conversation(store, conversation.id, "local")
    assert found is not None
    assert [node.message for node in found.path] == list(EVERY_PART)
    assert (found.title, found.head, found.draft) == (conversation.title, conversation.head, conversation.draft)


def test_nobody_opens_or_changes_a_conversation_of_somebody_else(store: Store):
    conversation = grown("ann")
    save_conversation(store, conversation)
    assert load_conversation(store, conversation.id, "bob") is None
    stolen = Conversation("bob", id=conversation.id, title="mine now")
    stolen.insert(None, "user", EVERY_PART[0])
    with pytest.raises(StoreError, match="somebody else"):
        save_conversation(store, stolen)
    found = load_conversation(store, conversation.id, "ann")
    assert found is not None and found.title == "Looking" and len(found.nodes) == len(EVERY_PART)


def test_a_part_of_a_newer_version_is_kept_by_what_is_copied(store: Store):
    conversation = grown()
    save_conversation(store, conversation)
    with store.writing() as connection:
        row = connection.execute(sa.select(messages).where(messages.c.role == "tool")).one()
        newer = [*row.parts, {"type": "hologram", "depth": 3}]
        connection.execute(messages.update().where(messages.c.number == row.number).values(parts=newer))
    found = load_conversation(store, conversation.id, "local")
    assert found is not None
    tool = found.path[2]
    assert tool.message == EVERY_PART[2]
    found.remove([found.path[0].id])
    save_conversation(store, found)
    with store.reading() as connection:
        stored = connection.execute(sa.select(messages.c.parts).where(messages.c.role == "tool")).scalars().all()
    assert [json.dumps(parts) for parts in stored] == [json.dumps(newer)]
