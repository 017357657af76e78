"""Our bodies are valid by the request types of the official SDKs, an independent definition of each format.

The types do not know the gateway's own fields; those are listed here, and nothing else may be unknown to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from components.api.wires.registry import WIRES
from components.core.parts import Message, TextPart, ToolCallPart
from tests.api.wires.conversations import CONVERSATION, EVERY_PARAMETER, TOOL, body_of, user
from tests.lazily import lazily

anthropic, openai = lazily("anthropic"), lazily("openai")


def types_of(wire: str) -> tuple[Any, Any]:
    """The SDK's types, streamed and not."""
    if wire == "messages":
        kinds, name = anthropic.types.message_create_params, "MessageCreateParams"
    elif wire == "responses":
        kinds, name = openai.types.responses.response_create_params, "ResponseCreateParams"
    else:
        kinds, name = openai.types.chat.completion_create_params, "CompletionCreateParams"
    return getattr(kinds, f"{name}Streaming"), getattr(kinds, f"{name}NonStreaming")


OF_THE_GATEWAY = {"enable_thinking", "thinking_budget", "web_search_linkup", "disable_formatting"}
EXTRA = {
    "chat_completions": OF_THE_GATEWAY,
    "responses": OF_THE_GATEWAY | {"reasoning_effort"},
    # The SDK's types (2.12) do not have the last two; the model's page has them as parameters of the model.
    "messages": OF_THE_GATEWAY | {"reasoning_effort", "temperature", "top_p"},
}

ANSWERED = (user("2+2?"), Message("assistant", (TextPart("4"),)), user("Sure?"))
CALLED = (user("Hi"), Message("assistant", (ToolCallPart("a", "f", "{"),)))
CASES: dict[str, dict[str, Any]] = {
    "text": {"messages": (user("Hi"),)},
    "system": {"messages": (user("Hi"),), "system": "Be brief."},
    "parameters": {"messages": (user("Hi"),), "parameters": EVERY_PARAMETER},
    "turns": {"messages": ANSWERED},
    "malformed call": {"messages": CALLED},
    "everything": {"messages": CONVERSATION, "system": "x", "tools": (TOOL,), "parameters": EVERY_PARAMETER},
}


def checked(kind: Any, body: dict[str, Any]) -> Any:
    """The fields of the body that the type knows. Raises: ValidationError if it is not of the type."""
    adapter = TypeAdapter(kind)  # has to live until all is read: the iterators look into it
    return _drained(adapter.validate_python(body))


def _drained(value: Any) -> Any:
    """A copy with lists for iterables, which pydantic checks only when they are read."""
    if isinstance(value, Mapping):
        return {name: _drained(inner) for name, inner in value.items()}
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return value
    return [_drained(inner) for inner in value]


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Every field that a value has, e.g. ``messages[].content[].type``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}.{name}"
            yield from paths(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{path}[]")


@pytest.mark.parametrize("streamed", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("wire", WIRES)
def test_a_body_is_what_the_official_types_ask_for(wire: str, case: dict[str, Any], streamed: bool):
    fields = {name: value for name, value in case.items() if name != "messages"}
    body = body_of(WIRES[wire], *case["messages"], stream=streamed, **fields)
    kind = types_of(wire)[0 if streamed else 1]
    sent = {name: value for name, value in body.items() if name not in EXTRA[wire]}
    if sent.get("reasoning_effort") == "max":  # Kimi's own level; the field is OpenAI's
        sent["reasoning_effort"] = "high"
    unknown = set(paths(sent)) - set(paths(checked(kind, sent)))
    assert unknown <= {".messages[].reasoning_content"}  # Kimi's own, on chat completions


@pytest.mark.parametrize("wire", WIRES)
def test_the_types_do_find_mistakes(wire: str):
    body = body_of(WIRES[wire], *CONVERSATION)
    (content,) = [
        message["content"]
        for message in body.get("messages", body.get("input"))
        if message.get("role") == "user" and isinstance(message["content"], list) and "image" in str(message["content"])
    ]
    content[0]["type"] = "picture"
    with pytest.raises(ValidationError):
        checked(types_of(wire)[0], body)
