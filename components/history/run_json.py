"""Request, reply, error and retries of a run as JSON and back: the content of `run_details` and of an export.

Fields that only a newer version knows are ignored when they are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from components.core.events import RawEvent
from components.core.parts import ToolCallPart
from components.core.request import RunRequest, Tool, ToolChoice
from components.core.transcript import Transcript
from components.core.usage import Usage
from components.history.records import ErrorRecord, RetryRecord, RunRecord

_Value = TypeVar("_Value")
_STORED_APART = ("messages", "card")


def request_json(request: RunRequest) -> dict[str, Any]:
    """The request without its messages and its card, which are stored apart."""
    encoded = {each.name: getattr(request, each.name) for each in fields(request) if each.name not in _STORED_APART}
    encoded["parameters"] = dict(request.parameters)
    encoded["tools"] = [{**asdict(tool), "parameters": dict(tool.parameters)} for tool in request.tools]
    encoded["tool_choice"] = asdict(request.tool_choice)
    return encoded


def read_request(encoded: Mapping[str, Any]) -> RunRequest:
    """The request that `request_json` wrote, with no messages and no card."""
    parameters = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in encoded.get("parameters", {}).items()
    }
    tools = tuple(_read(Tool, tool) for tool in encoded.get("tools", ()))
    choice = _read(ToolChoice, encoded.get("tool_choice", {}))
    return _read(
        RunRequest,
        {
            **{name: value for name, value in encoded.items() if name not in _STORED_APART},
            "messages": (),
            "parameters": parameters,
            "tools": tools,
            "tool_choice": choice,
        },
    )


def reply_json(record: RunRecord) -> dict[str, Any]:
    """The reply: transcript, timings, response, retries and error."""
    transcript = record.transcript
    return {
        "id": transcript.id,
        "model": transcript.model,
        "thinking": transcript.thinking,
        "signature": transcript.signature,
        "answer": transcript.answer,
        "tool_calls": [[index, asdict(call)] for index, call in sorted(transcript.tool_calls.items())],
        "usage": None if transcript.usage is None else asdict(transcript.usage),
        "finish_reason": transcript.finish_reason,
        "unknown": [asdict(event) for event in transcript.unknown],
        "cost_usd": None if transcript.cost_usd is None else str(transcript.cost_usd),
        "timings": dict(record.timings),
        "response": None if record.response is None else [record.response[0], dict(record.response[1])],
        "retries": [asdict(retry) for retry in record.retries],
        "error": None if record.error is None else asdict(record.error),
    }


def read_transcript(reply: Mapping[str, Any]) -> Transcript:
    """The transcript that `reply_json` wrote; its texts come as one delta each."""
    usage = reply.get("usage")
    return Transcript(
        id=reply.get("id"),
        model=reply.get("model"),
        thinking_deltas=[reply["thinking"]] if reply.get("thinking") else [],
        answer_deltas=[reply["answer"]] if reply.get("answer") else [],
        tool_calls={index: _read(ToolCallPart, call) for index, call in reply.get("tool_calls", ())},
        usage=None if usage is None else _read(Usage, usage),
        finish_reason=reply.get("finish_reason"),
        unknown=[_read(RawEvent, event) for event in reply.get("unknown", ())],
        signature=reply.get("signature", ""),
        cost_usd=None if reply.get("cost_usd") is None else Decimal(reply["cost_usd"]),
    )


def read_exchange(reply: Mapping[str, Any]) -> dict[str, Any]:
    """Timings, response, retries and error, as the fields of a `RunRecord`."""
    response, error = reply.get("response"), reply.get("error")
    return {
        "timings": dict(reply.get("timings", {})),
        "response": None if response is None else (response[0], dict(response[1])),
        "retries": tuple(_read(RetryRecord, retry) for retry in reply.get("retries", ())),
        "error": None if error is None else _read(ErrorRecord, error),
    }


def _read(kind: type[_Value], encoded: Mapping[str, Any]) -> _Value:
    known = _names(kind)  # type: ignore[arg-type]  # every class is hashable, which mypy cannot tell of a type variable
    return kind(**{name: value for name, value in encoded.items() if name in known})


@cache
def _names(kind: type) -> frozenset[str]:
    return frozenset(each.name for each in fields(kind))
