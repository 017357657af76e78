"""Conversations in the database. Every function asks for the owner, so that nobody reads what is somebody else's."""

from __future__ import annotations

import time

import sqlalchemy as sa

from components.core.errors import StoreError
from components.history.messages import insert_or_update, load_messages, save_messages
from components.history.part_json import content_of
from components.history.schema import conversations, nodes
from components.history.store import Store
from components.history.tree import Conversation, Node

# The columns that are fields of a `Conversation` and of a `Node` under the same names.
_COLUMNS = ("id", "owner", "title", "created_at", "head", "draft", "undo")
_NODE_COLUMNS = ("id", "parent_id", "role", "origin", "run_id", "created_at", "hidden")


def save_conversation(store: Store, conversation: Conversation) -> None:
    """Writes title, head, draft and undo of the conversation, and its `changed` nodes. Leaves `changed` as it is.

    Raises: StoreError; also when a conversation of that id is somebody else's.
    """
    with store.writing() as connection:
        _save_head(connection, conversation)
        changed = [conversation.nodes[node_id] for node_id in conversation.changed]
        for node in sorted(changed, key=lambda node: node.created_at):
            _save_node(connection, conversation.id, node)


def load_conversation(store: Store, conversation_id: str, owner: str) -> Conversation | None:
    """The conversation with all its nodes; None if there is none of that id or it is somebody else's.

    Raises: StoreError.
    """
    with store.reading() as connection:
        head = connection.execute(
            sa.select(conversations).where(
                conversations.c.id == conversation_id,
                conversations.c.owner == owner,
                conversations.c.deleted_at.is_(None),
            )
        ).first()
        if head is None:
            return None
        rows = connection.execute(
            sa.select(nodes).where(nodes.c.conversation_id == conversation_id).order_by(nodes.c.created_at, nodes.c.id)
        ).all()
        messages = load_messages(connection, [row.message_number for row in rows if row.message_number is not None])
    conversation = Conversation(**{name: getattr(head, name) for name in _COLUMNS})
    for row in rows:
        columns = {name: getattr(row, name) for name in _NODE_COLUMNS}
        conversation.put(Node(**columns, message=messages.get(row.message_number), stored=row.message_number))
    return conversation


def _save_head(connection: sa.Connection, conversation: Conversation) -> None:
    row = {"updated_at": time.time(), **{name: getattr(conversation, name) for name in _COLUMNS}}
    changing = ("title", "updated_at", "head", "draft", "undo")
    if not insert_or_update(connection, conversations, row, changing, owned=True):
        raise StoreError("This conversation cannot be saved: its id belongs to somebody else.")


def _save_node(connection: sa.Connection, conversation_id: str, node: Node) -> None:
    if node.stored is None and node.message is not None:
        content = content_of(node.message)
        node.stored = save_messages(connection, [content])[content.sha256]
    columns = {name: getattr(node, name) for name in _NODE_COLUMNS}
    row = {"conversation_id": conversation_id, "message_number": node.stored, **columns}
    insert_or_update(connection, nodes, row, ("message_number", "hidden"))
