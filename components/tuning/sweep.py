"""`Sweep`: carries out a plan in a thread of its own. It survives the page, a crash and a restart.

For every call the highest possible cost is reserved and written down, then the call is sent, its run is saved however
it ended, and the real cost replaces the reservation. So the cap holds whatever happens, and a finished cell is never
sent, nor paid, again. A call without a reported cost counts as the highest that it may have cost.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from components.api.client import may_retry
from components.api.connection import Connection
from components.core.card import ModelCard
from components.core.errors import StoreError
from components.core.parts import Message
from components.core.request import RunRequest
from components.history.runs import load_run, save_run
from components.history.store import Store
from components.history.sweeps import (
    CellRecord,
    SweepRecord,
    claim_sweep,
    load_prompts,
    release_sweep,
    save_cells,
    set_status,
)
from components.runs.metrics import measure
from components.runs.records import events_from, record_of, run_from_record
from components.runs.run import Run
from components.runs.runner import Runner
from components.tuning.budget import Budget, price
from components.tuning.checks import COLUMN
from components.tuning.judge import judge_request, read_judgement, rubric_for
from components.tuning.messages import message_index
from components.tuning.plan import Plan, read_plan
from components.tuning.scorers import GRADED, JUDGED, Observation, Score, Scorer, score
from components.tuning.setup_axes import MODEL, Targets
from components.tuning.unaccounted import may_be_billed

MOST_TRIES = 5
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_RENEW_S = 2.0
# Another try would fail as well, in this cell or another: the user must do something first.
_NEEDS_USER = frozenset({401, 402, 403, 404})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that was sent: to answer its cell, or to judge the answer by `scorer`.

    `reserved`: US dollars that it may cost at most, 0 where that is not known; `counted`: its share of the budget, in
    US dollars or in calls.
    """

    cell: int
    run: Run
    reserved: Decimal
    scorer: Scorer | None
    counted: Decimal


