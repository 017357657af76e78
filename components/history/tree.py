"""`Node` and `Conversation`: what was said, as a tree of which the page shows one way from the root.

Nodes never change and are never taken out: an edit is a new node beside the old one, a deletion hides. So every
branch stays as it was, and a step back is the head and the hidden marks of before. No database here.
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
    """A message in its place. `message` is None where the run `run_id` says it.

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

    def says(self, other: Node) -> bool:
        """True when both stand for the same words: the same run, or equal messages that no run wrote."""
        return (self.role, self.run_id, self.message) == (other.role, other.run_id, other.message)


class Step(TypedDict):
    """What takes an edit back: the head of before, the nodes it hid and those it added."""

    head: str | None
    hid: list[str]
    added: list[str]


@dataclass(slots=True)
class Conversation:
    """A tree of messages. `head` is the last node of the way that is shown; None: nothing is shown.

    `draft`: what is being prepared, as JSON; `undo`: steps that can be taken back, the last one at the end.
    `changed`: ids of the nodes that are not stored as they are.
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
    _below: dict[str | None, list[str]] = field(default_factory=dict, repr=False)

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
        """Takes a stored node in."""
        self.nodes[node.id] = node
        self._below.setdefault(node.parent_id, []).append(node.id)

    def children(self, parent_id: str | None) -> list[Node]:
        """The nodes that follow a node, or begin the conversation; oldest first, without the hidden ones."""
        found = (self.nodes[node_id] for node_id in self._below.get(parent_id, ()))
        return sorted((node for node in found if not node.hidden), key=lambda node: (node.created_at, node.id))

    def siblings(self, node_id: str) -> list[Node]:
        """The node and those beside it: what else was said in its place."""
        return self.children(self.nodes[node_id].parent_id)

    def show(self, node_id: str | None) -> None:
        """Shows the way through the node, and on from it along what was said last; None: the beginning."""
        while following := self.children(node_id):
            node_id = following[-1].id
        self.head = node_id

    def stop_at(self, node_id: str | None) -> None:
        """Shows the way to the node and no further: what is said next begins a branch."""
        self.head = node_id

    def follow(self, said: Iterable[Node]) -> list[Node]:
        """Shows the way along the messages, from the beginning; what is not in the tree yet is added to it.

        The nodes that come in are proposals: their parents are not looked at. Gives the nodes of the tree.
        """
        parent_id: str | None = None
        way: list[Node] = []
        grown = False
        for proposal in said:
            node = next((child for child in self.children(parent_id) if child.says(proposal)), None)
            if node is None:
                node = self._copied(proposal, parent_id)
                self._add(node)
                grown = True
            way.append(node)
            parent_id = node.id
        self.head = parent_id
        if grown:
            self.undo.clear()  # a step back would now take away what came after it
        return way

    def replace(self, node_id: str, role: Role, message: Message, until: str | None = None) -> Node:
        """Puts other words in the place of a node, or of those from it `until` another; what follows stays.

        The old branch is left as it is.
        """
        step = self._begin()
        following = self._after(until or node_id)
        node = Node(self.nodes[node_id].parent_id, role, message, "edited")
        self._add(node, step)
        self._copy(following, node.id, step)
        return node

    def insert(self, after: str | None, role: Role, message: Message) -> Node:
        """Puts a message behind a node, or at the beginning; what followed there follows it."""
        step = self._begin()
        following = self._after(after)
        node = Node(after, role, message, "edited")
        self._add(node, step)
        self._copy(following, node.id, step)
        return node

    def remove(self, node_ids: Sequence[str]) -> None:
        """Takes nodes of the way out; what follows them stays."""
        step = self._begin()
        gone = set(node_ids)
        way = self.path
        first = next(place for place, node in enumerate(way) if node.id in gone)
        parent_id = way[first].parent_id
        self._hide(way[first], step)
        self.head = parent_id
        self._copy([node for node in way[first:] if node.id not in gone], parent_id, step)

    def remove_after(self, node_id: str | None) -> None:
        """Takes everything behind a node of the way out."""
        following = self._after(node_id)
        if following:
            step = self._begin()
            self._hide(following[0], step)
            self.head = node_id

    def take_back(self) -> bool:
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
        way = self.path
        if node_id is None:
            return way
        place = next(place for place, node in enumerate(way) if node.id == node_id)
        return way[place + 1 :]

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
