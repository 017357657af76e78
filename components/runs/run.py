"""`Run`: one generation as a job. Anyone may read it at any time; only the runner's loop writes.

No Streamlit, no HTTP here. Reading needs no lock: lists only grow, and each attribute is set in one step.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from components.api.connection import Connection
from components.api.exchange import ClientEvent, Received, Responded, Retrying, Sending, Waiting
from components.core.errors import ApiConnectionError, ApiError
from components.core.events import AnswerDelta, ThinkingDelta, ToolCallDelta
from components.core.request import RunRequest
from components.core.transcript import Transcript

Status = Literal["queued", "connecting", "thinking", "answering", "done", "stopped", "failed", "interrupted"]

LIVE: frozenset[Status] = frozenset({"queued", "connecting", "thinking", "answering"})


@dataclass(slots=True)
class Timings:
    """Seconds of `time.monotonic` when each thing happened; None: it has not, or never will.

    `sent` is the zero that every figure on the page counts from; a retry does not move it.
    """

    sent: float | None = None
    first_byte: float | None = None
    first_event: float | None = None
    first_thinking: float | None = None
    first_answer: float | None = None
    last_event: float | None = None
    end: float | None = None

    def since_sent(self, moment: float | None) -> float | None:
        """Seconds from sending to `moment`; None while either is unknown."""
        return None if moment is None or self.sent is None else moment - self.sent


@dataclass(slots=True)
class Run:
    """A generation: what was asked (`request`), what came (`transcript`, `received`), and its status.

    `body` is the request's JSON if the user wrote it by hand, with its media shortened; None: it is made of
    `request`. `received` holds (seconds since sent, event as it came) for every event. `retry` is set while the run
    waits to try again, `waits_until` (of `time.monotonic`) while it waits for the account's rate limit. `error` is
    set when `status` is failed, and when it is interrupted by a failure rather than by a clean early end.
    """

    request: RunRequest
    connection: Connection
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    status: Status = "queued"
    transcript: Transcript = field(default_factory=Transcript)
    timings: Timings = field(default_factory=Timings)
    response: Responded | None = None
    received: list[tuple[float, Received]] = field(default_factory=list, repr=False)
    retries: list[Retrying] = field(default_factory=list)
    retry: Retrying | None = None
    waits_until: float | None = None
    error: ApiError | None = None
    _finished: threading.Event = field(default_factory=threading.Event, repr=False)
    _cancel: Callable[[], None] | None = field(default=None, repr=False)
    _cancelled: bool = field(default=False, repr=False)
    _key_forgotten: bool = field(default=False, repr=False)

    @property
    def live(self) -> bool:
        """True until the run has ended, in whatever way."""
        return self.status in LIVE

    def cancel(self) -> None:
        """Asks the run to stop; what came so far stays. Does nothing to a run that has ended."""
        self._cancelled = True
        cancel = self._cancel  # `end`, on another thread, may take it away any time
        if cancel is not None:
            cancel()

    def forget_key(self) -> None:
        """Drops the key: at once, or at the end if the run still needs it."""
        self._key_forgotten = True
        if not self.live:
            self.connection = self.connection.without_key()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Waits for the end, at most `timeout_s` seconds; returns whether it has ended."""
        return self._finished.wait(timeout_s)

    def attach(self, cancel: Callable[[], None]) -> None:
        """Sets what `cancel` calls; for the runner."""
        self._cancel = cancel
        if self._cancelled:
            cancel()

    def apply(self, client_event: ClientEvent) -> None:
        """Applies an event of the client; for the runner."""
        now = time.monotonic()
        match client_event:
            case Waiting(wait_s):
                self.waits_until = now + wait_s
            case Sending():
                self.waits_until = self.retry = None
                if self.timings.sent is None:  # the wait for our own limit is not counted as the server's
                    self.timings.sent = now
                    self.status = "connecting"
            case Received():
                self._apply_received(client_event, now)
            case Responded():
                self.response = client_event
                self.timings.first_byte = now
            case Retrying():
                self.retry = client_event
                self.retries.append(client_event)

    def end(self, *, error: ApiError | None = None, stopped: bool = False) -> None:
        """Ends the run, with the status that follows from what was received; for the runner."""
        self.timings.end = time.monotonic()
        self.retry = self.waits_until = None
        if isinstance(error, ApiConnectionError) and self.transcript.finish_reason is not None:
            error = None  # the reply was complete: nothing was lost when the connection broke
        self.error = error
        if stopped:
            self.status = "stopped"
        elif error is not None:
            # A connection that breaks after the first event interrupts the reply; the text that came stays.
            cut = isinstance(error, ApiConnectionError) and self.timings.first_event is not None
            self.status = "interrupted" if cut else "failed"
        else:
            self.status = "done" if self.transcript.finish_reason is not None else "interrupted"
        if self._key_forgotten:
            self.connection = self.connection.without_key()
        self._cancel = None  # the runner's loop may be closed by the time `cancel` is called
        self._finished.set()

    def catch_up(self, later: Run | None) -> None:
        """Updates a run that another process writes from a newer copy of it; None: it is no longer there."""
        if later is None:
            self.status = "interrupted"
        else:
            for mine, theirs in (
                (self.transcript.thinking_deltas, later.transcript.thinking),
                (self.transcript.answer_deltas, later.transcript.answer),
            ):
                if fresh := theirs[len("".join(mine)) :]:
                    mine.append(fresh)
            self.transcript.tool_calls.update(later.transcript.tool_calls)
            self.transcript.usage = later.transcript.usage
            self.transcript.finish_reason = later.transcript.finish_reason
            self.error, self.response, self.retries = later.error, later.response, later.retries
            if not later.live:
                self.timings = later.timings
            self.status = later.status
        if not self.live:
            self._finished.set()

    def _apply_received(self, received: Received, now: float) -> None:
        timings = self.timings
        if timings.first_event is None:
            timings.first_event = now
        timings.last_event = now
        self.received.append((now - (timings.sent or now), received))
        for event in received.events:
            self.transcript.apply(event)
            if isinstance(event, ThinkingDelta):
                if timings.first_thinking is None:
                    timings.first_thinking = now
                    self.status = "thinking"
            elif isinstance(event, AnswerDelta | ToolCallDelta):
                self.status = "answering"
                if timings.first_answer is None and isinstance(event, AnswerDelta):
                    timings.first_answer = now
