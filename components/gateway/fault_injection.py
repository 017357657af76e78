"""Applies a fault to what is about to be sent: works on finished events and objects, whatever the wire."""

from __future__ import annotations

import json
from typing import Any, Literal

from components.gateway.faults import Fault

Ending = Literal["cut", "silence", "error"]


class FaultInjector:
    """Passes the events of one stream through a fault. Once `ending` is set, nothing more is to be sent."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._events = 0
        self.ending: Ending | None = self._end()

    def apply(self, text: str) -> str:
        """Returns what is really sent of `text`, which holds one or more whole events."""
        sent = []
        for event in filter(None, text.split("\n\n")):
            if self.ending is not None:
                break
            if event.startswith(":"):
                sent.append(event + "\n\n")
                continue
            sent.append(self._changed(event))
            self._events += 1
            self.ending = self._end()
        return "".join(sent)

    def _end(self) -> Ending | None:
        counts: dict[Ending, int | None] = {
            "cut": self._fault.cut,
            "silence": self._fault.silence,
            "error": self._fault.error_after,
        }
        return next((ending for ending, count in counts.items() if count == self._events), None)

    def _changed(self, event: str) -> str:
        head, mark, data = event.partition("data: ")
        if self._fault.malformed == self._events:
            data = data[: max(1, len(data) // 2)]
        elif self._fault.oversized is not None and self._events == 0:
            data = f'{{"padding":"{"x" * self._fault.oversized}",{data[1:]}'
        # These quotes cannot be within a JSON string, where they would be escaped.
        elif self._fault.no_usage and '"usage":' in data:
            parsed = without_usage(json.loads(data))
            if parsed.get("choices") == []:  # the chunk of chat completions that carries nothing else
                return ""
            data = json.dumps(parsed, ensure_ascii=False, separators=(",", ":"))
        return f"{head}{mark}{data}\n\n"


def without_usage(value: dict[str, Any]) -> dict[str, Any]:
    """An event or reply without its usage, also in the response or message that it holds."""
    rest = {name: item for name, item in value.items() if name != "usage"}
    for name in ("response", "message"):
        if isinstance(inner := rest.get(name), dict):
            rest[name] = without_usage(inner)
    return rest


def apply_to_object(body: dict[str, Any], fault: Fault) -> bytes:
    """A reply that is not streamed, as bytes; a cut is the connection's matter."""
    if fault.no_usage:
        body = without_usage(body)
    if fault.oversized is not None:
        body = {"padding": "x" * fault.oversized, **body}
    sent = json.dumps(body, ensure_ascii=False).encode()
    return sent[: len(sent) // 2] if fault.malformed is not None else sent
