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
    conversation = Conversation(
        owner=head.owner,
        id=head.id,
        title=head.title,
        created_at=head.created_at,
        head=head.head,
        draft=head.draft,
        undo=head.undo,
    )
    for row in rows:
        node = Node(
            parent_id=row.parent_id,
            role=row.role,
            message=messages.get(row.message_number),
            origin=row.origin,
            run_id=row.run_id,
            id=row.id,
            created_at=row.created_at,
            hidden=row.hidden,
            stored=row.message_number,
        )
        conversation.put(node)
    return conversation


def _save_head(connection: sa.Connection, conversation: Conversation) -> None:
    changing = {
        "title": conversation.title,
        "updated_at": time.time(),
        "head": conversation.head,
        "draft": conversation.draft,
        "undo": conversation.undo,
    }
    row = {"id": conversation.id, "owner": conversation.owner, "created_at": conversation.created_at, **changing}
    if not insert_or_update(connection, conversations, row, changing, owned=True):
        raise StoreError("This conversation cannot be saved: its id belongs to somebody else.")


def _save_node(connection: sa.Connection, conversation_id: str, node: Node) -> None:
    if node.stored is None and node.message is not None:
        content = content_of(node.message)
        node.stored = save_messages(connection, [content])[content.sha256]
    row = {
        "id": node.id,
        "conversation_id": conversation_id,
        "parent_id": node.parent_id,
        "role": node.role,
        "message_number": node.stored,
        "run_id": node.run_id,
        "origin": node.origin,
        "created_at": node.created_at,
        "hidden": node.hidden,
    }
    insert_or_update(connection, nodes, row, ("message_number", "hidden"))
