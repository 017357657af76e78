"""`Sweeps`: those running in this process, so that a page finds its sweep after a refresh."""

from __future__ import annotations

import threading
from collections.abc import Collection

from components.api.connection import Connection
from components.core.card import ModelCard
from components.core.errors import StoreError
from components.history.store import Store
from components.history.sweeps import load_sweep
from components.runs.runner import Runner
from components.tuning.setup_axes import Targets
from components.tuning.sweep import Sweep

_PATIENCE_S = 5.0


class Sweeps:
    """Sweep id -> the running sweep. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, Sweep] = {}

    def find(self, sweep_id: str) -> Sweep | None:
        """The sweep while it runs here. Its owner is not checked here but by the history: ask that first."""
        with self._lock:
            found = self._running.get(sweep_id)
        return found if found is not None and found.live else None

    def start(
        self,
        sweep_id: str,
        owner: str,
        store: Store,
        runner: Runner,
        connection: Connection,
        model: str,
        card: ModelCard,
        again: Collection[int] = (),
        targets: Targets | None = None,
    ) -> Sweep:
        """Starts or resumes a sweep; one that runs here already is returned as it is. `again`, `targets`: see `Sweep`.

        Raises: StoreError if there is none of that id, or another process works on it.
        """
        with self._lock:
            found = self._running.get(sweep_id)
            if found is not None and found.live:
                return found
            record = load_sweep(store, sweep_id, owner)
            if record is None:
                raise StoreError("There is no such sweep.")
            sweep = Sweep(record, store, runner, connection, model, card, targets=targets, again=again)
            sweep.start()
            self._running = {key: one for key, one in self._running.items() if one.live}
            self._running[sweep_id] = sweep
            return sweep

    def forget_key(self, key: str, owner: str) -> None:
        """Pauses every sweep of the owner that uses the key, which it forgets."""
        with self._lock:
            sweeps = list(self._running.values())
        for sweep in sweeps:
            sweep.forget_key(key, owner)

    def close(self) -> None:
        """Stops every sweep; the calls under way are broken off, and the next process resumes them."""
        with self._lock:
            for sweep in self._running.values():
                sweep.stop()
            for sweep in self._running.values():
                sweep.join(_PATIENCE_S)
