"""`Sweeps`: those at work in this process. A page finds its sweep here after a refresh; a restart takes it up anew."""

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
    """Sweep id -> the one at work on it. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work: dict[str, Sweep] = {}

    def find(self, sweep_id: str) -> Sweep | None:
        """The sweep while it is at work here. Whose it is the history tells: ask that first."""
        with self._lock:
            found = self._at_work.get(sweep_id)
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
        """Takes a sweep up where it stands; one that is at work here already is given back. `again`: only these of its
        failed cells are sent. `targets`: as `Sweep` has them.

        Raises: StoreError if there is none of that id, or another process is at it.
        """
        with self._lock:
            found = self._at_work.get(sweep_id)
            if found is not None and found.live:
                return found
            record = load_sweep(store, sweep_id, owner)
            if record is None:
                raise StoreError("There is no such sweep.")
            sweep = Sweep(record, store, runner, connection, model, card, targets=targets, again=again)
            sweep.start()
            self._at_work = {key: one for key, one in self._at_work.items() if one.live}
            self._at_work[sweep_id] = sweep
            return sweep

    def forget_key(self, key: str, owner: str) -> None:
        """Has every sweep of the owner that asks with the key pause and let go of it."""
        with self._lock:
            sweeps = list(self._at_work.values())
        for sweep in sweeps:
            sweep.forget_key(key, owner)

    def close(self) -> None:
        """Lets no sweep send anything more; what is under way is broken off and taken up by the next process."""
        with self._lock:
            for sweep in self._at_work.values():
                sweep.stop()
            for sweep in self._at_work.values():
                sweep.join(_PATIENCE_S)
