"""A conversation with every kind of part, and functions that read a reply, for the tests of all wires."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from components.api.wires.wire import Decoder, Wire, data_url
from components.core.card import ParameterValue
from components.core.events import StreamEvent
from components.core.parts import (
    FramePart,
    ImagePart,
    Message,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
)
from components.core.request import RunRequest, Tool
from components.core.transcript import Transcript

PICTURE = ImagePart(b"\x89PNG-bytes", "image/png", 2, 1, "dot.png")
FRAMES = tuple(FramePart(b"frame%d" % n, "image/jpeg", 4, 3, "clip.mp4", n * 12.4) for n in range(2))
THINKING = "\nI need  both.\u2028\n"
TOOL = Tool("weather", "Tells it.", {"type": "object", "properties": {"city": {"type": "string"}}})
EVERY_PARAMETER: dict[str, ParameterValue] = {
    "temperature": 0.2,
    "top_p": 0.5,
    "max_tokens": 99,
    "stop": ("END", "\n\n"),
    "enable_thinking": True,
    "thinking_budget": 4000,
    "reasoning_effort": "max",
    "web_search_linkup": True,
    "disable_formatting": False,
}


def user(*parts: Any) -> Message:
    return Message("user", tuple(TextPart(part) if isinstance(part, str) else part for part in parts))


TOOL_TURN = Message(
    "assistant",
    (
        ThinkingPart(THINKING, "sig"),
        TextPart("Looking."),
        ToolCallPart("functions.weather:0", "weather", '{"city": "Paris"}'),
        ToolCallPart("b", "clock", "{}"),
    ),
)
RESULTS = Message("tool", (ToolResultPart("functions.weather:0", "sunny"), ToolResultPart("b", "12:00")))
CONVERSATION = (
    user(PICTURE, *FRAMES, "What is it?"),
    Message("assistant", (ThinkingPart("hm"), TextPart("A dot."))),
    user("Weather?"),
    TOOL_TURN,
    RESULTS,
)


def body_of(wire: Wire, *messages: Message, **fields: Any) -> dict[str, Any]:
    return wire.encode(RunRequest("kimi-k2-6", messages, wire.name, **fields), data_url)


def events_of(wire: Wire, *chunks: Any) -> list[StreamEvent]:
    """The events of a stream, given as the JSON of their data (or as text that is not JSON)."""
    decoder = wire.decoder()
    return [*_fed(decoder, chunks), *decoder.close()]


def _fed(decoder: Decoder, chunks: tuple[Any, ...]) -> Iterator[StreamEvent]:
    for chunk in chunks:
        if not decoder.over:
            yield from decoder.feed("message", chunk if isinstance(chunk, str) else json.dumps(chunk))


def read(wire: Wire, *chunks: Any) -> Transcript:
    return folded(events_of(wire, *chunks))


def folded(events: list[StreamEvent]) -> Transcript:
    transcript = Transcript()
    for event in events:
        transcript.apply(event)
    return transcript
