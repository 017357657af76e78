"""Failures on demand: what can be asked for, and how it is written.

A fault is a line of words, sent as the header ``x-simulate-fault`` of one request or set for all of them with
``simulator.behaviour.fault = read_fault("status=503; retry-after=1; probability=0.05")``. The words:

==================  ==========================================================================================
``status=503``      answer with this error (400 to 599); ``retry-after=1`` adds that header
``error=CODE``      answer with a documented error; with ``error-after=N`` as an event inside the stream, after N
``delay=2.5``       seconds of silence before the first byte
``drip=5``          tokens per second, whatever speed the simulator has
``cut=N``           break the connection after N events, 0 is before the first; a whole reply is cut in its middle
``silence=N``       after N events say nothing more and keep the connection open, without keep-alives
``malformed=N``     the event after N events is broken JSON, as is a whole reply
``oversized=BYTES`` the first event, or the whole reply, carries that much padding in an unknown field
``no-usage``        leave every usage out
``content-type=T``  say that the body is T
``redirect=URL``    answer 307 with this location
``html``            answer with a web page, status 200 or the ``status`` given
``probability=P``   strike that share of requests only, by the simulator's seed
==================  ==========================================================================================

Words are separated by ``;``. An event is what ends in a blank line; keep-alive comments do not count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from components.gateway.errors import FAULT_CODES, GatewayError, bad_request, service_fault, status_error

HEADER = "x-simulate-fault"
_MOST_BYTES = 64_000_000
_LONGEST_S = 600.0

EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "Busy, retry after a second": "status=503; retry-after=1",
        "Rate limit without Retry-After": "status=429",
        "Upstream error": "status=502",
        "Slow first byte": "delay=3",
        "Slow drip": "drip=5",
        "Cut before the first event": "cut=0",
        "Cut after 20 events": "cut=20",
        "Silence after 20 events": "silence=20",
        "Error inside the stream": "error=upstream_error; error-after=20",
        "Malformed event": "malformed=10",
        "Oversized event": "oversized=5000000",
        "Usage missing": "no-usage",
        "Wrong content type": "content-type=text/plain",
        "Redirect": "redirect=https://example.com/moved",
        "Web page instead of JSON": "html",
        "One request in twenty fails": "status=500; probability=0.05",
    }
)
"""One line for each kind of fault, by a name to choose it by."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; the fields are the words of this module's docstring. None and False mean not asked for."""

    status: int | None = None
    retry_after: str | None = None
    error: str | None = None
    error_after: int | None = None
    delay: float = 0.0
    drip: float | None = None
    cut: int | None = None
    silence: int | None = None
    malformed: int | None = None
    oversized: int | None = None
    no_usage: bool = False
    content_type: str | None = None
    redirect: str | None = None
    html: bool = False
    probability: float = 1.0

    def __str__(self) -> str:
        words = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                name = field.name.replace("_", "-")
                words.append(name if value is True else f"{name}={value}")
        return "; ".join(words)

    @property
    def refusal(self) -> GatewayError | None:
        """The error that is the whole answer, if there is one."""
        if self.error is not None and self.error_after is None:
            return service_fault(self.error)
        if self.status is not None and not self.html:
            return status_error(self.status, self.retry_after)
        return None

    @property
    def stream_error(self) -> GatewayError | None:
        """The error that comes inside the stream, if there is one."""
        return service_fault(self.error or "upstream_error") if self.error_after is not None else None


def read_fault(line: str) -> Fault | None:
    """Reads a line such as ``status=503; retry-after=1``; None for an empty one.

    Raises: GatewayError 400 for a word or value it does not know, so that a typo does not pass as no fault.
    """
    found: dict[str, int | float | str | bool] = {}
    for word in filter(None, (word.strip() for word in line.split(";"))):
        name, _, value = (side.strip() for side in word.partition("="))
        key = name.lower().replace("-", "_")
        read = _value(key, value)
        if read is None:
            names = ", ".join(field.name.replace("_", "-") for field in fields(Fault))
            raise bad_request(f"'{HEADER}' does not understand {word!r}; it takes {names}.", HEADER)
        found[key] = read
    return Fault(**found) if found else None  # type: ignore[arg-type]  # each was read by the rule of its own field


def _value(name: str, text: str) -> int | float | str | bool | None:
    """The value of one word, or None when it cannot be one."""
    match name:
        case "status":
            return int(text) if re.fullmatch(r"[45]\d\d", text) else None
        case "error_after" | "cut" | "silence" | "malformed":
            return int(text) if re.fullmatch(r"\d{1,6}", text) else None
        case "oversized":
            return int(text) if re.fullmatch(r"\d{1,8}", text) and int(text) <= _MOST_BYTES else None
        case "delay" | "drip" | "probability":
            number = float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,9})?", text) else -1.0
            fits = {"delay": 0 <= number <= _LONGEST_S, "drip": number > 0, "probability": 0 <= number <= 1}[name]
            return number if fits else None
        case "error":
            return text if text in FAULT_CODES else None
        case "retry_after" | "content_type" | "redirect":
            return text if text and text.isprintable() and text.isascii() else None
        case "no_usage" | "html":
            return True if not text else None
    return None
