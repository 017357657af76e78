"""`Trays`: what is attached and not sent yet, so that a refreshed page finds it again. In memory only."""

from __future__ import annotations

import threading

from components.media.attachments import Attachment, held_bytes

# [own] Two of the largest clips, and room for what most people attach beside them.
_MOST_BYTES = 512_000_000


class Trays:
    """A conversation's id -> its tray, for its owner only. What all hold together is bounded: the oldest are forgotten
    first, the newest never."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._trays: dict[str, tuple[str, list[Attachment]]] = {}

    def put(self, conversation_id: str, owner: str, tray: list[Attachment]) -> None:
        """Remembers the list itself: what is attached to it later is in it. An empty one is forgotten."""
        with self._lock:
            self._trays.pop(conversation_id, None)
            if tray:
                self._trays[conversation_id] = (owner, tray)
            held = 0
            for kept_id, (_, kept) in reversed(list(self._trays.items())):
                held += sum(map(held_bytes, kept))
                if held > self._most_bytes and kept_id != conversation_id:
                    del self._trays[kept_id]

    def forget(self, conversation_id: str, tray: list[Attachment]) -> None:
        """Forgets that very list; not one that another page of the conversation has remembered since."""
        with self._lock:
            if self._trays.get(conversation_id, ("", None))[1] is tray:
                del self._trays[conversation_id]

    def find(self, conversation_id: str, owner: str) -> list[Attachment]:
        """A copy of the conversation's tray; empty if there is none, or it is somebody else's."""
        with self._lock:
            of, tray = self._trays.get(conversation_id, (owner, []))
        return list(tray) if of == owner else []
