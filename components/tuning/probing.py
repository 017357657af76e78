"""`Probing`: probes parameters in a thread of its own; each finding is saved in the ledger as it comes."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from decimal import Decimal

from components.api.client import may_retry
from components.api.connection import Connection
from components.api.limiter import account_of
from components.api.wires.registry import WIRES
from components.core.card import ModelCard
from components.core.errors import ApiError, StoreError
from components.core.request import RunRequest, WireName
from components.core.usage import Usage
from components.history.probes import ProbeRecord, save_probe
from components.history.store import Store
from components.runs.metrics import measure
from components.runs.run import Run
from components.runs.runner import Runner
from components.tuning.probe import Reply, probe

_AT_ONCE = 8
_TRIES = 4
_FIRST_WAIT_S = 1.0


class Probing:
    """Probes `names` one after the other. `start` it once; `current`, `done` and `problem` may be read at any time."""

    def __init__(
        self,
        names: Sequence[str],
        n: int,
        owner: str,
        store: Store,
        runner: Runner,
        connection: Connection,
        card: ModelCard,
        wire: WireName,
        *,
        first_wait_s: float = _FIRST_WAIT_S,
    ) -> None:
        self.names = tuple(names)
        self.done: list[str] = []
        self.current: str | None = None
        self.problem: str | None = None
        self.calls = 0
        self._n = n
        self.owner = owner
        self.account = account_of(connection)
        self._store = store
        self._runner = runner
        self._connection = connection
        self._card = card
        self._wire = wire
        self._first_wait_s = first_wait_s
        self._cost: Decimal | None = Decimal(0)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="probing", daemon=True)

    @property
    def live(self) -> bool:
        """Whether it is running."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Starts its thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ends it after the calls under way; the findings so far are saved."""
        self._stopping.set()

    def forget_key(self, key: str) -> None:
        """Ends it if it uses the key, which it forgets; the findings so far are saved."""
        if self._connection.key == key:
            if self.live:
                self.problem = "The key was forgotten before every parameter was probed: choose a connection to go on."
            self.stop()
            self._connection = self._connection.without_key()

    def join(self, timeout_s: float | None = None) -> bool:
        """Waits until it has ended, or for `timeout_s` seconds; returns whether it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            for name in self.names:
                if not self._probe(name):
                    break
        finally:
            self.current = None
            self._connection = self._connection.without_key()  # it is not needed any more

    def _probe(self, name: str) -> bool:
        """Probes one parameter and saves the finding; False when the others are not to be probed."""
        self.current = name
        self._cost = Decimal(0)
        found = probe(name, self._ask, self._card, self._n, self._wire)
        if self._stopping.is_set():
            return False
        try:
            note = f"{found.note} Asked through {WIRES[self._wire].label}."
            record = ProbeRecord(name, found.verdict, note, found.n, self._cost)
            save_probe(self._store, self.owner, self.account, record)
        except StoreError as error:
            self.problem = f"What was found could not be saved: {error}"
            return False
        self.done.append(name)
        return True

    def _ask(self, requests: Sequence[RunRequest]) -> list[Reply]:
        replies: list[Reply] = []
        for start in range(0, len(requests), _AT_ONCE):
            some = requests[start : start + _AT_ONCE]
            if self._stopping.is_set():
                replies += [Reply(error="The probe was stopped.") for _ in some]
                continue
            runs = [self._runner.start(request, self._connection, batch=True) for request in some]
            replies += [self._reply(self._wait_for(run)) for run in runs]
        return replies

    def _wait_for(self, run: Run) -> Run:
        """Waits for the run and returns it; one that failed for a passing reason is tried again first."""
        for tries in range(_TRIES):
            while not run.wait(0.2):
                if self._stopping.is_set():
                    run.cancel()
            self.calls += 1
            self._add_cost(run)
            error = run.error
            passing = error is not None and (may_retry(error) or run.status == "interrupted")
            if not passing or tries == _TRIES - 1 or self._stopping.is_set():
                break
            asked = None if error is None else error.retry_after_s
            self._stopping.wait(self._first_wait_s * 2**tries if asked is None else min(asked, 60.0))
            run = self._runner.start(run.request, self._connection, batch=True)
        return run

    def _add_cost(self, run: Run) -> None:
        cost = measure(run).cost_usd
        if run.status == "done":
            self._cost = None if cost is None or self._cost is None else self._cost + cost

    def _reply(self, run: Run) -> Reply:
        if run.status != "done":
            error = run.error
            status = None if error is None else error.status
            return Reply(error=_error_message(error) if error is not None else f"The call {run.status}.", status=status)
        transcript = run.transcript
        usage = transcript.usage or Usage()
        output, thinking = usage.output_tokens, usage.reasoning_tokens
        return Reply(
            transcript.answer,
            transcript.thinking,
            usage.input_tokens,
            None if output is None else output - (thinking or 0),
            thinking,
            transcript.finish_reason,
        )


def _error_message(error: ApiError) -> str:
    """The API's own message if it sent one, else our sentence."""
    try:
        message = json.loads(error.raw)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return str(error)
    return str(message)[:300] or str(error)
