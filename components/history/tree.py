"""`Node` and `Conversation`: the messages as a tree, of which the page shows one path from the root.

Nodes never change and are never removed: an edit is a new node beside the old one, a deletion hides nodes. So every
branch stays as it was, and an undo restores the head and what was hidden. No database here.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypedDict

from components.core.parts import Message, Role

# "continued": written by a run that went on with the message before, which was cut.
Origin = Literal["typed", "model", "continued", "tool", "edited", "imported"]

_STEPS_KEPT = 50


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(16)


@dataclass(slots=True)
class Node:
    """A message in the tree. `message` is None if the run `run_id` holds it.

    `stored`: the number of the message in the database, once it is there. Copies refer to it, so that nothing is lost
    of a message that this version cannot read in full.
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

    def has_same_content(self, other: Node) -> bool:
        """True if both have the same run, or equal messages that no run wrote."""
        return (self.role, self.run_id, self.message) == (other.role, other.run_id, other.message)


class Step(TypedDict):
    """What undoes an edit: the head before it, the nodes it hid and those it added."""

    head: str | None
    hid: list[str]
    added: list[str]


@dataclass(slots=True)
class Conversation:
    """A tree of messages. `head` is the last node of the path that is shown; None: nothing is shown.

    `draft`: the next request, as JSON; `undo`: steps that can be undone, the last one at the end.
    `changed`: ids of the nodes that are to be saved.
    """

    owner: str
    id: str = field(default_factory=new_id)
    title: str = ""
    created_at: float = field(default_factory=time.time)
    head: str | None = None
    draft: dict[str, Any] = field(default_factory=dict)
    undo: list[Step] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    _child_ids: dict[str | None, list[str]] = field(default_factory=dict, repr=False)

    @property
    def path(self) -> list[Node]:
        """The nodes that are shown, from the beginning to the head."""
        found: list[Node] = []
        node_id = self.head
        while node_id is not None and node_id in self.nodes:
            found.append(self.nodes[node_id])
            node_id = self.nodes[node_id].parent_id
        return found[::-1]

    def put(self, node: Node) -> None:
        """Adds a node that is stored already."""
        self.nodes[node.id] = node
        self._child_ids.setdefault(node.parent_id, []).append(node.id)

    def children(self, parent_id: str | None) -> list[Node]:
        """The nodes that follow a node, or begin the conversation; oldest first, without the hidden ones."""
        found = (self.nodes[node_id] for node_id in self._child_ids.get(parent_id, ()))
        return sorted((node for node in found if not node.hidden), key=lambda node: (node.created_at, node.id))

    def siblings(self, node_id: str) -> list[Node]:
        """The node and those beside it: the alternatives to it."""
        return self.children(self.nodes[node_id].parent_id)

    def show(self, node_id: str | None) -> None:
        """Shows the path through the node, and on from it along the newest messages; None: from the beginning."""
        while following := self.children(node_id):
            node_id = following[-1].id
        self.head = node_id

    def show_until(self, node_id: str | None) -> None:
        """Shows the path to the node and no further: the next message begins a branch there."""
        self.head = node_id

    def follow(self, proposals: Iterable[Node]) -> list[Node]:
        """Shows the path of these messages, from the beginning; those that are not in the tree yet are added.

        The parents of the `proposals` are not looked at. Returns the nodes of the tree.
        """
        parent_id: str | None = None
        path: list[Node] = []
        grown = False
        for proposal in proposals:
            node = next((child for child in self.children(parent_id) if child.has_same_content(proposal)), None)
            if node is None:
                node = self._copied(proposal, parent_id)
                self._add(node)
                grown = True
            path.append(node)
            parent_id = node.id
        self.head = parent_id
        if grown:
            self.undo.clear()  # an undo would now hide the new messages
        return path

    def replace(self, node_id: str, role: Role, message: Message, until: str | None = None) -> Node:
        """Replaces a node, or those from it `until` another, by a message; copies of the nodes after it follow it.

        The old branch stays as it is. Returns the new node.
        """
        step = self._begin()
        following = self._after(until or node_id)
        node = Node(self.nodes[node_id].parent_id, role, message, "edited")
        self._add(node, step)
        self._copy(following, node.id, step)
        return node

    def insert(self, after: str | None, role: Role, message: Message) -> Node:
        """Adds a message after a node, or at the beginning; copies of what followed there follow it."""
        step = self._begin()
        following = self._after(after)
        node = Node(after, role, message, "edited")
        self._add(node, step)
        self._copy(following, node.id, step)
        return node

    def remove(self, node_ids: Sequence[str]) -> None:
        """Hides nodes of the shown path; copies of those after them stay in it."""
        step = self._begin()
        removed = set(node_ids)
        path = self.path
        first = next(index for index, node in enumerate(path) if node.id in removed)
        parent_id = path[first].parent_id
        self._hide(path[first], step)
        self.head = parent_id
        self._copy([node for node in path[first:] if node.id not in removed], parent_id, step)

    def remove_after(self, node_id: str | None) -> None:
        """Hides everything after a node of the shown path; None: all of it."""
        following = self._after(node_id)
        if following:
            step = self._begin()
            self._hide(following[0], step)
            self.head = node_id

    def undo_last_edit(self) -> bool:
        """Undoes the last edit; False when there is none."""
        if not self.undo:
            return False
        step = self.undo.pop()
        for node_id in step["hid"]:
            self._mark(self.nodes[node_id], hidden=False)
        for node_id in step["added"]:
            self._mark(self.nodes[node_id], hidden=True)
        self.head = step["head"]
        return True

    def _copy(self, following: Iterable[Node], parent_id: str | None, step: Step) -> None:
        for node in following:
            copy = self._copied(node, parent_id)
            self._add(copy, step)
            parent_id = copy.id
        self.head = parent_id

    @staticmethod
    def _copied(node: Node, parent_id: str | None) -> Node:
        return replace(node, id=new_id(), parent_id=parent_id, created_at=time.time(), hidden=False)

    def _after(self, node_id: str | None) -> list[Node]:
        path = self.path
        if node_id is None:
            return path
        index = next(index for index, node in enumerate(path) if node.id == node_id)
        return path[index + 1 :]

    def _begin(self) -> Step:
        step = Step(head=self.head, hid=[], added=[])
        self.undo = [*self.undo[-_STEPS_KEPT + 1 :], step]
        return step

    def _add(self, node: Node, step: Step | None = None) -> None:
        self.put(node)
        self.changed.add(node.id)
        if step is not None:
            step["added"].append(node.id)

    def _hide(self, node: Node, step: Step) -> None:
        self._mark(node, hidden=True)
        step["hid"].append(node.id)

    def _mark(self, node: Node, *, hidden: bool) -> None:
        node.hidden = hidden
        self.changed.add(node.id)
