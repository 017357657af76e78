"""What a stream says, in one vocabulary for the three wires. Decoders make these, `Transcript` folds them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from components.core.usage import Usage

FinishReason = Literal["stop", "length", "tool_calls", "content_filter"]


@dataclass(frozen=True, slots=True)
class Started:
    """The reply's own id and the model it names (which may differ from the one asked for)."""

    id: str | None
    model: str | None


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """A piece of the model's reasoning."""

    text: str


@dataclass(frozen=True, slots=True)
class ThinkingSigned:
    """The proof of origin that the messages format puts on its thinking; goes back with it, verbatim."""

    signature: str


@dataclass(frozen=True, slots=True)
class AnswerDelta:
    """A piece of the final answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a tool call: `index` says which; `id` and `name` come once, `arguments` in fragments."""

    index: int
    id: str | None = None
    name: str | None = None
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class UsageReported:
    """Token counts; a later report completes or replaces an earlier one, count by count.

    `cost_usd`: what the server says that the reply costs, None where it does not.
    """

    usage: Usage
    cost_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The model ended. `reason` is mapped to `FinishReason` where it has a counterpart, else verbatim."""

    reason: str


@dataclass(frozen=True, slots=True)
class RawEvent:
    """An event that no decoder rule knows; kept and shown, never dropped."""

    name: str
    data: str


StreamEvent = (
    Started | ThinkingDelta | ThinkingSigned | AnswerDelta | ToolCallDelta | UsageReported | Finished | RawEvent
)
