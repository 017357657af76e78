"""A list of messages, as chat completions has it, in a cell: its question, its system prompt, what else it holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """The last question of the user, and the system prompt; `turns`: how many messages beside them there were."""

    prompt: str
    system: str = ""
    turns: int = 0


def asked_in(value: object) -> Asked | None:
    """What a list of messages asks; None if it is none, or holds no question."""
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) and "role" in one for one in value):
        return None
    texts = [(str(one["role"]), message_text(one.get("content"))) for one in value]
    users = [text for role, text in texts if role == "user"]
    systems = [text for role, text in texts if role in ("system", "developer")]
    if not users:
        return None
    return Asked(users[-1], "\n\n".join(systems), len(texts) - len(systems) - 1)


def message_text(content: object) -> str:
    """The text of a message's content, which is a text or a list of parts."""
    if isinstance(content, list):
        parts = [part.get("text") if isinstance(part, dict) else part for part in content]
        return "\n".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""
