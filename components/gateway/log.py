"""What came in and what became of it: one entry a request, in memory, bounded.

Tests wait on it instead of sleeping, and the simulator page shows it. Keys are masked and media replaced by
size and SHA-256 before anything is stored.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_STORED_BODY_CHARACTERS = 40_000_000
_LONGEST_DATA = 200


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request. `time`: Unix seconds of its arrival; `started_s`, `ended_s`: monotonic seconds.

    `body`: the parsed JSON with media shortened; None until it is parsed and for the oldest entries, whose
    bodies are dropped first. `disconnected_after_s`: when the client left before the end, counted from the
    arrival. `thinking_tokens`, `answer_tokens`: handed to the connection. `billed_tokens`: generated, sent or not.
    `searches`: web searches made. `fault`: what went wrong on demand. `without_thinking`: assistant turns with tool
    calls that came back without their thinking.
    """

    id: str
    time: float
    started_s: float
    method: str
    path: str
    key: str | None
    body_bytes: int = 0
    body: Any = None
    status: int | None = None
    error: str | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0
    thinking_tokens: int = 0
    answer_tokens: int = 0
    billed_tokens: int = 0
    searches: int = 0
    model: str | None = None
    finish_reason: str | None = None
    fault: str | None = None
    without_thinking: int = 0
    ended_s: float | None = None
    disconnected_after_s: float | None = None


class RequestLog:
    """The latest requests, oldest first. Safe from any thread."""

    def __init__(self, size: int = 500) -> None:
        self._size = size
        self._entries: OrderedDict[str, LoggedRequest] = OrderedDict()
        self._body_sizes: OrderedDict[str, int] = OrderedDict()
        self._changed = threading.Condition()

    def begin(self, id: str, method: str, path: str, key: str | None) -> None:
        """Opens the entry of a request; `key` is masked already."""
        with self._changed:
            self._entries[id] = LoggedRequest(id, time.time(), time.monotonic(), method, path, key)
            while len(self._entries) > self._size:
                dropped, _ = self._entries.popitem(last=False)
                self._body_sizes.pop(dropped, None)
            self._changed.notify_all()

    def update(self, id: str, **changes: Any) -> None:
        """Replaces fields of an entry; one that was pushed out of the log is left alone."""
        with self._changed:
            entry = self._entries.get(id)
            if entry is not None:
                self._entries[id] = dataclasses.replace(entry, **changes)
                self._changed.notify_all()

    def store_body(self, id: str, body: object) -> None:
        """Stores a parsed body with its media shortened; the oldest bodies go when all together grow too large."""
        shortened = _shorten(body)
        size = len(json.dumps(shortened))
        with self._changed:
            if id not in self._entries:
                return
            self._entries[id] = dataclasses.replace(self._entries[id], body=shortened)
            self._body_sizes[id] = size
            while len(self._body_sizes) > 1 and sum(self._body_sizes.values()) > _STORED_BODY_CHARACTERS:
                oldest, _ = self._body_sizes.popitem(last=False)
                self._entries[oldest] = dataclasses.replace(self._entries[oldest], body=None)
            self._changed.notify_all()

    def end(self, id: str, *, disconnected: bool = False) -> None:
        """Closes an entry; `disconnected` means the client left before its reply was whole."""
        with self._changed:
            entry = self._entries.get(id)
            if entry is not None and entry.ended_s is None:
                now = time.monotonic()
                after_s = now - entry.started_s if disconnected else None
                self._entries[id] = dataclasses.replace(entry, ended_s=now, disconnected_after_s=after_s)
                self._changed.notify_all()

    def entries(self) -> tuple[LoggedRequest, ...]:
        """A snapshot, oldest first."""
        with self._changed:
            return tuple(self._entries.values())

    def last(self) -> LoggedRequest | None:
        """The newest entry, or None."""
        with self._changed:
            return next(reversed(self._entries.values()), None)

    def wait_for(self, matches: Callable[[LoggedRequest], bool], timeout_s: float) -> LoggedRequest | None:
        """Blocks until an entry matches and returns it, or None after `timeout_s`."""
        with self._changed:
            return self._changed.wait_for(lambda: next(filter(matches, self._entries.values()), None), timeout_s)


def _shorten(value: object) -> object:
    """The value with data URLs and base64 blocks replaced by their size and hash."""
    match value:
        case {"type": "base64", "data": str(data), **others} if len(data) > _LONGEST_DATA:
            return {"type": "base64", **others, "data": _summary(data)}
        case dict():
            return {name: _shorten(item) for name, item in value.items()}
        case list():
            return [_shorten(item) for item in value]
        case str() if value.startswith("data:") and len(value) > _LONGEST_DATA:
            return f"{value[:64].split(',', 1)[0]},{_summary(value)}"
    return value


def _summary(data: str) -> str:
    return f"… ({len(data):,} characters, sha256 {hashlib.sha256(data.encode()).hexdigest()})"
