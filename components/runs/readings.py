"""`Readings`: the files being read for conversations, so that a refreshed page finds them again. In memory only."""

from __future__ import annotations

import threading
from collections import OrderedDict

from components.media.clip_cache import ClipCache
from components.media.reading import Reading

# [own] More than anybody has open at a time. Nobody waits for what is read for older ones.
_MOST = 50


class Readings:
    """A conversation's id -> its reading, for its owner only."""

    def __init__(self, cache: ClipCache) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._readings: OrderedDict[tuple[str, str], Reading] = OrderedDict()

    def of(self, conversation_id: str, owner: str) -> Reading:
        """The conversation's reading; it is made at the first call."""
        with self._lock:
            key = (conversation_id, owner)
            reading = self._readings.pop(key, None) or Reading(self._cache)
            self._readings[key] = reading
            while len(self._readings) > _MOST:
                self._readings.popitem(last=False)
            return reading

    def forget(self, conversation_id: str, owner: str, reader: object) -> None:
        """Stops reading for `reader`, unless another page of the conversation waits for the same files."""
        with self._lock:
            key = (conversation_id, owner)
            if key in self._readings and self._readings[key].cancel_all(reader):
                del self._readings[key]
