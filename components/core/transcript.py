"""`Transcript`: the fold of a stream. `apply` is the only way it changes; a snapshot is there at any time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import assert_never

from components.core.events import (
    AnswerDelta,
    Finished,
    RawEvent,
    Started,
    StreamEvent,
    ThinkingDelta,
    ThinkingSigned,
    ToolCallDelta,
    UsageReported,
)
from components.core.parts import Message, Part, TextPart, ThinkingPart, ToolCallPart
from components.core.usage import Usage


@dataclass(slots=True)
class Transcript:
    """What came so far. Delta lists only grow, so a reader may go on from the index it has reached.

    `cost_usd`: what the server itself says that the reply costs; None: it says nothing.
    """

    id: str | None = None
    model: str | None = None
    thinking_deltas: list[str] = field(default_factory=list)
    answer_deltas: list[str] = field(default_factory=list)
    tool_calls: dict[int, ToolCallPart] = field(default_factory=dict)
    usage: Usage | None = None
    finish_reason: str | None = None
    unknown: list[RawEvent] = field(default_factory=list)
    signature: str = ""
    cost_usd: Decimal | None = None

    @property
    def thinking(self) -> str:
        """The reasoning so far."""
        return "".join(self.thinking_deltas)

    @property
    def answer(self) -> str:
        """The answer so far."""
        return "".join(self.answer_deltas)

    @property
    def answer_or_calls(self) -> str:
        """The answer so far; of a reply that only calls tools, its calls as JSON."""
        if self.answer or not self.tool_calls:
            return self.answer
        calls = [{"name": call.name, "arguments": call.arguments} for _, call in sorted(self.tool_calls.items())]
        return json.dumps(calls, ensure_ascii=False)

    def apply(self, event: StreamEvent) -> None:
        """Adds one event. Order matters only within each kind."""
        match event:
            case ThinkingDelta(text):
                self.thinking_deltas.append(text)
            case ThinkingSigned(signature):
                self.signature = signature
            case AnswerDelta(text):
                self.answer_deltas.append(text)
            case ToolCallDelta():
                self._extend_call(event)
            case UsageReported(usage, cost_usd):
                self.usage = _merged(self.usage, usage)
                self.cost_usd = self.cost_usd if cost_usd is None else cost_usd
            case Finished(reason):
                self.finish_reason = reason
            case Started():
                self.id = event.id or self.id
                self.model = event.model or self.model
            case RawEvent():
                self.unknown.append(event)
            case _:
                assert_never(event)

    def message(self) -> Message:
        """The assistant's message as it goes back into the conversation; empty parts are left out."""
        parts: list[Part] = []
        if self.thinking or self.signature:
            parts.append(ThinkingPart(self.thinking, self.signature))
        if answer := self.answer:
            parts.append(TextPart(answer))
        parts.extend(call for _, call in sorted(self.tool_calls.items()))
        return Message("assistant", tuple(parts))

    def _extend_call(self, delta: ToolCallDelta) -> None:
        call = self.tool_calls.get(delta.index, ToolCallPart("", "", ""))
        self.tool_calls[delta.index] = ToolCallPart(
            delta.id or call.id, delta.name or call.name, call.arguments + delta.arguments
        )


def _merged(old: Usage | None, new: Usage) -> Usage:
    if old is None:
        return new
    known = {name: value for name in Usage.__slots__ if (value := getattr(new, name)) is not None}
    return replace(old, **known)
