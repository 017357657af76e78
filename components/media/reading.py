"""`Reading`: files on their way into a tray, read one after the other by a thread of their own.

A page's script is begun anew at every click; what it were reading then would be read twice, or lost. So it hands files
over here, looks at how far they are, and takes each result once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from weakref import WeakValueDictionary

from components.core.errors import MediaError
from components.core.parts import FramePart
from components.media.attachments import Attachment, attach
from components.media.clip_cache import ClipCache
from components.media.source import Source
from components.media.work import Cancelled, Progress


@dataclass(slots=True, eq=False)
class Arrival:
    """A file that is read or waits for it. `frames`: those of a clip that are ready."""

    id: str
    name: str
    file: bytes | Source = field(repr=False)
    progress: Progress = field(repr=False)
    frames: list[FramePart] = field(default_factory=list, repr=False)


class Reading:
    """The files of one conversation. Safe to use from several threads."""

    def __init__(self, cache: ClipCache) -> None:
        self._cache = cache
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._seen: set[str] = set()
        self._arrivals: list[Arrival] = []
        self._ended: dict[str, Attachment | MediaError] = {}
        # For as long as the receiver has them: what is removed there is to go.
        self._handed_over: WeakValueDictionary[str, Attachment] = WeakValueDictionary()
        self._receiver: object = None
        self._works = False

    def add(self, id: str, name: str, file: bytes | Source) -> None:
        """Has a file read. One whose `id` came before is the same file, told again: it comes in once."""
        frames: list[FramePart] = []

        def hear(made: object) -> None:
            if isinstance(made, FramePart):
                frames.append(made)

        with self._lock:
            if id in self._seen:
                return
            self._seen.add(id)
            self._arrivals.append(Arrival(id, name, file, Progress(hear), frames))
            if not self._works:
                self._works = True
                threading.Thread(target=self._work, name="reading", daemon=True).start()

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """What is read now, first, and what waits."""
        with self._lock:
            return tuple(self._arrivals)

    @property
    def has_ended(self) -> bool:
        """Whether there is something to take."""
        with self._lock:
            return bool(self._ended)

    def is_ready_for(self, receiver: object) -> bool:
        """Whether `receiver` is to be drawn anew: something has ended, or nothing is left to wait for."""
        with self._lock:
            return receiver is self._receiver and (bool(self._ended) or not self._arrivals)

    def cancel(self, id: str) -> Attachment | None:
        """Gives a file up, whether it waits, is being read or has ended.

        Returns: what was made of it if the receiver has that already: a click on the page of a moment ago.
        """
        with self._lock:
            for arrival in self._arrivals:
                if arrival.id == id:
                    arrival.progress.cancel()
            self._arrivals = [arrival for arrival in self._arrivals if arrival.id != id]
            self._ended.pop(id, None)
            self._changed.notify_all()
            return self._handed_over.pop(id, None)

    def deliver_to(self, receiver: object, begin: Callable[[], None] = lambda: None) -> None:
        """From now on only `receiver` takes results; `begin` runs before any of them can be taken by it or another."""
        with self._lock:
            self._receiver = receiver
            begin()

    def cancel_all(self, receiver: object) -> bool:
        """Gives up everything if it is for `receiver`; says whether it is."""
        with self._lock:
            if receiver is not self._receiver:
                return False
            for arrival in self._arrivals:
                arrival.progress.cancel()
            self._arrivals, self._ended = [], {}
            self._changed.notify_all()
            return True

    def hand_over(self, receiver: object, put: Callable[[Attachment | MediaError], None]) -> None:
        """Hands over what has ended, in the order in which it came; each result once, and to one receiver."""
        with self._lock:
            if receiver is not self._receiver:
                return
            ended, self._ended = self._ended, {}
            for id, result in ended.items():
                if isinstance(result, Attachment):
                    self._handed_over[id] = result
                put(result)

    def wait(self, timeout_s: float) -> bool:
        """Waits until nothing is left to read; False if that has not come in time."""
        end = monotonic() + timeout_s
        with self._lock:
            while self._arrivals:
                if (left := end - monotonic()) <= 0:
                    return False
                self._changed.wait(left)
            return True

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._arrivals:
                    self._works = False
                    return
                arrival = self._arrivals[0]
            result: Attachment | MediaError | None
            try:
                result = attach(arrival.name, arrival.file, cache=self._cache, progress=arrival.progress)
            except MediaError as error:
                result = error
            except Cancelled:
                result = None
            except Exception as exc:  # noqa: BLE001 - whatever it is, the next file is to be read, and this one refused
                result = MediaError(f"{arrival.name!r} cannot be read ({exc}): save it anew and attach that.")
            with self._lock:
                # One that was given up meanwhile does not come in.
                if arrival in self._arrivals:
                    self._arrivals.remove(arrival)
                    if result is not None:
                        self._ended[arrival.id] = result
                self._changed.notify_all()
