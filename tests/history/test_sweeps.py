"""Sweeps and probes in the database, on both kinds."""

from dataclasses import replace
from decimal import Decimal

from components.core.parts import ImagePart, Message, TextPart
from components.history import sweeps
from components.history.probes import ProbeRecord, load_probes, save_probe
from components.history.runs import save_run
from components.history.sweeps import (
    CellRecord,
    claim_sweep,
    create_sweep,
    delete_sweep,
    list_sweeps,
    load_prompts,
    load_sweep,
    release_sweep,
    save_cells,
    save_plan,
    sweep_fingerprint,
)
from tests.history.samples import asked

PICTURE = ImagePart(b"data", "image/png", 2, 3, "a.png")
PROMPTS = [Message("user", (PICTURE, TextPart(f"Question {number}\0"))) for number in range(3)]


def create(store, owner="local"):
    return create_sweep(store, owner, "A name", {"version": 1}, [*PROMPTS, PROMPTS[0]], 5)


def test_a_sweep_comes_back_as_it_was_written(store):
    sweep_id = create(store)
    found = load_sweep(store, sweep_id, "local")
    assert (found.name, found.plan, found.status) == ("A name", {"version": 1}, "paused")
    assert found.cells == tuple(CellRecord(number) for number in range(5))
    assert load_prompts(store, sweep_id) == [*PROMPTS, PROMPTS[0]]


def test_cells_are_saved_to_the_last_digit_and_counted(store):
    sweep_id = create(store)
    done = CellRecord(
        1, "done", 2, Decimal(0), Decimal("0.000123456789"), "run", {"contains: a": {"value": 1.0, "note": ""}}, "x\0y"
    )
    save_cells(store, sweep_id, [done, CellRecord(2, "failed", 1, cost_usd=Decimal("0.1"))])
    found = load_sweep(store, sweep_id, "local")
    assert found.cells[1] == replace(done, note="x�y")
    (head,) = list_sweeps(store, "local")
    assert head.cells == 5 and sum(cell.cost_usd for cell in found.cells) == Decimal("0.100123456789")


def test_one_worker_at_a_time_and_a_dead_one_is_replaced(store, monkeypatch):
    sweep_id = create(store)
    assert claim_sweep(store, sweep_id, "one") and claim_sweep(store, sweep_id, "one")
    assert not claim_sweep(store, sweep_id, "two") and list_sweeps(store, "local")[0].running
    release_sweep(store, sweep_id, "two", "done")  # not its own: nothing happens
    assert not claim_sweep(store, sweep_id, "two")
    monkeypatch.setattr(sweeps, "LEASE_S", -1.0)
    assert claim_sweep(store, sweep_id, "two")
    release_sweep(store, sweep_id, "two", "capped", "why")
    assert load_sweep(store, sweep_id, "local").status == "capped" and claim_sweep(store, sweep_id, "three")


def test_the_stamp_tells_whether_a_sweep_stands_as_it_did(store):
    sweep_id = create(store)
    stamps = [sweep_fingerprint(store, sweep_id)]
    assert sweep_fingerprint(store, sweep_id) == stamps[0] != sweep_fingerprint(store, create(store))
    graded = CellRecord(1, "done", 1, run_id="run", scores={"grade": {"value": 4.0, "note": ""}})
    changes = (
        lambda: save_cells(store, sweep_id, [graded]),
        lambda: save_cells(store, sweep_id, [replace(graded, scores={"grade": {"value": 5.0, "note": ""}})]),
        lambda: save_plan(store, sweep_id, "local", {"version": 1, "cap_usd": "2"}),
        lambda: save_run(store, asked("Why?", id="run")),
        lambda: delete_sweep(store, sweep_id, "local"),
    )
    for change in changes:
        change()
        stamps.append(sweep_fingerprint(store, sweep_id))
    assert len(set(stamps)) == len(stamps)


def test_a_sweep_is_its_owners_alone(store):
    sweep_id = create(store)
    assert load_sweep(store, sweep_id, "other") is None and list_sweeps(store, "other") == []
    save_plan(store, sweep_id, "other", {})
    delete_sweep(store, sweep_id, "other")
    assert load_sweep(store, sweep_id, "local").plan == {"version": 1}
    delete_sweep(store, sweep_id, "local")
    assert list_sweeps(store, "local") == [] and load_prompts(store, sweep_id) == []


def test_the_latest_probe_counts_for_each_owner_and_account(store):
    first = ProbeRecord("top_p", "no effect", "seen", 6, None)
    save_probe(store, "local", "account", replace(first, verdict="unclear"))
    save_probe(store, "local", "account", first)
    save_probe(store, "local", "elsewhere", replace(first, verdict="effect", cost_usd=Decimal("0.1")))
    found = load_probes(store, "local", "account")
    assert replace(found["top_p"], probed_at=0.0) == first and found["top_p"].probed_at > 0
    assert load_probes(store, "local", "elsewhere")["top_p"].cost_usd == Decimal("0.1")
    assert load_probes(store, "other", "account") == {}
