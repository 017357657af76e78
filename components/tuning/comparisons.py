"""`Comparisons`: those open in this process, by the id in the page's address, so that several tabs share one.

The history stores them (`components.history.comparisons`).
"""

from __future__ import annotations

import threading

from components.tuning.comparison import Comparison

_MOST = 200


class Comparisons:
    """Id -> comparison, for its owner only. The oldest are forgotten beyond the newest 200. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, tuple[str, Comparison]] = {}

    def add(self, comparison: Comparison, owner: str) -> None:
        """Adds the comparison; one that is known already is left as it is."""
        with self._lock:
            self._found.setdefault(comparison.id, (owner, comparison))
            for key in list(self._found)[:-_MOST]:
                del self._found[key]

    def remove(self, comparison_id: str, owner: str) -> None:
        """Removes the comparison, unless it is somebody else's."""
        with self._lock:
            if comparison_id in self._found and self._found[comparison_id][0] == owner:
                del self._found[comparison_id]

    def find(self, comparison_id: str, owner: str) -> Comparison | None:
        """The comparison, or None if there is none of that id or it is somebody else's."""
        with self._lock:
            entry = self._found.get(comparison_id)
        return entry[1] if entry is not None and entry[0] == owner else None
