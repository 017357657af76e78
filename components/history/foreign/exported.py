"""`ExportedConversation`: a conversation as another program exported it: messages by id, each after its parent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from components.core.parts import Message, Part, Role, TextPart, ThinkingPart
from components.core.texts import whole_characters
from components.history.tree import Conversation, Node

_LONGEST_TITLE = 200


@dataclass(slots=True)
class ExportedConversation:
    """`messages`: id -> (parent's id, role as the program calls it, text, thinking); parents come before children.

    `shown`: id of the last message of the branch that the program showed.
    """

    title: str = ""
    system: str = ""
    messages: dict[str, tuple[str | None, str, str, str]] = field(default_factory=dict)
    shown: str | None = None
    left_out: list[str] = field(default_factory=list)

    def add(self, key: object, parent: object, role: object, text: str, thinking: str = "") -> None:
        """Adds a message after its parent; the text of a system message becomes the system prompt."""
        name = str(role).lower()
        if name in ("system", "developer"):
            self.system = self.system or text
            text = ""
        self.messages[str(key)] = (None if parent is None else str(parent), name, text, thinking)

    def append(self, role: object, text: str, thinking: str = "") -> None:
        """Adds a message after the last one."""
        last = next(reversed(self.messages), None)
        self.add(len(self.messages), last, role, text, thinking)
        self.shown = next(reversed(self.messages))


_ROLES: dict[str, Role] = {
    **dict.fromkeys(("user", "human"), "user"),
    **dict.fromkeys(("assistant", "gpt", "chatgpt", "bot", "model", "ai"), "assistant"),
}


def conversation_of(exported: ExportedConversation, owner: str) -> Conversation | None:
    """The conversation, with its branches, for its new owner; None if no message has a text."""
    conversation = Conversation(owner)
    ids: dict[str | None, str | None] = {None: None}
    for key, (parent, name, text, thinking) in exported.messages.items():
        above = ids.get(parent)
        role = _ROLES.get(name)
        parts: tuple[Part, ...] = ()
        if role == "assistant" and thinking.strip():
            parts = (ThinkingPart(whole_characters(thinking)),)
        if text.strip():
            parts = (*parts, TextPart(whole_characters(text)))
        if role is None or not parts:
            ids[key] = above  # its children follow its parent instead
            continue
        node = Node(above, role, Message(role, parts), "imported", created_at=len(conversation.nodes) / 1000)
        node.created_at += conversation.created_at
        conversation.put(node)
        conversation.changed.add(node.id)
        ids[key] = node.id
    if not conversation.nodes:
        return None
    last = next(reversed(conversation.nodes))
    conversation.head = (ids.get(exported.shown) if exported.shown else None) or last
    first = next(
        (node.message.text for node in conversation.nodes.values() if node.message and node.role == "user"), ""
    )
    conversation.title = " ".join((whole_characters(exported.title).strip() or first[:160]).split())[:_LONGEST_TITLE]
    if exported.system.strip():
        conversation.draft = {"choices": {"values": {}, "system": whole_characters(exported.system)}}
    return conversation


def text_of(value: Any) -> str:
    """The text of a content, which is a text or a list of pieces; pieces without text are left out."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(filter(None, map(text_of, value)))
    if isinstance(value, dict):
        return text_of(value.get("text", value.get("value", "")))
    return ""
