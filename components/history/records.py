"""`RunRecord`: a run as it is stored. It is a value: the run may go on while its record is being saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from components.core.parts import MediaPart, Message
from components.core.request import RunRequest
from components.core.transcript import Transcript

# The status of a run while a process writes it; if no process does any more, the run was interrupted.
LIVE = frozenset({"queued", "connecting", "thinking", "answering"})
# A live run is saved about once a second; one that was not for this long has lost its process.
ABANDONED_S = 5.0
DAY_S = 86_400
_TITLE = 200


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event as it came, `at_s` seconds after sending."""

    at_s: float
    name: str
    data: str


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """Why a run failed; the fields are those of `ApiError`."""

    kind: str
    message: str
    status: int | None = None
    code: str | None = None
    request_id: str | None = None
    raw: str = ""
    sent: bool = True


@dataclass(frozen=True, slots=True)
class RetryRecord:
    """A failed try before the one that was answered; the fields are those of `Retrying`."""

    attempt: int
    of: int
    wait_s: float
    reason: str
    may_be_billed: bool = False


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it is stored; `components.runs.records` converts a `Run` to it and back.

    `kind`: what started it. `group_id`: id of the sweep or comparison that it belongs to. `started_at`: seconds since
    1970. `timings`: moment -> seconds since sending, those that were reached. `response`: status and headers. `body`:
    what was sent in place of `request`, if it was written by hand. The connection's key is never stored.
    """

    id: str
    owner: str
    request: RunRequest
    base_url: str
    status: str
    started_at: float
    conversation_id: str | None = None
    kind: str = "chat"
    group_id: str | None = None
    simulated: bool = False
    transcript: Transcript = field(default_factory=Transcript)
    timings: Mapping[str, float] = field(default_factory=dict)
    response: tuple[int, Mapping[str, str]] | None = None
    retries: tuple[RetryRecord, ...] = ()
    error: ErrorRecord | None = None
    cost_usd: Decimal | None = None
    body: Mapping[str, Any] | None = None

    @property
    def live(self) -> bool:
        """True while a process writes the run, as far as the record shows."""
        return self.status in LIVE

    @property
    def prompt(self) -> str:
        """The text of the last message of the user; empty without one."""
        return "" if self._last_question is None else self._last_question.text

    @property
    def title(self) -> str:
        """The beginning of the prompt, on one line."""
        return " ".join(self.prompt[: _TITLE * 2].split())[:_TITLE]

    @property
    def pictures(self) -> int:
        """How many pictures and frames went with the prompt."""
        parts = () if self._last_question is None else self._last_question.parts
        return sum(isinstance(part, MediaPart) for part in parts)

    @property
    def _last_question(self) -> Message | None:
        return next((message for message in reversed(self.request.messages) if message.role == "user"), None)
