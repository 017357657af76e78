"""What the decoders of the three formats share: the end mark, errors in a stream, and the reply's id and model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from components.api.problems import error_from_body
from components.api.wires.reading import read_json, text_in
from components.api.wires.think_tags import ThinkTagSplitter
from components.core.events import RawEvent, Started, StreamEvent


class EventDecoder(ABC):
    """Reads one reply, as `Decoder` says. `over`: the end mark came, nothing that follows is read."""

    def __init__(self) -> None:
        self.over = False
        self._splitter = ThinkTagSplitter()
        self._started: Started | None = None
        self._held: list[StreamEvent] = []  # events of a reply that came before an error in it

    def feed(self, name: str, data: str) -> list[StreamEvent]:
        """Reads one server-sent event; one of an unknown kind becomes a `RawEvent`.

        Raises: ApiStatusError for an error inside the stream.
        """
        if data.strip() == "[DONE]":  # OpenAI's; gateways send it after the other two formats as well
            self.over = True
            return []
        event = read_json(data)
        if _is_error(name, event):
            raise error_from_body(event, status=None, raw=data)
        events = self._map_event(name, event, data) if isinstance(event, dict) else None
        return [RawEvent(name, data)] if events is None else events

    def close(self) -> list[StreamEvent]:
        """What was held back because more might have followed."""
        held, self._held = self._held, []
        return [*held, *self._splitter.close()]

    @abstractmethod
    def _map_event(self, name: str, event: dict[str, Any], data: str) -> list[StreamEvent] | None:
        """The events that a server-sent event stands for; None if it is of an unknown kind. `data`: its text."""

    def _map_start(self, reply: dict[str, Any]) -> list[StreamEvent]:
        """Reports the reply's id and model, which every format has side by side, once and when they change."""
        started = Started(text_in(reply.get("id")) or None, text_in(reply.get("model")) or None)
        if started == self._started or not (started.id or started.model):
            return []
        self._started = started
        return [started]


def _is_error(name: str, event: Any) -> bool:
    """Whether it is an error event: by its name or type, ``{"error": …}``, or vLLM's ``{"object": "error"}``."""
    if name == "error":
        return True
    return isinstance(event, dict) and (bool(event.get("error")) or "error" in (event.get("type"), event.get("object")))
