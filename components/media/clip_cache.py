"""Keeps what was made of clips (decoded frames, JPEGs, scene profiles), so that a knob redoes only what it touches.

One for all users of the process; bounded by bytes, the longest unused goes first. Safe to use from several threads.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

# [own] Some 40 decoded frames at 1080p; what was pushed out is decoded anew.
CACHE_BYTES = 256_000_000


class ClipCache:
    """Any value under any key, with the bytes that it takes. Keys begin with a clip's `token`."""

    def __init__(self, most_bytes: int = CACHE_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """What was kept under `key`, None if nothing was or is no longer."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: Any, size_bytes: int) -> None:
        """Keeps a value; one that is larger than the whole cache is not kept."""
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._bytes -= before
            if size_bytes > self._most_bytes:
                return
            self._kept[key] = (value, size_bytes)
            self._bytes += size_bytes
            while self._bytes > self._most_bytes:
                _, (_, freed) = self._kept.popitem(last=False)
                self._bytes -= freed

    def drop(self, token: object) -> None:
        """Forgets all that was made of a clip."""
        with self._lock:
            for key in [key for key in self._kept if isinstance(key, tuple) and key[0] is token]:
                self._bytes -= self._kept.pop(key)[1]

    @property
    def size_bytes(self) -> int:
        """What is kept now."""
        return self._bytes
