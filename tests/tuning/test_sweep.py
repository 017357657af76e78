"""A sweep being carried out against the simulator: every cell once, the cap and the limit kept, whatever happens."""

from __future__ import annotations

import gc
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from components.api import limiter
from components.api.connection import Connection
from components.api.limiter import RateLimits
from components.core.errors import StoreError
from components.gateway import limits as gateway_limits
from components.gateway.faults import read_fault
from components.gateway.server import Simulator
from components.gateway.settings import Settings
from components.history.listing import Filter, list_runs
from components.history.records import RunRecord
from components.history.runs import load_run, load_runs
from components.history.store import Store, open_store
from components.history.sweeps import CellRecord, create_sweep, list_sweeps, load_sweep, save_cells
from components.params.cards import default_card
from components.params.choices import Choices
from components.runs.runner import Runner
from components.tuning.messages import sweep_messages
from components.tuning.plan import Plan, Question, grid, plan_json
from components.tuning.results import unaccounted_calls
from components.tuning.scorers import Scorer
from components.tuning.sweep import Sweep
from components.ui.figures import cost_words

ROOT = Path(__file__).parents[2]
OWNER = "local"
PATIENCE_S = 60.0
FREE = RateLimits(1_000_000, 1_000_000_000)


def plan(cells: int = 200, **changes: object) -> Plan:
    questions = tuple(Question(f"Question {number}\nsimulate: answer=8", "a") for number in range(cells // 20))
    values = {
        "name": "A sweep",
        "questions": questions,
        "variants": grid({"temperature": [0.0, 1.0], "top_p": [0.5, 1.0]}),
        "repeats": 5,
        "choices": Choices({"enable_thinking": False, "max_tokens": 20}),
        "scorers": (Scorer("contains"), Scorer("cost")),
        "cap_usd": Decimal("1"),
        "at_once": 16,
    }
    return Plan(**{**values, **changes})


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(Settings(0, requests_per_minute=None, tokens_per_minute=None, log_entries=5_000)) as started:
        yield started


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(None, tmp_path)) as opened:
        yield opened


def create(store: Store, whole: Plan) -> str:
    return create_sweep(store, OWNER, whole.name, plan_json(whole), sweep_messages(whole, ()), whole.size)


def begin(store: Store, sweep_id: str, runner: Runner, simulator: Simulator, key: str | None = None) -> Sweep:
    record = load_sweep(store, sweep_id, OWNER)
    connection = Connection(simulator.base_url, key or simulator.key, simulated=True)
    sweep = Sweep(record, store, runner, connection, "kimi-k2-6", default_card(), first_wait_s=0.01)
    sweep.start()
    return sweep


def finish(sweep: Sweep) -> Sweep:
    assert sweep.join(PATIENCE_S), (sweep.status, sweep.note)
    return sweep


def answers(store: Store, sweep_id: str) -> dict[int, str]:
    record = load_sweep(store, sweep_id, OWNER)
    return {cell.number: load_run(store, cell.run_id, OWNER).transcript.answer for cell in record.cells}


def billed(simulator: Simulator) -> Decimal:
    prices = default_card().prices
    return sum(
        (
            ((entry.prompt_tokens or 0) - (entry.cached_tokens or 0)) * prices.input
            + (entry.cached_tokens or 0) * prices.cached
            + ((entry.thinking_tokens or 0) + (entry.answer_tokens or 0)) * prices.output
            for entry in simulator.log.entries()
            if entry.status == 200
        ),
        Decimal(0),
    )


def test_200_cells_with_faults_are_each_there_once_and_paid_once_within_limit_and_cap(store, start_runner, monkeypatch):
    # A minute of two seconds; that of the simulator, which counts arrivals, is shorter, as the real one is.
    monkeypatch.setattr(limiter, "_WINDOW_S", 2)
    monkeypatch.setattr(gateway_limits, "WINDOW_S", 1.2)
    cap = Decimal("0.05")
    with Simulator(Settings(0, requests_per_minute=100, tokens_per_minute=None, log_entries=1_000)) as simulator:
        simulator.behaviour.fault = read_fault("status=503; probability=0.05")
        sweep_id = create(store, plan(cap_usd=cap))
        sweep = begin(store, sweep_id, start_runner(limits=RateLimits(100)), simulator)
        began = time.monotonic()
        finish(sweep)
        took = time.monotonic() - began
        statuses = [entry.status for entry in simulator.log.entries()]
        paid = billed(simulator)
    assert (sweep.status, sweep.note) == ("done", "")
    record = load_sweep(store, sweep_id, OWNER)
    assert len(record.cells) == 200 and {cell.status for cell in record.cells} == {"done"}
    assert len({cell.run_id for cell in record.cells}) == 200
    assert set(statuses) == {200, 503} and statuses.count(200) == 200  # never 429: not one call too many
    assert sum(cell.tries for cell in record.cells) == len(statuses)
    assert sum(cell.cost_usd for cell in record.cells) == paid <= cap
    assert all(cell.scores["cost"]["value"] > 0 and cell.scores["contains"]["value"] in (0, 1) for cell in record.cells)
    # That hardly more time is taken than the limit asks for is measured by `tests/benchmarks/sweep_rate.py`.
    assert took >= (len(statuses) - 1) // 100 * 2.0


def test_the_cap_is_never_passed_and_says_what_is_left(store, simulator, start_runner):
    whole = plan(cap_usd=Decimal("0.0015"))
    sweep_id = create(store, whole)
    sweep = finish(begin(store, sweep_id, start_runner(limits=FREE), simulator))
    assert sweep.status == "capped" and "could pass the cap" in sweep.note
    done = [cell for cell in sweep.cells if cell.status == "done"]
    assert 0 < len(done) < 200 and len(done) == len(simulator.log.entries())
    assert Decimal("0.0011") < billed(simulator) <= Decimal("0.0015")
    head = list_sweeps(store, OWNER)[0]
    assert (head.status, head.cells, head.running) == ("capped", 200, False)


def test_paused_it_keeps_what_is_under_way_and_goes_on_with_the_rest(store, simulator, start_runner):
    simulator.behaviour.tokens_per_second = 200
    runner = start_runner(limits=FREE)
    sweep_id = create(store, plan(40, at_once=4))
    sweep = begin(store, sweep_id, runner, simulator)
    while not any(cell.status == "done" for cell in sweep.cells):
        time.sleep(0.01)
    sweep.pause()
    finish(sweep)
    done = sum(cell.status == "done" for cell in sweep.cells)
    assert sweep.status == "paused" and done == len(simulator.log.entries()) < 40
    simulator.behaviour.tokens_per_second = 0
    again = finish(begin(store, sweep_id, runner, simulator))
    assert again.status == "done" and len(simulator.log.entries()) == 40


def test_a_forgotten_key_pauses_it_and_is_let_go_of_with_a_sentence(store, simulator, start_runner):
    key = "sk-empiriolabs-canary-of-a-sweep"
    simulator.behaviour.tokens_per_second = 200
    runner = start_runner(limits=FREE)
    sweep_id = create(store, plan(40, at_once=4))
    sweep = begin(store, sweep_id, runner, simulator, key)
    while not any(cell.status == "done" for cell in sweep.cells):
        time.sleep(0.01)
    sweep.forget_key("sk-empiriolabs-another", OWNER)
    sweep.forget_key(key, "somebody else")
    assert sweep.note == ""
    sweep.forget_key(key, OWNER)
    finish(sweep)
    assert sweep.status == "paused" and "key was forgotten" in sweep.note
    assert list_sweeps(store, OWNER)[0].note == sweep.note
    assert len(simulator.log.entries()) < 40 and all(entry.status != 401 for entry in simulator.log.entries())
    gc.collect()
    assert not [one for one in gc.get_objects() if type(one) is Connection and one.key == key]
    simulator.behaviour.tokens_per_second = 0
    assert finish(begin(store, sweep_id, runner, simulator)).status == "done"


def test_no_call_leaves_without_the_key_that_is_being_forgotten(store, simulator, start_runner, monkeypatch):
    key = "sk-empiriolabs-canary-of-a-sweep"
    save = Sweep._save

    def forget_meanwhile(sweep: Sweep, cells: Sequence[CellRecord]) -> None:
        if any(cell.status == "sent" for cell in cells):  # its call goes next
            forgetting = threading.Thread(target=sweep.forget_key, args=(key, OWNER))
            forgetting.start()
            forgetting.join(0.2)
        save(sweep, cells)

    monkeypatch.setattr(Sweep, "_save", forget_meanwhile)
    sweep = finish(begin(store, create(store, plan(20, at_once=1)), start_runner(limits=FREE), simulator, key))
    assert sweep.status == "paused" and "key was forgotten" in sweep.note
    assert [entry.status for entry in simulator.log.entries()] == [200]


def test_stopped_calls_count_as_what_they_may_cost_and_are_sent_again_later(store, simulator, start_runner):
    simulator.behaviour.tokens_per_second = 2
    runner = start_runner(limits=FREE)
    sweep_id = create(store, plan(20, at_once=4))
    sweep = begin(store, sweep_id, runner, simulator)
    while len(simulator.log.entries()) < 4:
        time.sleep(0.01)
    sweep.stop()
    finish(sweep)
    assert sweep.status == "paused" and {cell.status for cell in sweep.cells} == {"waiting"}
    tried = [cell for cell in sweep.cells if cell.tries]
    assert len(tried) == 4 and all(cell.cost_usd > 0 and cell.reserved_usd == 0 for cell in tried)
    assert all((cell.unsure_usd, cell.unsure_calls) == (cell.cost_usd, 1) for cell in tried)
    simulator.behaviour.tokens_per_second = 0
    assert finish(begin(store, sweep_id, runner, simulator)).status == "done"


def test_a_cell_that_is_refused_fails_alone(store, simulator, start_runner):
    questions = (Question("Fine\nsimulate: answer=5"), Question("Refused\nsimulate: nonsense=1"))
    sweep_id = create(store, plan(questions=questions, scorers=(), repeats=2))
    sweep = finish(begin(store, sweep_id, start_runner(limits=FREE), simulator))
    assert sweep.status == "done"
    failed = [cell for cell in sweep.cells if cell.status == "failed"]
    assert len(failed) == 8 and all("nonsense" in cell.note and cell.tries == 1 for cell in failed)
    assert all(cell.cost_usd == 0 for cell in failed)
    kept = load_run(store, failed[0].run_id, OWNER)
    assert (kept.status, kept.kind) == ("failed", "sweep") and "nonsense" in kept.error.message


def test_a_failed_cell_is_sent_again_alone_and_others_go_on_waiting(store, simulator, start_runner):
    sweep_id = create(store, plan(20, scorers=()))
    save_cells(store, sweep_id, [CellRecord(3, "failed", 5, note="why"), CellRecord(4, "failed", 5)])
    record = load_sweep(store, sweep_id, OWNER)
    connection = Connection(simulator.base_url, simulator.key, simulated=True)
    runner = start_runner(limits=FREE)
    sweep = Sweep(record, store, runner, connection, "kimi-k2-6", default_card(), again=[3])
    sweep.start()
    finish(sweep)
    assert sweep.status == "paused" and len(simulator.log.entries()) == 1
    assert [cell.status for cell in sweep.cells[2:6]] == ["waiting", "done", "failed", "waiting"]
    assert (sweep.cells[3].tries, sweep.cells[3].note) == (1, "")


def test_without_credits_nothing_more_is_sent(store, simulator, start_runner):
    simulator.behaviour.fault = read_fault("status=402")
    sweep_id = create(store, plan(20, at_once=2))
    sweep = finish(begin(store, sweep_id, start_runner(limits=FREE), simulator))
    assert sweep.status == "paused" and "no credits left" in sweep.note
    assert len(simulator.log.entries()) <= 4
    simulator.behaviour.fault = None
    assert finish(begin(store, sweep_id, start_runner(limits=FREE), simulator)).status == "done"


def test_a_cut_stream_is_tried_again_and_counted_at_its_most(store, simulator, start_runner):
    simulator.behaviour.fault = read_fault("cut=3; probability=0.2")
    sweep_id = create(store, plan(20, at_once=4))
    sweep = finish(begin(store, sweep_id, start_runner(limits=FREE), simulator))
    assert {cell.status for cell in sweep.cells} == {"done"}
    twice = [cell for cell in sweep.cells if cell.tries > 1]
    once = [cell for cell in sweep.cells if cell.tries == 1]
    assert twice and min(cell.cost_usd for cell in twice) > max(cell.cost_usd for cell in once)
    assert all(cell.unsure_calls == cell.tries - 1 for cell in sweep.cells)
    kept = load_sweep(store, sweep_id, OWNER).cells
    told = cost_words(None, unaccounted_calls(sweep.plan, kept))
    several = sum(cell.unsure_calls for cell in kept)
    assert told.startswith("$") and " reported + up to $0.0" in told and f" for {several} call" in told


def test_what_was_certainly_not_sent_costs_nothing(store, start_runner):
    sweep_id = create(store, plan(20, at_once=4))
    nobody = Connection("http://127.0.0.1:1/v1")
    record = load_sweep(store, sweep_id, OWNER)
    sweep = Sweep(record, store, start_runner(limits=FREE), nobody, "kimi-k2-6", default_card(), first_wait_s=0.001)
    sweep.start()
    finish(sweep)
    assert {cell.status for cell in sweep.cells} == {"failed"}
    assert all(cell.tries > 1 and cell.cost_usd == 0 and cell.unsure_calls == 0 for cell in sweep.cells)


def test_the_judge_is_asked_and_paid_for(store, simulator, start_runner):
    questions = (Question("Say five\nsimulate: answer=5"),)
    whole = plan(questions=questions, scorers=(Scorer("rubric", "It says five."), Scorer("cost")), repeats=1)
    sweep_id = create(store, whole)
    sweep = finish(begin(store, sweep_id, start_runner(limits=FREE), simulator))
    assert sweep.status == "done" and len(simulator.log.entries()) == 8
    for cell in sweep.cells:
        assert cell.status == "done" and 1 <= cell.scores["rubric: It says five."]["value"] <= 5
        assert cell.scores["rubric: It says five."]["note"].startswith("Simulated: ")
        assert float(cell.cost_usd) > cell.scores["cost"]["value"]
    assert sum(cell.cost_usd for cell in sweep.cells) == billed(simulator)


@pytest.mark.nightly
def test_answers_and_judgements_are_asked_in_turn_so_that_a_result_is_there_early(store, simulator, start_runner):
    questions = (Question("Say five\nsimulate: answer=5"),)
    whole = plan(questions=questions, scorers=(Scorer("rubric", "It says five."),), repeats=2, at_once=1)
    sweep_id = create(store, whole)
    sweep = finish(begin(store, sweep_id, start_runner(limits=FREE), simulator))
    assert sweep.status == "done"
    asked = [run.kind for run in sorted(load_kinds(store), key=lambda run: run.started_at)]
    assert asked == ["sweep", "judge"] * 8


def load_kinds(store: Store) -> list[RunRecord]:
    rows = list_runs(store, OWNER, Filter(judged=True))
    return list(load_runs(store, [row.id for row in rows], OWNER).values())


def test_only_one_process_is_at_a_sweep_and_only_its_owner_sees_it(store, simulator, start_runner):
    simulator.behaviour.tokens_per_second = 2
    sweep_id = create(store, plan(20))
    sweep = begin(store, sweep_id, start_runner(limits=FREE), simulator)
    with pytest.raises(StoreError, match="Another process"):
        begin(store, sweep_id, start_runner(limits=FREE), simulator)
    assert list_sweeps(store, OWNER)[0].running
    assert load_sweep(store, sweep_id, "somebody else") is None and list_sweeps(store, "somebody else") == []
    sweep.stop()
    finish(sweep)


CHILD = """
import sys
from tests.tuning.test_sweep import Path, Runner, FREE, begin, open_store
from components.gateway.server import Simulator
folder, sweep_id, port = sys.argv[1:]
simulator = Simulator(port=int(port))
store = open_store(None, Path(folder))
sweep = begin(store, sweep_id, Runner(limits=FREE), simulator)
print("at work", flush=True)
sweep.join()
"""


@pytest.mark.nightly
def test_killed_at_any_moment_it_finishes_with_the_same_results_and_pays_no_cell_twice(
    store, simulator, start_runner, tmp_path, monkeypatch
):
    # No wait for the process that is dead: its lease is over at once.
    monkeypatch.setattr("components.history.sweeps.LEASE_S", 0.0)
    runner = start_runner(limits=FREE)
    whole = plan(60, at_once=8)
    undisturbed = create(store, whole)
    finish(begin(store, undisturbed, runner, simulator))
    before = len(simulator.log.entries())
    simulator.behaviour.tokens_per_second = 150
    sweep_id = create(store, whole)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), sweep_id, simulator.base_url.split(":")[2].split("/")[0]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "at work\n"
    enough = random.randint(10, 40)
    while len(simulator.log.entries()) - before < enough:
        threading.Event().wait(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    simulator.behaviour.tokens_per_second = 0
    done = {cell.number: cell for cell in load_sweep(store, sweep_id, OWNER).cells if cell.status == "done"}
    assert len(done) < whole.size
    sweep = finish(begin(store, sweep_id, runner, simulator))
    assert sweep.status == "done"
    assert answers(store, sweep_id) == answers(store, undisturbed)
    assert all(sweep.cells[number] == cell for number, cell in done.items())  # not touched, so not paid again
    calls = len(simulator.log.entries()) - before
    # What was under way at that moment is sent again; some of it was written down, but had not left yet.
    assert whole.size <= calls <= sum(cell.tries for cell in sweep.cells) <= whole.size + whole.at_once
