"""`Said`: a conversation as another program kept it: messages by id, each after its parent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from components.core.parts import Message, Part, Role, TextPart, ThinkingPart
from components.core.texts import whole_characters
from components.history.tree import Conversation, Node

_LONGEST_TITLE = 200


@dataclass(slots=True)
class Said:
    """`messages`: id -> (parent's id, role as the program calls it, text, thinking); parents stand before children.

    `shown`: id of the last message of the way that was on the program's page.
    """

    title: str = ""
    system: str = ""
    messages: dict[str, tuple[str | None, str, str, str]] = field(default_factory=dict)
    shown: str | None = None
    left_out: list[str] = field(default_factory=list)

    def add(self, key: object, parent: object, role: object, text: str, thinking: str = "") -> None:
        """Puts a message behind its parent; the system's words become the system prompt."""
        name = str(role).lower()
        if name in ("system", "developer"):
            self.system = self.system or text
            text = ""
        self.messages[str(key)] = (None if parent is None else str(parent), name, text, thinking)

    def line(self, role: object, text: str, thinking: str = "") -> None:
        """Puts a message behind the last one."""
        last = next(reversed(self.messages), None)
        self.add(len(self.messages), last, role, text, thinking)
        self.shown = next(reversed(self.messages))


_ROLES: dict[str, Role] = {
    **dict.fromkeys(("user", "human"), "user"),
    **dict.fromkeys(("assistant", "gpt", "chatgpt", "bot", "model", "ai"), "assistant"),
}


def conversation_of(said: Said, owner: str) -> Conversation | None:
    """The conversation for its new owner, branches and all; None where no message holds a text."""
    conversation = Conversation(owner)
    ids: dict[str | None, str | None] = {None: None}
    for key, (parent, name, text, thinking) in said.messages.items():
        above = ids.get(parent)
        role = _ROLES.get(name)
        parts: tuple[Part, ...] = ()
        if role == "assistant" and thinking.strip():
            parts = (ThinkingPart(whole_characters(thinking)),)
        if text.strip():
            parts = (*parts, TextPart(whole_characters(text)))
        if role is None or not parts:
            ids[key] = above  # what has no words is passed through
            continue
        node = Node(above, role, Message(role, parts), "imported", created_at=len(conversation.nodes) / 1000)
        node.created_at += conversation.created_at
        conversation.put(node)
        conversation.changed.add(node.id)
        ids[key] = node.id
    if not conversation.nodes:
        return None
    last = next(reversed(conversation.nodes))
    conversation.head = (ids.get(said.shown) if said.shown else None) or last
    first = next(
        (node.message.text for node in conversation.nodes.values() if node.message and node.role == "user"), ""
    )
    conversation.title = " ".join((whole_characters(said.title).strip() or first[:160]).split())[:_LONGEST_TITLE]
    if said.system.strip():
        conversation.draft = {"choices": {"values": {}, "system": whole_characters(said.system)}}
    return conversation


def words(value: Any) -> str:
    """The text of a content, which is a text or a list of parts; parts without text are nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(filter(None, map(words, value)))
    if isinstance(value, dict):
        return words(value.get("text", value.get("value", "")))
    return ""
