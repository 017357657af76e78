"""`Progress` of long work and `Work`, the thread that does it. Nothing here knows what is worked at."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from components.core.errors import MediaError

Result = TypeVar("Result")


class Cancelled(Exception):
    """The work was told to stop."""


class Progress:
    """How far work has come; shared by the worker, who reports, and the page, which reads and may cancel.

    `hear` is called with what each step made, on the worker's thread.
    """

    def __init__(self, hear: Callable[[object], None] = lambda made: None) -> None:
        self._hear = hear
        self._cancelled = threading.Event()
        self.words = ""
        self.done = 0
        self.total = 0

    def begin(self, words: str, total: int) -> None:
        """Starts a stage of `total` steps."""
        self.check()
        self.words, self.done, self.total = words, 0, total

    def step(self, made: object) -> None:
        """Reports one step done, and what it made. Raises: Cancelled."""
        self.done += 1
        self._hear(made)
        self.check()

    def check(self) -> None:
        """Raises: Cancelled if it was."""
        if self._cancelled.is_set():
            raise Cancelled

    def cancel(self) -> None:
        """Ends the work at its next step."""
        self._cancelled.set()

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


class Work(Generic[Result]):
    """One piece of work on a thread of its own. Begins when it is made."""

    def __init__(self, do: Callable[[Progress], Result]) -> None:
        self.progress = Progress()
        self._do = do
        self._ended = threading.Event()
        self._result: Result | None = None
        self._error: BaseException | None = None
        threading.Thread(target=self._run, name="media", daemon=True).start()

    def _run(self) -> None:
        try:
            self._result = self._do(self.progress)
        except BaseException as exc:  # noqa: BLE001 - raised again by `result`, on the thread that asks
            self._error = exc
        finally:
            self._ended.set()

    @property
    def ended(self) -> bool:
        """Whether there is a result, an error, or it was cancelled."""
        return self._ended.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Waits for the end; False if it has not come in time."""
        return self._ended.wait(timeout_s)

    def cancel(self) -> None:
        """Ends the work at its next step."""
        self.progress.cancel()

    def result(self) -> Result:
        """What was made; waits for it. Raises: MediaError if it failed, Cancelled if it was cancelled."""
        self._ended.wait()
        if isinstance(self._error, MediaError | Cancelled):
            raise self._error
        if self._error is not None:
            raise MediaError(f"The frames could not be taken ({self._error}): try again.") from self._error
        return self._result  # type: ignore[return-value]  # set whenever there is no error
