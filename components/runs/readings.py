"""`Readings`: the files being read for conversations, so that a refreshed page finds them again. In memory only."""

from __future__ import annotations

import threading
from collections import OrderedDict

from components.media.clip_cache import ClipCache
from components.media.reading import Reading

# [own] The conversations at work; what is read for older ones is not waited for any more.
_MOST = 50


class Readings:
    """A conversation's id -> its reading, for its owner only."""

    def __init__(self, cache: ClipCache) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._readings: OrderedDict[tuple[str, str], Reading] = OrderedDict()

    def of(self, conversation_id: str, owner: str) -> Reading:
        """The conversation's reading; made at the first use."""
        with self._lock:
            key = (conversation_id, owner)
            reading = self._readings.pop(key, None) or Reading(self._cache)
            self._readings[key] = reading
            while len(self._readings) > _MOST:
                self._readings.popitem(last=False)
            return reading

    def forget(self, conversation_id: str, owner: str, taker: object) -> None:
        """Gives up what is read for `taker`; not where another page of the conversation takes it."""
        with self._lock:
            key = (conversation_id, owner)
            if key in self._readings and self._readings[key].give_up(taker):
                del self._readings[key]