class Sweep:
    """Carries out one sweep from its present state. `start` it once; `status` and `cells` may be read at any time.

    `connection`, `model` and `card`: who is asked, and always who judges; `targets`: who is asked where the model is
    varied. `again`: failed cells to send once more; nothing else is sent then. `status` is running, paused (by the
    user, or for the reason in `note`), capped, or done.
    """

    def __init__(
        self,
        record: SweepRecord,
        store: Store,
        runner: Runner,
        connection: Connection,
        model: str,
        card: ModelCard,
        *,
        targets: Targets | None = None,
        again: Collection[int] = (),
        first_wait_s: float = _FIRST_WAIT_S,
    ) -> None:
        self.id = record.id
        self.plan: Plan = read_plan(record.plan)
        self.cells: list[CellRecord] = list(record.cells)
        self.status = "running"
        self.note = ""
        self.began = time.monotonic()
        self.finished_here = 0
        calls = self.plan.cap_calls
        self.budget = Budget(Decimal(calls) if calls else self.plan.cap_usd)
        self._owner = record.owner
        self._store = store
        self._runner = runner
        self._connection = connection
        self._model = model
        self._card = card
        self._targets = dict(targets or {})
        self._again = frozenset(again)
        self._first_wait_s = first_wait_s
        self._worker = secrets.token_urlsafe(12)
        self._renewed = 0.0
        self._prompts: Sequence[Message] = ()
        self._todo: deque[tuple[int, Scorer | None]] = deque()
        self._delayed: list[tuple[float, int, Scorer | None]] = []
        self._judge_tries: dict[tuple[int, str], int] = {}
        self._calls: dict[str, _Call] = {}
        self._ended: queue.Queue[Run | None] = queue.Queue()
        self._pausing = threading.Event()
        self._stopping = threading.Event()
        self._sending = threading.Lock()  # held from the look at `_pausing` to the call's start
        self._thread = threading.Thread(target=self._work, name=f"sweep-{self.id[:6]}", daemon=True)

    @property
    def live(self) -> bool:
        """Whether it is running, if only to let the calls under way end."""
        return self._thread.is_alive()

    @property
    def waits_until(self) -> float | None:
        """When the rate limit lets the next call go, in seconds of `time.monotonic`; None: it does not bind now."""
        runs = [call.run for call in list(self._calls.values())]
        moments = [run.waits_until for run in runs if run.waits_until is not None]
        return min(moments) if moments and len(moments) == len(runs) else None

    def start(self) -> None:
        """Goes to work. Raises: StoreError, also if another process is at this sweep."""
        if not claim_sweep(self._store, self.id, self._worker):
            raise StoreError("Another process is at this sweep, or was until a moment ago. Try again in ten seconds.")
        set_status(self._store, self.id, self.status)
        self._renewed = time.monotonic()
        self._thread.start()

    def pause(self) -> None:
        """Sends nothing more; the calls under way end and are saved."""
        self._pausing.set()
        self._ended.put(None)

    def stop(self) -> None:
        """Sends nothing more and breaks off the calls under way, which may be billed all the same."""
        self._stopping.set()
        self.pause()

    def forget_key(self, key: str, owner: str) -> None:
        """Pauses it if it is the owner's and uses the key, which it forgets; the calls under way end."""
        asked = [self._connection, *(target.connection for target in self._targets.values())]
        if owner == self._owner and key in [connection.key for connection in asked]:
            self.note = "Its key was forgotten: choose a connection and take it up again."
            self.pause()
            with self._sending:
                for call in list(self._calls.values()):
                    call.run.forget_key()
                self._connection = _without(self._connection, key)
                for name, target in self._targets.items():
                    self._targets[name] = replace(target, connection=_without(target.connection, key))

    def join(self, timeout_s: float | None = None) -> bool:
        """Waits until it has ended, or for `timeout_s` seconds; returns whether it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._prompts = load_prompts(self._store, self.id)
            self._restore()
            while self._send_due():
                self._wait()
        except StoreError as error:
            self._halt("paused", f"The history could not be written: {error}")
        except Exception:
            self._halt("paused", "Something went wrong inside this program; its log says more.")
            raise  # threading prints it
        finally:
            for call in self._calls.values():
                call.run.cancel()
            try:
                release_sweep(self._store, self.id, self._worker, self.status, self.note)
            except StoreError as error:
                _log.warning("The sweep's status could not be saved: %s", error)

    def _halt(self, status: str, note: str = "") -> None:
        self.status, self.note = status, note
        self._pausing.set()

    # --- what is to be sent ------------------------------------------------------------------------------------

    def _restore(self) -> None:
        """Settles the calls that an earlier process left under way, and lists what is to be sent."""
        changed = []
        for cell in self.cells:
            if cell.status == "sent" and (found := self._saved_result(cell)) is not None:
                changed.append(found)
            elif cell.reserved_usd:  # how it ended is not known: it counts as the highest that it may have cost
                status = "waiting" if cell.status == "sent" else cell.status
                changed.append(replace(_charged(cell, cell.reserved_usd, unsure=True), status=status))
            elif cell.number in self._again and cell.status == "failed":
                changed.append(replace(cell, status="waiting", tries=0))
        self._save(changed)
        self.budget.spent = self._spent()
        for cell in self.cells:
            if self._again and cell.number not in self._again:
                continue
            if cell.status == "waiting":
                self._todo.append((cell.number, None))
            elif cell.status == "answered":
                self._judge_next(cell)

    def _judge_next(self, cell: CellRecord) -> None:
        """Puts the calls that judge an answer before all others, so that results come early."""
        left = [scorer for scorer in self._judges if scorer.name not in cell.scores]
        self._todo.extendleft((cell.number, scorer) for scorer in reversed(left))

    def _spent(self) -> Decimal:
        if self.plan.cap_calls:
            return Decimal(calls_made(self.plan, self.cells))
        return sum((cell.cost_usd for cell in self.cells), Decimal(0))

    def _saved_result(self, cell: CellRecord) -> CellRecord | None:
        """The cell with the run that an earlier process saved for it just before it ended, if there is one."""
        record = load_run(self._store, cell.run_id, self._owner) if cell.run_id else None
        if record is None or record.status != "done":
            return None
        cost = cell.reserved_usd if record.cost_usd is None else record.cost_usd
        return self._with_scores(_charged(cell, cost, unsure=record.cost_usd is None), run_from_record(record))

    @property
    def _judges(self) -> list[Scorer]:
        return [scorer for scorer in self.plan.scorers if scorer.kind == JUDGED]

    def _send_due(self) -> bool:
        """Sends the calls that are due; False when there is nothing more to do."""
        if self._stopping.is_set():
            for call in self._calls.values():
                call.run.cancel()
        if not self._pausing.is_set():
            now = time.monotonic()
            due = [one for one in self._delayed if one[0] <= now]
            self._delayed = [one for one in self._delayed if one[0] > now]
            self._todo.extend((number, scorer) for _, number, scorer in due)
            while self._todo and len(self._calls) < self.plan.at_once:
                with self._sending:
                    if self._pausing.is_set() or not self._send(*self._todo[0]):
                        break
                self._todo.popleft()
        if self._calls:
            return True
        if self._pausing.is_set():
            if self.status == "running":
                self.status = "paused"
            return False
        if self._todo:
            left = self.budget.cap - self.budget.spent
            if self.plan.cap_calls:
                note = f"All {self.plan.cap_calls:,} calls of the cap were made."
            else:
                note = f"The next call could pass the cap: ${left:.4f} of it are left."
            self._halt("capped", note)
            return False
        if self._delayed:
            return True
        self.status = "done" if all(cell.status in ("done", "failed") for cell in self.cells) else "paused"
        return False

    # --- sending ----------------------------------------------------------------------------------------------

    def _send(self, number: int, scorer: Scorer | None) -> bool:
        cell = self.cells[number]
        request = self._judge_request(cell, scorer) if scorer else self._cell_request(number)
        highest = price(request, request.card).high_usd
        counted = Decimal(1) if self.plan.cap_calls else highest
        if counted is None or not self.budget.reserve(counted):
            return False
        at_most = Decimal(0) if self.plan.cap_calls or highest is None else highest
        run_id = secrets.token_urlsafe(16)
        if scorer:
            self._save([replace(cell, reserved_usd=cell.reserved_usd + at_most)])
        else:
            self._save([replace(cell, status="sent", tries=cell.tries + 1, reserved_usd=at_most, run_id=run_id)])
        connection = self._connection if scorer else self._connection_for(number)
        run = self._runner.start(request, connection, self._ended.put, batch=True, run_id=run_id)
        self._calls[run_id] = _Call(number, run, at_most, scorer, counted)
        return True

    def _cell_request(self, number: int) -> RunRequest:
        cell = self.plan.cell(number)
        message = self._prompts[message_index(self.plan, cell)]
        return self.plan.request(cell, message, self._model, self._card, self._targets)

    def _connection_for(self, number: int) -> Connection:
        target = self._targets.get(self._model_of(number))
        return self._connection if target is None else target.connection

    def _model_of(self, number: int) -> str:
        """The model that the cell's way of asking varies; empty: that of the sweep."""
        return self.plan.variants[self.plan.cell(number).variant].setup.get(MODEL, "")

    def _judge_request(self, cell: CellRecord, scorer: Scorer) -> RunRequest:
        record = load_run(self._store, cell.run_id or "", self._owner)
        answer = record.transcript.answer_or_calls if record else ""
        asked = self.plan.cell(cell.number)
        question = self.plan.questions[asked.question]
        rubric = rubric_for(scorer.setting, question.columns)
        return judge_request(rubric, self.plan.prompt(asked), answer, question.expected, self._model, self._card)

    # --- what came back ---------------------------------------------------------------------------------------

    def _wait(self) -> None:
        soonest = min((one[0] for one in self._delayed), default=float("inf")) - time.monotonic()
        try:
            ended = self._ended.get(timeout=min(max(soonest, 0.0), _RENEW_S))
        except queue.Empty:
            ended = None
        if time.monotonic() - self._renewed > _RENEW_S:
            self._renewed = time.monotonic()
            if not claim_sweep(self._store, self.id, self._worker):
                self._halt("paused", "Another process has taken this sweep up.")
        if ended is not None:
            self._settle(self._calls[ended.id])
            del self._calls[ended.id]

    def _settle(self, call: _Call) -> None:
        run = call.run
        cost = self._cost(call)
        never_left = run.timings.sent is None
        self.budget.settle(call.counted, Decimal(not never_left) if self.plan.cap_calls else cost)
        left = self.cells[call.cell].reserved_usd - call.reserved if call.scorer else Decimal(0)
        cell = replace(_charged(self.cells[call.cell], cost, unsure=may_be_billed(run)), reserved_usd=left)
        if run.timings.sent is not None:  # a try that failed, too: what came of it may tell why
            kind = "judge" if call.scorer else "sweep"
            save_run(self._store, record_of(run, self._owner, kind=kind, group_id=self.id), events_from(run, 0))
        if call.scorer:
            cell = self._with_judgement(cell, call)
        elif run.status == "done":
            cell = self._with_scores(cell, run)
            self._judge_next(cell)
            self.finished_here += not self._judges
        else:
            cell = self._not_answered(cell, run)
        self._save([cell])

    def _cost(self, call: _Call) -> Decimal:
        """What the call cost, or where that was not reported may have cost at most, in US dollars."""
        known = measure(call.run).cost_usd
        if known is not None:
            return known
        return call.reserved if may_be_billed(call.run) else Decimal(0)

    def _with_scores(self, cell: CellRecord, run: Run) -> CellRecord:
        question = self.plan.questions[self.plan.cell(cell.number).question]
        checks = question.columns.get(COLUMN, "")
        observed = Observation(run.transcript.answer_or_calls, question.expected, measure(run), checks)
        scores = {
            scorer.name: _json(score(scorer, observed))
            for scorer in self.plan.scorers
            if scorer.kind not in (JUDGED, GRADED)
        }
        return replace(
            cell,
            status="answered" if self._judges else "done",
            scores={**cell.scores, **scores},
            note="",
        )

    def _with_judgement(self, cell: CellRecord, call: _Call) -> CellRecord:
        assert call.scorer is not None
        if call.run.status == "stopped":
            return cell
        if call.run.status != "done":
            key = (cell.number, call.scorer.name)
            tries = self._judge_tries[key] = self._judge_tries.get(key, 0) + 1
            if self._try_later(cell.number, call.scorer, call.run, tries):
                return cell
            found = Score(None, f"The judge could not be asked: {call.run.error or call.run.status}")
        else:
            found = read_judgement(call.run.transcript.answer)
        scores = {**cell.scores, call.scorer.name: _json(found)}
        done = all(scorer.name in scores for scorer in self._judges)
        self.finished_here += done
        return replace(cell, scores=scores, status="done" if done else "answered")

    def _not_answered(self, cell: CellRecord, run: Run) -> CellRecord:
        if run.status == "stopped":
            self._todo.append((cell.number, None))
            return replace(cell, status="waiting")
        if self._try_later(cell.number, None, run, cell.tries):
            return replace(cell, status="waiting", note=str(run.error or "The stream ended early."))
        return replace(cell, status="failed", note=str(run.error or "The stream ended early."))

    def _try_later(self, number: int, scorer: Scorer | None, run: Run, tries: int) -> bool:
        error = run.error
        status = None if error is None else error.status
        if status in _NEEDS_USER and (scorer or self._model_of(number) not in self._targets):
            self._halt("paused", f"Nothing more is sent: {error}")
            self._todo.append((number, scorer))
            return True
        if status in _NEEDS_USER:
            return False  # one of several who are asked: the others can answer
        passing = error is None or may_retry(error) or run.status == "interrupted" or (status or 0) >= 500
        if not passing or tries >= MOST_TRIES:
            return False
        asked = None if error is None else error.retry_after_s
        wait_s = self._first_wait_s * 2 ** (tries - 1) if asked is None else asked
        self._delayed.append((time.monotonic() + min(wait_s, _LONGEST_WAIT_S), number, scorer))
        return True

    def _save(self, cells: Sequence[CellRecord]) -> None:
        if cells:
            save_cells(self._store, self.id, cells)
        for cell in cells:
            self.cells[cell.number] = cell


def calls_made(plan: Plan, cells: Sequence[CellRecord]) -> int:
    """How many calls a sweep has made, its judges' with them."""
    judges = {scorer.name for scorer in plan.scorers if scorer.kind == JUDGED}
    return sum(cell.tries + len(judges & cell.scores.keys()) for cell in cells)


def _charged(cell: CellRecord, cost: Decimal, *, unsure: bool) -> CellRecord:
    """The cell after its call has ended. `unsure`: the cost was not reported and is the highest possible."""
    return replace(
        cell,
        reserved_usd=Decimal(0),
        cost_usd=cell.cost_usd + cost,
        unsure_usd=cell.unsure_usd + (cost if unsure else Decimal(0)),
        unsure_calls=cell.unsure_calls + unsure,
    )


def _without(connection: Connection, key: str) -> Connection:
    return connection.without_key() if connection.key == key else connection


def _json(found: Score) -> dict[str, object]:
    return {"value": found.value, "note": found.note}
