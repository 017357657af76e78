"""A browser session's presence: its memory is released a while after its page was closed.

Streamlit keeps a session for two minutes and more after its page was closed, with all media that it showed. The history
has the conversation, and a page that comes back opens it from there; what was attached and not sent is kept for a while
(`runs.trays`).
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import sys
import threading

from components.media.clip_cache import ClipCache
from components.media.storyboard import Storyboard
from components.media.uploads import Uploads
from components.runs.readings import Readings
from components.runs.registry import Registry
from components.runs.trays import Trays
from components.ui.state import Session
from components.ui.streamlit_internals import close_session, is_connected

# [own] A page that is refreshed, or whose line broke, is back in a few seconds.
GRACE_S = 60.0


class Presence:
    """One stay of a browser session, from its first page, or its return, until it goes."""

    def __init__(
        self,
        session_id: str,
        trays: Trays,
        readings: Readings,
        uploads: Uploads,
        cache: ClipCache,
        registry: Registry,
    ) -> None:
        self._session_id = session_id
        self._trays, self._readings, self._uploads = trays, readings, uploads
        self._cache, self._registry = cache, registry
        self._state: Session | None = None

    def belong(self, state: Session) -> None:
        """Notes the state that the session has now; with every run of the page."""
        self._state = state
        state.presence = self

    def leave(self) -> None:
        """Releases everything, unless the session returns within `GRACE_S`."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # the session was ended, not only left: no return is awaited
            self.end()
        else:
            loop.call_later(GRACE_S, self.end)

    def end(self) -> None:
        """Releases everything at once, unless the session has returned."""
        state, self._state = self._state, None
        if state is None or state.presence is not self or is_connected(self._session_id):
            return
        for attachment in (*state.tray, *(each for turn in state.turns for each in turn.attachments)):
            if isinstance(attachment.facts, Storyboard):
                self._cache.drop(attachment.facts.clip.token)
        self._uploads.forget(self._session_id)
        self._readings.forget(state.conversation.id, state.owner, state)
        self._trays.leave(state.conversation.id, state.tray)
        self._registry.forget(state.runs)
        state.let_go()
        close_session(self._session_id)
        # Not on this thread, which serves everybody.
        threading.Thread(target=trim_memory, args=(self._cache,), name="memory", daemon=True).start()


def trim_memory(cache: ClipCache) -> None:
    """Returns to the system what this process has freed; glibc keeps what many threads freed for their next use."""
    gc.collect()
    cache.forget_gone()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries of Linux have none
        if trim is not None:
            trim(0)
