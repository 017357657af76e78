"""Lists of messages, as chat completions has them, in the cells of a table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskedPrompt:
    """The user's last message, and the system prompt; `others`: how many messages there were beside them."""

    prompt: str
    system: str = ""
    others: int = 0


def prompt_in(value: object) -> AskedPrompt | None:
    """What a list of messages asks; None if the value is no such list, or has no message of a user."""
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) and "role" in one for one in value):
        return None
    texts = [(str(one["role"]), message_text(one.get("content"))) for one in value]
    users = [text for role, text in texts if role == "user"]
    systems = [text for role, text in texts if role in ("system", "developer")]
    if not users:
        return None
    return AskedPrompt(users[-1], "\n\n".join(systems), len(texts) - len(systems) - 1)


def message_text(content: object) -> str:
    """The text of a message's content, which is a text or a list of parts."""
    if isinstance(content, list):
        parts = [part.get("text") if isinstance(part, dict) else part for part in content]
        return "\n".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""
