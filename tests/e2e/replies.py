"""Replies of the API for the scripted server, piece by piece."""

from __future__ import annotations

import json

from tests.raw_server import LAST_CHUNK, Step, chunk, event_stream, send


def opening() -> Step:
    """The head of an event stream."""
    return send(event_stream())


def thought(text: str) -> Step:
    return _event({"choices": [{"index": 0, "delta": {"reasoning_content": text}}]})


def said(text: str) -> Step:
    return _event({"choices": [{"index": 0, "delta": {"content": text}}]})


def failed(code: str, message: str) -> Step:
    """An error event inside the stream."""
    return _event({"error": {"code": code, "message": message, "type": "server_error"}})


def ending(reason: str = "stop") -> list[Step]:
    """The finish, the usage, and the orderly end."""
    usage = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}
    return [
        _event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}),
        _event({"choices": [], "usage": usage}),
        send(chunk(b"data: [DONE]\n\n") + LAST_CHUNK),
    ]


def whole(thinking: str, answer: str, reason: str = "stop") -> list[Step]:
    """A complete reply in one go; an empty text is left out."""
    return [opening(), *([thought(thinking)] if thinking else []), *([said(answer)] if answer else []), *ending(reason)]


def _event(body: object) -> Step:
    return send(chunk(b"data: " + json.dumps(body).encode() + b"\n\n"))
