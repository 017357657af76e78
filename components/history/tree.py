"""`Node` and `Conversation`: what was said, as a tree of which the page shows one way from the root.

Nodes never change and are never taken out: an edit is a new node beside the old one, a deletion hides. So every
branch stays as it was, and a step back is the head and the hidden marks of before. No database here.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from components.core.parts import Message, Role

Origin = Literal["typed", "model", "tool", "edited", "imported"]


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(16)


@dataclass(slots=True)
class Node:
    """A message in its place. `message` is None while the run `run_id` is still writing it.

    `stored`: the number of the message in the database, once it is there: a copy refers to it, and so keeps what
    this version could not read of it.
    """

    parent_id: str | None
    role: Role
    message: Message | None
    origin: Origin
    run_id: str | None = None
    id: str = field(default_factory=new_id)
    created_at: float = field(default_factory=time.time)
    hidden: bool = False
    stored: int | None = None


@dataclass(slots=True)
class Conversation:
    """A tree of messages. `head` is the last node of the way that is shown; None: nothing was said yet.

    `draft`: what is being prepared, as JSON; `undo`: steps that can be taken back, the last one at the end.
    """

    owner: str
    id: str = field(default_factory=new_id)
    title: str = ""
    created_at: float = field(default_factory=time.time)
    head: str | None = None
    draft: dict[str, Any] = field(default_factory=dict)
    undo: list[dict[str, Any]] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)

    @property
    def path(self) -> list[Node]:
        """The nodes that are shown, from the beginning to the head."""
        found: list[Node] = []
        at = self.head
        while at is not None and at in self.nodes:
            node = self.nodes[at]
            found.append(node)
            at = node.parent_id
        return found[::-1]
