"""`Probings`: the latest probes of this process, so that a page finds its own after a refresh."""

from __future__ import annotations

import threading

from components.tuning.probing import Probing


class Probings:
    """(Owner, account) -> the latest probe. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: dict[tuple[str, str], Probing] = {}

    def find(self, owner: str, account: str) -> Probing | None:
        """The owner's latest probe of an account (`components.api.limiter.account_of`), None if there was none."""
        with self._lock:
            return self._latest.get((owner, account))

    def start(self, probing: Probing) -> None:
        """Starts a probe, unless its account is being probed already."""
        account = (probing.owner, probing.account)
        with self._lock:
            found = self._latest.get(account)
            if found is None or not found.live:
                self._latest[account] = probing
                probing.start()

    def forget_key(self, key: str, owner: str) -> None:
        """Ends every probe of the owner that uses the key, which it forgets."""
        with self._lock:
            for probing in self._latest.values():
                if probing.owner == owner:
                    probing.forget_key(key)
