"""Records and messages for the tests of the store."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

from components.core.parts import (
    FramePart,
    ImagePart,
    Message,
    RemoteImagePart,
    TextFilePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
)
from components.core.request import RunRequest, Tool
from components.core.transcript import Transcript
from components.core.usage import Usage
from components.history.records import ErrorRecord, RetryRecord, RunRecord
from components.history.tree import new_id

EVERY_PART = (
    Message(
        "user",
        (
            ImagePart(b"picture", "image/png", 2, 3, "a.png"),
            RemoteImagePart("https://example.com/b.png"),
            FramePart(b"frame", "image/jpeg", 4, 5, "b.mp4", 1.25),
            TextFilePart("a,b\r\n1,\udcff\n", "c.csv", "csv"),
            TextPart("What is\0 here? \ud83d"),
        ),
    ),
    Message("assistant", (ThinkingPart("Hm.", "signed"), ToolCallPart("c1", "look", '{"a":'))),
    Message("tool", (ToolResultPart("c1", "42"),)),
    Message("assistant", (TextPart("It is 42."),)),
)


def asked(prompt: str, **fields: Any) -> RunRecord:
    """A run that has ended: ``asked("Why?", answer="Because.", owner="ann")``."""
    transcript = Transcript(
        thinking_deltas=[fields.pop("thinking", "Let me think.")],
        answer_deltas=[fields.pop("answer", "Because.")],
        finish_reason="stop",
        usage=fields.pop("usage", Usage(10, 4, 20, 15, 30)),
    )
    request = RunRequest(
        model="kimi-k2-6",
        messages=fields.pop("messages", (Message("user", (TextPart(prompt),)),)),
        wire=fields.pop("wire", "chat_completions"),
        parameters=fields.pop("parameters", {"temperature": 0.7, "stop": ("a", "b\0")}),
        tools=(Tool("look", "Looks.", {"type": "object", "properties": {}}),),
        system="Be brief.",
    )
    given: dict[str, Any] = {
        "id": new_id(),
        "owner": "local",
        "request": request,
        "base_url": "http://127.0.0.1:1/v1",
        "status": "done",
        "started_at": time.time(),
        "simulated": True,
        "transcript": transcript,
        "timings": {"first_event": 0.1, "first_thinking": 0.1, "first_answer": 0.5, "last_event": 1.0, "end": 1.1},
        "response": (200, {"x-request-id": "r1"}),
        "retries": (RetryRecord(1, 3, 0.5, "429"),),
        "cost_usd": Decimal("0.000012345678"),
    }
    return RunRecord(**{**given, **fields})


def failed(prompt: str, **fields: Any) -> RunRecord:
    """A run that the API refused."""
    error = ErrorRecord("status", "The API said no.", 429, "rate_limited", "r2", '{"error":{}}')
    return asked(prompt, status="failed", error=error, response=None, usage=None, cost_usd=None, **fields)
