"""Keeps what was made of clips (decoded frames, JPEGs, scene profiles), so that a knob redoes only what it touches.

One for all users of the process; bounded by bytes, the longest unused goes first. What was made of a clip goes with it,
whoever lets go of it: one that was removed, or cancelled while it was read. Safe to use from several threads.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Hashable
from typing import Any

# [own] Some 40 decoded frames at 1080p; what was pushed out is decoded anew.
CACHE_BYTES = 256_000_000


class Token:
    """Stands for a clip in the keys of a cache, as long as the clip is there."""

    __slots__ = ("__weakref__",)


class ClipCache:
    """Any value under any key, with the bytes that it takes. A key of what is made of a clip begins with its token."""

    def __init__(self, most_bytes: int = CACHE_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        # A token is held by its id, or it would never go.
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._tokens: set[int] = set()
        # Filled while objects are freed, which may be at any moment, with the lock held by this very thread.
        self._gone: deque[int] = deque()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """What was kept under `key`, None if nothing was or is no longer."""
        with self._lock:
            held = self._held(key)
            if held not in self._kept:
                return None
            self._kept.move_to_end(held)
            return self._kept[held][0]

    def put(self, key: Hashable, value: Any, size_bytes: int) -> None:
        """Keeps a value; one that is larger than the whole cache is not kept."""
        with self._lock:
            held = self._held(key)
            self._remove(held)
            if size_bytes > self._most_bytes:
                return
            self._kept[held] = (value, size_bytes)
            self._bytes += size_bytes
            while self._bytes > self._most_bytes:
                self._remove(next(iter(self._kept)))

    def drop(self, token: Token) -> None:
        """Forgets what was made of a clip that is still there."""
        with self._lock:
            self._remove_all(id(token))

    def forget_gone(self) -> None:
        """Forgets what was made of clips that are gone; done in any case when the cache is used next."""
        with self._lock:
            self._forget_gone()

    @property
    def size_bytes(self) -> int:
        """What is kept now."""
        self.forget_gone()
        return self._bytes

    def _held(self, key: Hashable) -> Hashable:
        self._forget_gone()
        match key:
            case (Token() as token, *rest):
                if id(token) not in self._tokens:
                    self._tokens.add(id(token))
                    weakref.finalize(token, self._gone.append, id(token)).atexit = False
                return (id(token), *rest)
        return key

    def _forget_gone(self) -> None:
        while self._gone:
            gone = self._gone.popleft()
            self._tokens.discard(gone)
            self._remove_all(gone)

    def _remove_all(self, token_id: int) -> None:
        for key in [key for key in self._kept if isinstance(key, tuple) and key[0] == token_id]:
            self._remove(key)

    def _remove(self, key: Hashable) -> None:
        _, freed = self._kept.pop(key, (None, 0))
        self._bytes -= freed
