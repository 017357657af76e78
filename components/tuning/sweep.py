"""`Sweep`: a plan being carried out by a thread of its own. It survives the page, a crash and a restart.

For every call: what it may cost at most is reserved and written down, then it is sent, then its run is saved, however
it ended, then what it did cost is settled. So the cap holds whatever happens, and a finished cell is never sent, nor
paid, again. A call whose cost the API did not tell counts as what it may have cost at most.
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
from components.runs.records import events_from, record_of, restored
from components.runs.run import Run
from components.runs.runner import Runner
from components.tuning.budget import Budget, price
from components.tuning.checks import COLUMN
from components.tuning.judge import judge_request, read_judgement, rubric_for
from components.tuning.messages import position
from components.tuning.plan import Plan, read_plan
from components.tuning.scorers import GRADED, JUDGED, Observation, Score, Scorer, score
from components.tuning.setup_axes import MODEL, Targets
from components.tuning.unaccounted import may_be_billed

MOST_TRIES = 5
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_RENEW_S = 2.0
# Nothing that is tried again would fare better, in this cell or another: the user must do something first.
_HOPELESS = frozenset({401, 402, 403, 404})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A call that was sent: for its cell, or to judge it by the scorer `judging`.

    `reserved`: US dollars that it may cost at most, 0 where nobody knows; `counted`: what it takes of the budget.
    """

    cell: int
    run: Run
    reserved: Decimal
    judging: Scorer | None
    counted: Decimal


