"""A run that another process writes, followed by what it saves: about once a second, until it ends or falls silent."""

from __future__ import annotations

import threading
import time

from components.core.errors import StoreError
from components.history.runs import load_run
from components.history.store import Store
from components.runs.records import restored
from components.runs.run import Run

_LOOK_EVERY_S = 0.5


def follow_elsewhere(run: Run, store: Store, owner: str) -> None:
    """Keeps a restored, live run up to date. It cannot be stopped from here: `cancel` does nothing."""
    run.timings.sent = time.monotonic() - (run.timings.last_event or 0.0)
    threading.Thread(target=_follow, args=(run, store, owner), name=f"following {run.id[:6]}", daemon=True).start()


def _follow(run: Run, store: Store, owner: str) -> None:
    while run.live:
        threading.Event().wait(_LOOK_EVERY_S)
        try:
            record = load_run(store, run.id, owner)
        except StoreError:
            continue  # the database may come back; what is here is shown meanwhile
        run.catch_up(None if record is None else restored(record))
