"""The list of what was done: a sweep and a comparison are one row each, the judge's calls are none of their own."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from components.core.usage import Usage
from components.history import entries
from components.history.entries import count_entries, expand_groups, group_name, list_entries
from components.history.listing import Filter, list_runs
from components.history.marks import delete, mark, restore, tag
from components.history.runs import load_run, save_run
from components.history.store import Store
from components.history.sweeps import create_sweep, delete_sweep
from tests.history.samples import asked


def save(store: Store, prompt: str, number: int, kind: str = "chat", group: str | None = None, **fields: object) -> str:
    record = replace(asked(prompt, started_at=1e9 + number), kind=kind, group_id=group, **fields)
    save_run(store, record)
    return record.id


@pytest.fixture
def sweep(store: Store) -> str:
    """A question, a sweep of two cells with a judge and a failed one, a question within it, a comparison."""
    sweep_id = create_sweep(store, "local", "Which temperature?", {}, [], 3)
    save(store, "Before", 0)
    save(store, "One", 1, "sweep", sweep_id, cost_usd=Decimal("0.01"))
    save(store, "Judge one", 2, "judge", sweep_id, cost_usd=Decimal("0.001"))
    save(store, "Between", 3)
    save(store, "Two", 4, "sweep", sweep_id, cost_usd=None, status="failed")
    save(store, "Left", 5, "compare", "k1")
    save(store, "Right", 6, "compare", "k1")
    save(store, "Theirs", 7, "sweep", sweep_id, owner="bob")
    return sweep_id


def titles(store: Store, **narrowed: object) -> list[str]:
    filtered = Filter(**narrowed)
    rows = list_entries(store, "local", filtered)
    assert count_entries(store, "local", filtered) == len(rows)
    return [row.values["title"] for row in rows]


def test_a_sweep_and_a_comparison_are_one_row_where_their_latest_run_is(store: Store, sweep: str):
    assert titles(store) == ["Right", "Which temperature?", "Between", "Before"]
    oldest = list_entries(store, "local", Filter(), descending=False)
    assert [row.values["title"] for row in oldest] == ["Before", "Which temperature?", "Between", "Left"]
    row = list_entries(store, "local", Filter())[1]
    values = row.values
    assert (row.group, row.calls, values["kind"], values["status"]) == (sweep, 2, "sweep", "1 done, 1 failed")
    assert values["cost_usd"] == Decimal("0.011") and values["input_tokens"] == 30 and values["output_tokens"] == 60
    assert values["started_at"] == 1e9 + 1 and values["total_s"] is None and values["wire"] == "chat_completions"
    assert group_name(store, "local", sweep) == "Which temperature?" and group_name(store, "bob", sweep) == ""


def test_opened_it_lists_its_runs_and_its_judge_is_listed_on_demand_only(store: Store, sweep: str):
    assert [row.values["title"] for row in list_runs(store, "local", Filter(group=sweep))] == ["Two", "One"]
    judged = list_runs(store, "local", Filter(group=sweep, judged=True))
    assert [row.values["title"] for row in judged] == ["Two", "Judge one", "One"]
    assert [row.values["title"] for row in list_runs(store, "local", Filter(kinds=("judge",)))] == ["Judge one"]


def test_it_is_found_by_any_of_its_runs(store: Store, sweep: str):
    assert titles(store, words="two") == ["Which temperature?"]
    assert titles(store, statuses=("failed",)) == ["Which temperature?"]
    assert titles(store, kinds=("compare",)) == ["Right"]
    assert titles(store, words="judge") == [] and titles(store, words="judge", judged=True) == ["Which temperature?"]


def test_pages_hold_every_row_once(store: Store, sweep: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(entries, "_FETCHED", 2)
    whole = [row.id for row in list_entries(store, "local", Filter())]
    pages = [row.id for page in (1, 2, 3) for row in list_entries(store, "local", Filter(), page=page, size=2)]
    assert pages == whole and len(whole) == 4


def test_what_is_done_with_the_row_is_done_with_all_its_runs(store: Store, sweep: str):
    row = list_entries(store, "local", Filter())[1]
    members = expand_groups(store, "local", [row])
    assert [one.values["title"] for one in members] == ["One", "Judge one", "Two"]
    ids = [one.id for one in members]
    mark(store, "local", ids, starred=True, rating=1, note="Worth it")
    tag(store, "local", ids[:1], "gem")
    marked = list_entries(store, "local", Filter())[1]
    assert (marked.values["starred"], marked.values["rating"], marked.values["note"]) == (True, 1, "Worth it")
    assert marked.tags == ("gem",) and titles(store, tag="gem") == ["Which temperature?"]
    mark(store, "local", ids[:1], starred=False, rating=None, note="")
    mixed = list_entries(store, "local", Filter())[1]
    assert (mixed.values["starred"], mixed.values["rating"], mixed.values["note"]) == (False, None, "")
    delete(store, "local", ids)
    assert titles(store) == ["Right", "Between", "Before"]
    restore(store, "local", ids)
    assert "Which temperature?" in titles(store)


def test_the_runs_of_a_deleted_sweep_stay_one_row(store: Store, sweep: str):
    delete_sweep(store, sweep, "local")
    assert titles(store) == ["Right", "Two", "Between", "Before"]


def test_a_run_remembers_its_group_and_unknown_figures_stay_unknown(store: Store):
    run_id = save(store, "One", 1, "sweep", "s1", cost_usd=None)
    record = load_run(store, run_id, "local")
    assert record is not None and record.group_id == "s1"
    silent = replace(asked("Two", usage=Usage(), started_at=1e9 + 2), kind="sweep", group_id="s1", cost_usd=None)
    save_run(store, silent)
    (row,) = list_entries(store, "local", Filter())
    assert row.values["cost_usd"] is None and row.values["input_tokens"] == 10 and row.calls == 2