class Sweep:
    """Carries out one sweep, from where it stands. `start` it once; `status` and `cells` may be read at any time.

    `connection`, `model` and `card`: whom it asks, the judge always; `targets`: whom the ways of asking that vary the
    model do.

    `again`: failed cells to send once more, and none but them. `status` is running, paused (by the user, or for what
    `note` says), capped, or done.
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
        self._later: list[tuple[float, int, Scorer | None]] = []
        self._judge_tries: dict[tuple[int, str], int] = {}
        self._under_way: dict[str, _UnderWay] = {}
        self._ended: queue.Queue[Run | None] = queue.Queue()
        self._pausing = threading.Event()
        self._stopping = threading.Event()
        self._sending = threading.Lock()  # held from the look at `_pausing` to the call's start
        self._thread = threading.Thread(target=self._work, name=f"sweep-{self.id[:6]}", daemon=True)

    @property
    def live(self) -> bool:
        """Whether it is at work, if only to let the calls under way end."""
        return self._thread.is_alive()

    @property
    def waits_until(self) -> float | None:
        """When the rate limit lets the next call go, in seconds of `time.monotonic`; None: it does not bind now."""
        runs = [one.run for one in list(self._under_way.values())]
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
        """Sends nothing more; what is under way ends and is kept."""
        self._pausing.set()
        self._ended.put(None)

    def stop(self) -> None:
        """Sends nothing more and breaks off what is under way, which may be billed all the same."""
        self._stopping.set()
        self.pause()

    def forget_key(self, key: str, owner: str) -> None:
        """Pauses it if it is the owner's and asks with the key, which it lets go of; what is under way ends."""
        asked = [self._connection, *(target.connection for target in self._targets.values())]
        if owner == self._owner and key in [connection.key for connection in asked]:
            self.note = "Its key was forgotten: choose a connection and take it up again."
            self.pause()
            with self._sending:
                for one in list(self._under_way.values()):
                    one.run.forget_key()
                self._connection = _without(self._connection, key)
                for name, target in self._targets.items():
                    self._targets[name] = replace(target, connection=_without(target.connection, key))

    def join(self, timeout_s: float | None = None) -> bool:
        """Waits until it is at rest; says whether it is."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._prompts = load_prompts(self._store, self.id)
            self._take_up()
            while self._go_on():
                self._await_ended()
        except StoreError as error:
            self._rest("paused", f"The history could not be written: {error}")
        except Exception:
            self._rest("paused", "Something went wrong inside this program; its log says more.")
            raise  # threading prints it
        finally:
            for one in self._under_way.values():
                one.run.cancel()
            try:
                release_sweep(self._store, self.id, self._worker, self.status, self.note)
            except StoreError as error:
                _log.warning("The sweep's status could not be saved: %s", error)

    def _rest(self, status: str, note: str = "") -> None:
        self.status, self.note = status, note
        self._pausing.set()

    # --- what there is to do -----------------------------------------------------------------------------------

    def _take_up(self) -> None:
        """Settles what a process before this one left under way, and lists what is to be done."""
        changed = []
        for cell in self.cells:
            if cell.status == "sent" and (kept := self._kept(cell)) is not None:
                changed.append(kept)
            elif cell.reserved_usd:  # nobody knows what became of it: it counts as what it may have cost at most
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
        """Puts the calls that judge an answer before all that is left to be asked: a result is there early."""
        left = [scorer for scorer in self._judges if scorer.name not in cell.scores]
        self._todo.extendleft((cell.number, scorer) for scorer in reversed(left))

    def _spent(self) -> Decimal:
        if self.plan.cap_calls:
            return Decimal(calls_made(self.plan, self.cells))
        return sum((cell.cost_usd for cell in self.cells), Decimal(0))

    def _kept(self, cell: CellRecord) -> CellRecord | None:
        """The cell with the run that was saved for it just before its process ended, if there is one."""
        record = load_run(self._store, cell.run_id, self._owner) if cell.run_id else None
        if record is None or record.status != "done":
            return None
        cost = cell.reserved_usd if record.cost_usd is None else record.cost_usd
        return self._scored(_charged(cell, cost, unsure=record.cost_usd is None), restored(record))

    @property
    def _judges(self) -> list[Scorer]:
        return [scorer for scorer in self.plan.scorers if scorer.kind == JUDGED]

    def _go_on(self) -> bool:
        """Sends what may be sent; False when there is nothing more to do here."""
        if self._stopping.is_set():
            for one in self._under_way.values():
                one.run.cancel()
        if not self._pausing.is_set():
            now = time.monotonic()
            due = [one for one in self._later if one[0] <= now]
            self._later = [one for one in self._later if one[0] > now]
            self._todo.extend((number, scorer) for _, number, scorer in due)
            while self._todo and len(self._under_way) < self.plan.at_once:
                with self._sending:
                    if self._pausing.is_set() or not self._send(*self._todo[0]):
                        break
                self._todo.popleft()
        if self._under_way:
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
            self._rest("capped", note)
            return False
        if self._later:
            return True
        self.status = "done" if all(cell.status in ("done", "failed") for cell in self.cells) else "paused"
        return False

    # --- sending ----------------------------------------------------------------------------------------------

    def _send(self, number: int, judging: Scorer | None) -> bool:
        cell = self.cells[number]
        request = self._judging(cell, judging) if judging else self._asking(number)
        highest = price(request, request.card).high_usd
        counted = Decimal(1) if self.plan.cap_calls else highest
        if counted is None or not self.budget.reserve(counted):
            return False
        at_most = Decimal(0) if self.plan.cap_calls or highest is None else highest
        run_id = secrets.token_urlsafe(16)
        if judging:
            self._save([replace(cell, reserved_usd=cell.reserved_usd + at_most)])
        else:
            self._save([replace(cell, status="sent", tries=cell.tries + 1, reserved_usd=at_most, run_id=run_id)])
        connection = self._connection if judging else self._whom(number)
        run = self._runner.start(request, connection, self._ended.put, batch=True, run_id=run_id)
        self._under_way[run_id] = _UnderWay(number, run, at_most, judging, counted)
        return True

    def _asking(self, number: int) -> RunRequest:
        cell = self.plan.cell(number)
        message = self._prompts[position(self.plan, cell)]
        return self.plan.request(cell, message, self._model, self._card, self._targets)

    def _whom(self, number: int) -> Connection:
        target = self._targets.get(self._way(number))
        return self._connection if target is None else target.connection

    def _way(self, number: int) -> str:
        """The model that the cell's way of asking has of its own; empty: that of the sweep."""
        return self.plan.variants[self.plan.cell(number).variant].setup.get(MODEL, "")

    def _judging(self, cell: CellRecord, scorer: Scorer) -> RunRequest:
        record = load_run(self._store, cell.run_id or "", self._owner)
        answer = record.transcript.said if record else ""
        asked = self.plan.cell(cell.number)
        question = self.plan.questions[asked.question]
        rubric = rubric_for(scorer.setting, question.columns)
        return judge_request(rubric, self.plan.prompt(asked), answer, question.expected, self._model, self._card)

    # --- what came back ---------------------------------------------------------------------------------------

    def _await_ended(self) -> None:
        soonest = min((one[0] for one in self._later), default=float("inf")) - time.monotonic()
        try:
            ended = self._ended.get(timeout=min(max(soonest, 0.0), _RENEW_S))
        except queue.Empty:
            ended = None
        if time.monotonic() - self._renewed > _RENEW_S:
            self._renewed = time.monotonic()
            if not claim_sweep(self._store, self.id, self._worker):
                self._rest("paused", "Another process has taken this sweep up.")
        if ended is not None:
            self._take(self._under_way[ended.id])
            del self._under_way[ended.id]

    def _take(self, one: _UnderWay) -> None:
        run = one.run
        cost = self._cost(one)
        never_left = run.timings.sent is None
        self.budget.settle(one.counted, Decimal(not never_left) if self.plan.cap_calls else cost)
        left = self.cells[one.cell].reserved_usd - one.reserved if one.judging else Decimal(0)
        cell = replace(_charged(self.cells[one.cell], cost, unsure=may_be_billed(run)), reserved_usd=left)
        if run.timings.sent is not None:  # a try that failed, too: what came of it may tell why
            kind = "judge" if one.judging else "sweep"
            save_run(self._store, record_of(run, self._owner, kind=kind, group_id=self.id), events_from(run, 0))
        if one.judging:
            cell = self._judged(cell, one)
        elif run.status == "done":
            cell = self._scored(cell, run)
            self._judge_next(cell)
            self.finished_here += not self._judges
        else:
            cell = self._missed(cell, run)
        self._save([cell])

    def _cost(self, one: _UnderWay) -> Decimal:
        """What the call cost, or may have cost at most where nobody told."""
        known = measure(one.run).cost_usd
        if known is not None:
            return known
        return one.reserved if may_be_billed(one.run) else Decimal(0)

    def _scored(self, cell: CellRecord, run: Run) -> CellRecord:
        question = self.plan.questions[self.plan.cell(cell.number).question]
        checks = question.columns.get(COLUMN, "")
        observed = Observation(run.transcript.said, question.expected, measure(run), checks)
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

    def _judged(self, cell: CellRecord, one: _UnderWay) -> CellRecord:
        assert one.judging is not None
        if one.run.status == "stopped":
            return cell
        if one.run.status != "done":
            key = (cell.number, one.judging.name)
            tries = self._judge_tries[key] = self._judge_tries.get(key, 0) + 1
            if self._try_later(cell.number, one.judging, one.run, tries):
                return cell
            found = Score(None, f"The judge could not be asked: {one.run.error or one.run.status}")
        else:
            found = read_judgement(one.run.transcript.answer)
        scores = {**cell.scores, one.judging.name: _json(found)}
        done = all(scorer.name in scores for scorer in self._judges)
        self.finished_here += done
        return replace(cell, scores=scores, status="done" if done else "answered")

    def _missed(self, cell: CellRecord, run: Run) -> CellRecord:
        if run.status == "stopped":
            self._todo.append((cell.number, None))
            return replace(cell, status="waiting")
        if self._try_later(cell.number, None, run, cell.tries):
            return replace(cell, status="waiting", note=str(run.error or "The stream ended early."))
        return replace(cell, status="failed", note=str(run.error or "The stream ended early."))

    def _try_later(self, number: int, judging: Scorer | None, run: Run, tries: int) -> bool:
        error = run.error
        status = None if error is None else error.status
        if status in _HOPELESS and (judging or self._way(number) not in self._targets):
            self._rest("paused", f"Nothing more is sent: {error}")
            self._todo.append((number, judging))
            return True
        if status in _HOPELESS:
            return False  # one of several who are asked: the others can answer
        passing = error is None or may_retry(error) or run.status == "interrupted" or (status or 0) >= 500
        if not passing or tries >= MOST_TRIES:
            return False
        asked = None if error is None else error.retry_after_s
        wait_s = self._first_wait_s * 2 ** (tries - 1) if asked is None else asked
        self._later.append((time.monotonic() + min(wait_s, _LONGEST_WAIT_S), number, judging))
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
    """The cell after its call has ended. `unsure`: nobody told the cost, it is what the call may have cost at most."""
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
