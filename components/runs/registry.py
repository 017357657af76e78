"""`Registry`: the runs of this process and their owners. A page finds its live run here after a refresh."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from components.runs.run import Run

_MOST_ENDED = 200


class Registry:
    """Run id -> run, for its owner only. Of the runs that have ended only the newest 200 are held."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, tuple[str, Run]] = {}

    def add(self, run: Run, owner: str) -> None:
        """Adds the run; `owner` is the unguessable id of the session or conversation it belongs to."""
        with self._lock:
            self._runs[run.id] = (owner, run)
            ended = [key for key, (_, known) in self._runs.items() if not known.live]
            for key in ended[: max(0, len(ended) - _MOST_ENDED)]:
                del self._runs[key]

    def find(self, run_id: str, owner: str) -> Run | None:
        """The run, or None if there is none of that id or it is somebody else's."""
        with self._lock:
            entry = self._runs.get(run_id)
        return entry[1] if entry is not None and entry[0] == owner else None

    def forget(self, run_ids: Iterable[str]) -> None:
        """Forgets those of the runs that have ended: the history has them."""
        with self._lock:
            for run_id in run_ids:
                if run_id in self._runs and not self._runs[run_id][1].live:
                    del self._runs[run_id]

    def forget_key(self, key: str, owner: str) -> None:
        """Has every run of the owner that was sent with the key drop it."""
        with self._lock:
            runs = [run for whose, run in self._runs.values() if whose == owner and run.connection.key == key]
        for run in runs:
            run.forget_key()
