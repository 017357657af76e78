"""`HistoryWriter`: one thread that writes conversations, live runs and other data of pages to the history.

Pages and the runner do not wait for it. While the history cannot be written nothing is lost: what is to be saved stays
here, `problem` says why it cannot be, and it is tried again about once a second.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace

from components.core.errors import StoreError
from components.history.conversations import save_conversation
from components.history.purging import purge_deleted
from components.history.runs import mend_abandoned, save_run
from components.history.store import Store
from components.history.tree import Conversation
from components.runs.records import events_from, record_of
from components.runs.run import Run

_log = logging.getLogger(__name__)

# A process that is killed loses what came since the last save: at most this, and the time of one write.
SAVE_EVERY_S = 0.7
_MEND_EVERY_S = 30.0
_PURGE_EVERY_S = 3_600.0  # and at the start
# Data that the database refuses for their content, not its own state, are dropped so that the rest can be saved.
_TRIES = 3

Write = Callable[[Store], None]


@dataclass(slots=True)
class _Watched:
    """A run to be saved until it has ended; `events`: how many of its events are saved."""

    run: Run
    owner: str
    conversation_id: str | None
    kind: str
    group_id: str | None
    events: int = 0


class HistoryWriter:
    """Saves what it is given, in order. `open_store` is called again until it returns a store."""

    def __init__(self, open_store: Callable[[], Store], every_s: float = SAVE_EVERY_S) -> None:
        self.problem: str | None = None
        self._open_store = open_store
        self._opened: Store | None = None
        self._opening = threading.Lock()
        self._every_s = every_s
        self._changed = threading.Condition()
        self._wake = threading.Event()
        self._conversations: dict[str, Conversation] = {}
        self._writes: dict[str, Write] = {}
        self._watched: dict[str, _Watched] = {}
        self._refused: dict[str, int] = {}
        self._asked = self._answered = 0
        self._mended = self._purged = -_PURGE_EVERY_S
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="history writer", daemon=True)
        self._thread.start()

    @property
    def store(self) -> Store:
        """The history. Raises: StoreError while it cannot be used; it is tried again at the next call."""
        with self._opening:
            if self._opened is None:
                self._opened = self._open_store()
            return self._opened

    def save(self, conversation: Conversation) -> None:
        """Saves the conversation as it is now, soon; its `changed` is empty afterwards."""
        nodes = {node_id: replace(conversation.nodes[node_id]) for node_id in conversation.changed}
        conversation.changed.clear()
        with self._changed:
            waiting = self._conversations.get(conversation.id)
            if waiting is not None:
                nodes = {**waiting.nodes, **nodes}
            self._conversations[conversation.id] = replace(
                conversation,
                draft=deepcopy(conversation.draft),
                undo=list(conversation.undo),
                nodes=nodes,
                changed=set(nodes),
            )
        self._wake.set()

    def write(self, key: str, write: Write) -> None:
        """Calls `write` with the history, soon; of several with the same key that are waiting, only the newest.

        If `write` raises StoreError it is called again later, unless a newer one has been given.
        """
        with self._changed:
            self._writes[key] = write
        self._wake.set()

    def watch(
        self,
        run: Run,
        owner: str,
        conversation_id: str | None = None,
        kind: str = "chat",
        group_id: str | None = None,
    ) -> None:
        """Saves the run about once a second until it has ended. Its conversation, if any, is given to `save` first.

        `group_id`: id of the comparison that it is part of.
        """
        with self._changed:
            if run.id not in self._watched:  # else its events are being counted already
                self._watched[run.id] = _Watched(run, owner, conversation_id, kind, group_id)
        self._wake.set()

    def wake(self, _ended: Run | None = None) -> None:
        """Saves now: a run has ended."""
        self._wake.set()

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Waits until an attempt to save all that was given before has ended; returns whether it is saved."""
        with self._changed:
            self._asked += 1
            goal = self._asked
            self._wake.set()
            answered = self._changed.wait_for(lambda: self._answered >= goal, timeout_s)
        return answered and self.problem is None

    def close(self) -> None:
        """Saves once more and ends the thread."""
        self._closing = True
        self._wake.set()
        self._thread.join(10)
        if self._opened is not None:
            self._opened.close()

    def _work(self) -> None:
        while not self._closing:
            self._wake.wait(self._every_s if self._waiting else _MEND_EVERY_S)
            self._wake.clear()
            asked = self._asked
            try:
                self._save_all(self.store)
                self.problem = None
            except StoreError as error:
                self.problem = str(error)
            except Exception:  # noqa: BLE001 - the thread must live on: without it nothing would be saved at all
                _log.exception("The history could not be saved.")
                self.problem = "The history could not be saved; the program's log says why."
            with self._changed:
                self._answered = asked
                self._changed.notify_all()

    @property
    def _waiting(self) -> bool:
        return bool(self._conversations or self._writes or self._watched)

    def _save_all(self, store: Store) -> None:
        with self._changed:
            conversations, self._conversations = self._conversations, {}
            writes, self._writes = self._writes, {}
            watched = list(self._watched.values())
        problem: StoreError | None = None
        for conversation in conversations.values():
            try:
                save_conversation(store, conversation)
            except StoreError as error:
                problem = error
                self._retry_later(conversation, error)
        for one in watched:
            try:
                self._save_run(store, one)
            except StoreError as error:
                problem = error
                if self._gives_up_on(one.run.id, error):
                    self._forget(one)
        for key, write in writes.items():
            try:
                write(store)
            except StoreError as error:
                problem = error
                if not self._gives_up_on(key, error):
                    with self._changed:
                        self._writes.setdefault(key, write)
        if problem is not None:
            raise problem
        if time.monotonic() - self._mended > _MEND_EVERY_S:
            mend_abandoned(store)
            self._mended = time.monotonic()
        if time.monotonic() - self._purged > _PURGE_EVERY_S:
            purge_deleted(store)
            self._purged = time.monotonic()

    def _save_run(self, store: Store, one: _Watched) -> None:
        ended = not one.run.live  # asked first: an event that comes after this is saved by the next call
        events = events_from(one.run, one.events)
        save_run(store, record_of(one.run, one.owner, one.conversation_id, one.kind, one.group_id), events, one.events)
        one.events += len(events)
        if ended:
            self._forget(one)

    def _retry_later(self, conversation: Conversation, error: StoreError) -> None:
        if self._gives_up_on(conversation.id, error):
            return
        with self._changed:
            newer = self._conversations.get(conversation.id)
            if newer is not None:
                nodes = {**conversation.nodes, **newer.nodes}
                conversation = replace(newer, nodes=nodes, changed=set(nodes))
            self._conversations[conversation.id] = conversation

    def _gives_up_on(self, key: str, error: StoreError) -> bool:
        """True once the database has refused the data `_TRIES` times for what they are: waiting would not help."""
        if error.problem == "other":
            self._refused[key] = self._refused.get(key, 0) + 1
        return self._refused.get(key, 0) >= _TRIES

    def _forget(self, one: _Watched) -> None:
        with self._changed:
            self._watched.pop(one.run.id, None)
