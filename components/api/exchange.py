"""What happens during a request: events that the client reports and a `Run` records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.core.events import StreamEvent


@dataclass(frozen=True, slots=True)
class Waiting:
    """The account has used up its `of` requests of this minute: the request goes out in about `wait_s` seconds."""

    wait_s: float
    of: int


@dataclass(frozen=True, slots=True)
class Sending:
    """The request goes out now. Reported for every attempt."""


@dataclass(frozen=True, slots=True)
class Retrying:
    """The request failed before its first event and will be sent again after `wait_s` seconds.

    `attempt` counts the retries from 1; `of` is how many there may be. `may_be_billed`: the request was sent
    completely and not refused.
    """

    attempt: int
    of: int
    wait_s: float
    reason: str
    may_be_billed: bool = False


@dataclass(frozen=True, slots=True)
class Responded:
    """Status line and headers of the reply; the body follows."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Received:
    """One event of the stream as it came (`name`, `data`) and what it means; a whole body when not streamed."""

    name: str
    data: str
    events: Sequence[StreamEvent]


ClientEvent = Waiting | Sending | Retrying | Responded | Received
