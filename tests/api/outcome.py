"""One exchange with a scripted server, from the socket to the folded transcript."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.api.client import Client
from components.api.connection import Connection, Timeouts
from components.api.exchange import ClientEvent, Received, Responded, Retrying
from components.api.wires.registry import WIRES
from components.api.wires.wire import Wire
from components.core.errors import ApiError
from components.core.transcript import Transcript
from components.core.usage import Usage

KEY = "sk-empiriolabs-canary-0123456789"
CHAT = WIRES["chat_completions"]
RECORDED = Path(__file__).parents[1] / "fixtures" / "transcripts"
EXPECTED: dict[str, dict[str, Any]] = json.loads((RECORDED / "expected.json").read_text(encoding="utf-8"))


def wire_of(name: str) -> Wire:
    """The wire of a recording, by the beginning of its file's name."""
    return next(wire for wire in WIRES.values() if wire.name.startswith(Path(name).name.split("_")[0]))


@dataclass
class Outcome:
    """The events of one exchange, and its error."""

    client_events: list[ClientEvent] = field(default_factory=list)
    error: ApiError | None = None

    @property
    def received(self) -> list[Received]:
        return [client_event for client_event in self.client_events if isinstance(client_event, Received)]

    @property
    def retries(self) -> list[Retrying]:
        return [client_event for client_event in self.client_events if isinstance(client_event, Retrying)]

    @property
    def responses(self) -> list[Responded]:
        return [client_event for client_event in self.client_events if isinstance(client_event, Responded)]

    @property
    def transcript(self) -> Transcript:
        return fold(self.received)

    def failure(self) -> ApiError:
        assert self.error is not None, self.transcript
        return self.error


def fold(received: list[Received]) -> Transcript:
    transcript = Transcript()
    for one in received:
        for event in one.events:
            transcript.apply(event)
    return transcript


def exchange(
    url: str,
    *,
    wire: Wire = CHAT,
    key: str | None = KEY,
    streamed: bool = True,
    timeouts: Timeouts | None = None,
    first_wait_s: float = 0.001,
    on_received: Callable[[], None] = lambda: None,
    content: bytes = b"{}",
) -> Outcome:
    """Sends `content` to the server and collects the events until the end."""
    outcome = Outcome()

    def on_event(client_event: ClientEvent) -> None:
        outcome.client_events.append(client_event)
        if isinstance(client_event, Received):
            on_received()

    async def run() -> None:
        client = Client(timeouts, first_wait_s=first_wait_s)
        try:
            await client.exchange(wire, content, Connection(f"{url}/v1", key), on_event, streamed=streamed)
        except ApiError as error:
            outcome.error = error
        finally:
            await client.aclose()

    asyncio.run(run())
    return outcome


def chat_chunk(**delta: Any) -> bytes:
    """One event of a chat stream that holds the given delta."""
    return sse({"choices": [{"index": 0, "delta": delta}]})


def sse(value: Any) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


FINISH = sse({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
DONE = b"data: [DONE]\n\n"


def summary(transcript: Transcript) -> dict[str, Any]:
    """The transcript in the shape of ``expected.json``."""
    usage = transcript.usage or Usage()
    return {
        "thinking": transcript.thinking,
        "answer": transcript.answer,
        "tool_calls": [
            {"id": call.id, "name": call.name, "arguments": call.arguments}
            for _, call in sorted(transcript.tool_calls.items())
        ],
        "finish_reason": transcript.finish_reason,
        "usage": {name: getattr(usage, name) for name in Usage.__slots__},
    }
