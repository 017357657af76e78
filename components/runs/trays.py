"""`Trays`: what is attached and not sent yet, so that a page that is refreshed, or returns, finds it again.

In memory only; large clips lie on the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from components.media.attachments import Attachment, held_bytes

# [own] Two of the largest clips, and room for what most people attach beside them.
_MOST_BYTES = 512_000_000
# [own] The page of a phone in a pocket, or of a laptop that sleeps over lunch, is closed and comes back.
# All closed pages together may hold less, since most never return.
_LEFT_S = 3_600.0
_LEFT_BYTES = 64_000_000


class Trays:
    """A conversation's id -> its tray, for its owner only. The bytes of all trays together are limited: the oldest are
    dropped first, the newest never."""

    def __init__(
        self, most_bytes: int = _MOST_BYTES, left_bytes: int = _LEFT_BYTES, clock: Callable[[], float] = monotonic
    ) -> None:
        self._most_bytes, self._left_bytes, self._clock = most_bytes, left_bytes, clock
        self._lock = threading.Lock()
        self._trays: dict[str, tuple[str, list[Attachment]]] = {}
        self._left: dict[str, float] = {}

    def put(self, conversation_id: str, owner: str, tray: list[Attachment]) -> None:
        """Holds the list itself, not a copy, so that later attachments are in it. An empty one is dropped."""
        with self._lock:
            self._drop(conversation_id)
            if tray:
                self._trays[conversation_id] = (owner, tray)
            held = 0
            for tray_id, (_, attached) in reversed(list(self._trays.items())):
                held += sum(map(held_bytes, attached))
                if held > self._most_bytes and tray_id != conversation_id:
                    self._drop(tray_id)

    def leave(self, conversation_id: str, tray: list[Attachment]) -> None:
        """Holds the tray of a page that was closed for an hour, in case the page returns, unless it is too large.

        Does nothing if another page of the conversation has put its own list since.
        """
        with self._lock:
            if self._trays.get(conversation_id, ("", None))[1] is tray:
                self._left[conversation_id] = self._clock()
            held = 0
            for left_id, since in reversed(list(self._left.items())):
                held += sum(map(held_bytes, self._trays[left_id][1]))
                if held > self._left_bytes or self._clock() - since > _LEFT_S:
                    self._drop(left_id)

    def find(self, conversation_id: str, owner: str) -> list[Attachment]:
        """A copy of the conversation's tray; empty if there is none, or it is somebody else's."""
        with self._lock:
            of, tray = self._trays.get(conversation_id, (owner, []))
        return list(tray) if of == owner else []

    def _drop(self, conversation_id: str) -> None:
        self._trays.pop(conversation_id, None)
        self._left.pop(conversation_id, None)
