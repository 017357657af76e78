"""Exports of ChatGPT, Claude, Open WebUI, LibreChat, HF chat-ui and ShareGPT: recognised by their shape, and read.

Texts, thinking and branches are imported; files, pictures and tools are not, and the import says so. The shapes are
those that the programs write as of November 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from components.core.errors import MediaError
from components.history.foreign.exported import ExportedConversation, conversation_of, text_of
from components.history.tree import Conversation

_FILES = "files and pictures, which an export names only"
_TOOLS = "calls of tools and their results"
Shape = tuple[str, Callable[[Mapping[str, Any]], bool], Callable[[Mapping[str, Any]], ExportedConversation]]


def read_foreign(whole: object, owner: str) -> tuple[str, list[Conversation], tuple[str, ...]] | None:
    """The program's name, its conversations and what is left out of them; None if no known program wrote the file.

    `whole`: the parsed JSON. Raises: MediaError, with one sentence to show, if no conversation in it can be read.
    """
    entries = [one for one in _entries(whole) if isinstance(one, dict)]
    found = next(((name, read) for name, fits, read in _SHAPES if entries and fits(entries[0])), None)
    if found is None:
        return None
    name, read = found
    conversations, left_out = [], dict[str, None]()
    for number, entry in enumerate(entries, 1):
        try:
            exported = read(entry)
            conversation = conversation_of(exported, owner)
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
            left_out[f"conversation {number}, which is damaged"] = None
            continue
        left_out |= dict.fromkeys(exported.left_out)
        if conversation is not None:
            conversations.append(conversation)
    if not conversations:
        raise MediaError(f"This is an export of {name}, but no conversation in it can be read.")
    return name, conversations, tuple(left_out)


def _entries(whole: object) -> Iterable[object]:
    if isinstance(whole, dict) and not {"from", "role"} & (first := _first(whole, "conversations")).keys() and first:
        return list(whole["conversations"])
    return whole if isinstance(whole, list) else [whole]


def _ordered(messages: Mapping[str, Any], parent_of: Callable[[Any], object]) -> Iterator[tuple[str, Any]]:
    """Parents before children, each in the order of the file; a message whose parent is missing begins a branch."""
    below: dict[str | None, list[str]] = {}
    for key, one in messages.items():
        parent = parent_of(one)
        below.setdefault(str(parent) if parent is not None and str(parent) in messages else None, []).append(key)
    waiting = below.get(None, [])[::-1]
    while waiting:
        key = waiting.pop()
        yield key, messages[key]
        waiting += below.get(key, [])[::-1]


def _chatgpt(entry: Mapping[str, Any]) -> ExportedConversation:
    found = ExportedConversation(str(entry.get("title") or ""), shown=entry.get("current_node"))
    for key, node in _ordered(entry["mapping"], lambda node: node.get("parent")):
        message = node.get("message") or {}
        content = message.get("content") or {}
        kind, role = content.get("content_type"), (message.get("author") or {}).get("role", "")
        hidden = (message.get("metadata") or {}).get("is_visually_hidden_from_conversation")
        text, thinking = text_of(content.get("parts", content.get("text"))), ""
        if kind in ("thoughts", "reasoning_recap"):
            thoughts = content.get("thoughts") or []
            text, thinking = "", "\n\n".join(str(one.get("content", "")) for one in thoughts)
        if role == "tool" or message.get("recipient", "all") != "all":
            text = ""
            found.left_out.append(_TOOLS)
        if kind == "multimodal_text" or (message.get("metadata") or {}).get("attachments"):
            found.left_out.append(_FILES)
        found.add(key, node.get("parent"), role, "" if hidden else text, thinking)
    return found


def _claude(entry: Mapping[str, Any]) -> ExportedConversation:
    found = ExportedConversation(str(entry.get("name") or ""))
    messages = {str(one.get("uuid", number)): one for number, one in enumerate(entry["chat_messages"])}
    threaded = any(one.get("parent_message_uuid") in messages for one in messages.values())
    before: str | None = None
    for key, one in messages.items():
        content = one.get("content") or []
        parts = [part for part in content if isinstance(part, dict)]
        text = text_of([part for part in parts if part.get("type") == "text"]) or text_of(one.get("text"))
        thinking = "\n\n".join(str(part.get("thinking", "")) for part in parts if part.get("type") == "thinking")
        if one.get("files") or one.get("attachments"):
            found.left_out.append(_FILES)
        if any(str(part.get("type")).startswith("tool") for part in parts):
            found.left_out.append(_TOOLS)
        parent = one.get("parent_message_uuid") if threaded else before
        found.add(key, parent if parent in found.messages else None, one.get("sender"), text, thinking)
        before = key
    return found


def _open_webui(entry: Mapping[str, Any]) -> ExportedConversation:
    chat = entry.get("chat") or entry
    history = chat.get("history") or {}
    found = ExportedConversation(
        str(chat.get("title") or entry.get("title") or ""),
        str(chat.get("system") or ""),
        shown=history.get("currentId"),
    )
    messages = history.get("messages") or {}
    if not messages:
        for one in chat.get("messages") or []:
            found.append(one.get("role"), text_of(one.get("content")))
        return found
    for key, one in _ordered(messages, lambda one: one.get("parentId")):
        if one.get("files"):
            found.left_out.append(_FILES)
        found.add(key, one.get("parentId"), one.get("role"), *_without_details(text_of(one.get("content"))))
    return found


def _without_details(text: str) -> tuple[str, str]:
    """Open WebUI keeps thinking within the answer, as ``<details type="reasoning">`` with lines that begin with >."""
    start, end = text.find('<details type="reasoning"'), text.find("</details>")
    if start < 0 or end < start:
        return text, ""
    inner = text[text.find(">", start) + 1 : end]
    inner = inner.partition("</summary>")[2] or inner
    thinking = "\n".join(line.removeprefix("&gt;").removeprefix(">").strip() for line in inner.strip().split("\n"))
    return text[:start] + text[end + len("</details>") :].lstrip(), thinking


def _librechat(entry: Mapping[str, Any]) -> ExportedConversation:
    found = ExportedConversation(
        str(entry.get("title") or ""), str((entry.get("options") or {}).get("promptPrefix") or "")
    )

    def put(messages: Any, parent: str | None) -> None:
        for one in messages:
            content = [part for part in one.get("content") or [] if isinstance(part, dict)]
            thinking = "\n\n".join(str(part.get("think", "")) for part in content if part.get("type") == "think")
            text = text_of([part for part in content if part.get("type") == "text"]) or text_of(one.get("text"))
            if one.get("files"):
                found.left_out.append(_FILES)
            role = "user" if one.get("isCreatedByUser") or one.get("sender") == "User" else "assistant"
            above = str(one.get("parentMessageId"))
            found.add(one["messageId"], above if above in found.messages else parent, role, text, thinking)
            put(one.get("children") or [], str(one["messageId"]))

    put(entry.get("messages") or entry.get("messagesTree") or [], None)
    return found


def _chat_ui(entry: Mapping[str, Any]) -> ExportedConversation:
    found = ExportedConversation(str(entry.get("title") or ""), str(entry.get("preprompt") or ""))
    messages = {str(one.get("id", number)): one for number, one in enumerate(entry["messages"])}
    threaded = any(one.get("ancestors") for one in messages.values())
    before: str | None = None
    for key, one in messages.items():
        above = (one.get("ancestors") or [None])[-1] if threaded else before
        if one.get("files"):
            found.left_out.append(_FILES)
        found.add(key, above, one.get("from"), text_of(one.get("content")), text_of(one.get("reasoning")))
        before = key
    return found


def _sharegpt(entry: Mapping[str, Any]) -> ExportedConversation:
    found = ExportedConversation(str(entry.get("title") or ""), str(entry.get("system") or ""))
    for one in entry.get("conversations") or entry.get("items") or []:
        found.append(one.get("from", one.get("role")), text_of(one.get("value", one.get("content"))))
    return found


def _first(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    some = entry.get(name)
    return some[0] if isinstance(some, list) and some and isinstance(some[0], dict) else {}


_SHAPES: tuple[Shape, ...] = (
    ("ChatGPT", lambda entry: isinstance(entry.get("mapping"), dict), _chatgpt),
    ("Claude", lambda entry: isinstance(entry.get("chat_messages"), list), _claude),
    (
        "Open WebUI",
        lambda entry: any(isinstance(one, dict) and "history" in one for one in (entry.get("chat"), entry)),
        _open_webui,
    ),
    (
        "LibreChat",
        lambda entry: "messageId" in (_first(entry, "messages") or _first(entry, "messagesTree")),
        _librechat,
    ),
    ("HF chat-ui", lambda entry: {"from", "content"} <= _first(entry, "messages").keys(), _chat_ui),
    (
        "ShareGPT",
        lambda entry: bool({"from", "role"} & (_first(entry, "conversations") or _first(entry, "items")).keys()),
        _sharegpt,
    ),
)
