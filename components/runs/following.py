"""Follows a run of another process by reading what that one saves, until it ends or is no longer saved."""

from __future__ import annotations

import threading
import time

from components.core.errors import StoreError
from components.history.runs import load_run
from components.history.store import Store
from components.runs.records import run_from_record
from components.runs.run import Run

_LOOK_EVERY_S = 0.5


def follow_other_process(run: Run, store: Store, owner: str) -> None:
    """Keeps a live run that was read from the history up to date. `cancel` does nothing to such a run."""
    run.timings.sent = time.monotonic() - (run.timings.last_event or 0.0)
    threading.Thread(target=_follow, args=(run, store, owner), name=f"following {run.id[:6]}", daemon=True).start()


def _follow(run: Run, store: Store, owner: str) -> None:
    while run.live:
        threading.Event().wait(_LOOK_EVERY_S)
        try:
            record = load_run(store, run.id, owner)
        except StoreError:
            continue  # the database may come back; what is here is shown meanwhile
        run.catch_up(None if record is None else run_from_record(record))
