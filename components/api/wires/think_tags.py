"""Separates thinking from the answer where a server leaves ``<think>`` tags in the text.

Only a tag at the very beginning counts: an answer may mention the tag further down. A tag may be split between two
deltas, so text that could still become one is held back.
"""

from __future__ import annotations

from components.core.events import AnswerDelta, StreamEvent, ThinkingDelta

OPEN, CLOSE = "<think>", "</think>"


class ThinkTagSplitter:
    """Turns a stream of text into thinking and answer. `feed` each delta, `close` at the end."""

    def __init__(self) -> None:
        self._state = "start"
        self._pending = ""

    def feed(self, text: str) -> list[StreamEvent]:
        """The text that is certain so far."""
        if self._state == "answer":
            return [AnswerDelta(text)] if text else []
        self._pending += text
        events: list[StreamEvent] = []
        if self._state == "start":
            lead = self._pending.lstrip()
            if lead.startswith(OPEN):
                self._state, self._pending = "thinking", lead[len(OPEN) :]
            elif OPEN.startswith(lead):
                return []
            else:
                self._state = "answer"
                return self._release(AnswerDelta)
        if self._state == "thinking":
            thought, tag, rest = self._pending.partition(CLOSE)
            if tag:
                self._state, self._pending = "gap", rest
                if thought:
                    events.append(ThinkingDelta(thought))
            else:
                partial = _tail_that_may_become(CLOSE, self._pending)
                if certain := self._pending[: len(self._pending) - partial]:
                    events.append(ThinkingDelta(certain))
                    self._pending = self._pending[len(certain) :]
                return events
        # Servers put a blank line between the closing tag and the answer; it belongs to neither.
        if rest := self._pending.lstrip("\r\n"):
            self._state, self._pending = "answer", ""
            events.append(AnswerDelta(rest))
        return events

    def close(self) -> list[StreamEvent]:
        """The text that was held back; after a tag that was never closed, all of it is thinking."""
        if self._state == "gap":
            return []
        return self._release(ThinkingDelta if self._state == "thinking" else AnswerDelta)

    def _release(self, kind: type[AnswerDelta] | type[ThinkingDelta]) -> list[StreamEvent]:
        pending, self._pending = self._pending, ""
        return [kind(pending)] if pending else []


def _tail_that_may_become(tag: str, text: str) -> int:
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if text.endswith(tag[:length]):
            return length
    return 0
