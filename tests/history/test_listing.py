"""The list of runs: found, narrowed, sorted, added up and marked, the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from components.core.days import span_of
from components.core.transcript import Transcript
from components.core.usage import Usage
from components.history import listing
from components.history.entries import count_entries, list_entries
from components.history.listing import (
    Filter,
    Order,
    add_up_days,
    count_runs,
    list_runs,
)
from components.history.marks import delete, list_tags, mark, restore, tag
from components.history.records import RunRecord
from components.history.runs import save_run
from components.history.store import Store, open_store
from tests.history.samples import EVERY_PART, asked, failed

DAY = 86_400.0


@pytest.fixture
def kept(store: Store) -> dict[str, RunRecord]:
    """Five runs of ann's, and one of bob's."""
    made = {
        "ocean": asked("Write a haiku about the ocean", thinking="Five, seven, five syllables.", started_at=DAY),
        "naive": asked(
            "Explain naïve Bayes", answer="A classifier.", parameters={"temperature": 0.2}, started_at=DAY + 1
        ),
        "picture": asked("What is here?", messages=EVERY_PART[:1], wire="responses", started_at=2 * DAY),
        "refused": failed("Too fast", started_at=2 * DAY + 1),
        "chinese": asked(
            "请解释推理模型", answer="好的", cost_usd=Decimal("0.5"), usage=Usage(1, 0, 2, 1, 3), started_at=3 * DAY
        ),
    }

    made = {name: replace(record, owner="ann") for name, record in made.items()}
    made["bobs"] = asked("Write about the ocean", owner="bob")
    for record in made.values():
        save_run(store, record)
    return made


def found(store: Store, kept: dict[str, RunRecord], **narrowed: object) -> set[str]:
    names = {record.id: name for name, record in kept.items()}
    listed = {names[row.id] for row in list_runs(store, "ann", Filter(**narrowed))}
    assert count_runs(store, "ann", Filter(**narrowed)) == len(listed)
    return listed


# What a list is narrowed to -> the runs that are left.
NARROWED: list[tuple[dict[str, object], set[str]]] = [
    ({}, {"ocean", "naive", "picture", "refused", "chinese"}),
    ({"words": "ocean"}, {"ocean"}),
    ({"words": "OCE"}, {"ocean"}),
    ({"words": "syllables haiku"}, {"ocean"}),
    ({"words": "syllables", "fields": ("answer",)}, set()),
    ({"words": "syllables", "fields": ("thinking", "answer")}, {"ocean"}),
    ({"words": '"seven five"'}, {"ocean"}),
    ({"words": '"five five"'}, set()),
    ({"words": "NAIVE"}, {"naive"}),
    ({"words": "推理"}, {"chinese"}),
    ({"words": "理推"}, set()),
    ({"words": "it's OR AND NOT ' \" * : (ocean"}, set()),
    ({"words": "?!"}, set()),
    ({"wires": ("responses",)}, {"picture"}),
    ({"statuses": ("failed",)}, {"refused"}),
    ({"parameters": {"temperature": 0.2}}, {"naive"}),
    ({"costs_at_least": Decimal("0.1")}, {"chinese"}),
    ({"costs_at_most": Decimal("0.1")}, {"ocean", "naive", "picture"}),
    ({"pictures": True}, {"picture"}),
    ({"since": 2 * DAY, "until": 3 * DAY}, {"picture", "refused"}),
    ({"kinds": ("sweep",)}, set()),
]


def test_the_list_is_narrowed(store: Store, kept: dict[str, RunRecord], subtests: pytest.Subtests):
    for narrowed, names in NARROWED:
        with subtests.test(str(narrowed)):
            assert found(store, kept, **narrowed) == names


def test_the_list_is_sorted_with_what_is_unknown_at_its_end(store: Store, kept: dict[str, RunRecord]):
    for descending in (True, False):
        rows = list_runs(store, "ann", Filter(), "cost_usd", descending=descending)
        costs = [row.values["cost_usd"] for row in rows]
        assert costs[-1] is None and costs[:-1] == sorted(costs[:-1], reverse=descending)
    newest = [row.id for row in list_runs(store, "ann", Filter(), size=2)]
    assert newest == [kept["chinese"].id, kept["refused"].id]
    assert [row.id for row in list_runs(store, "ann", Filter(), size=2, page=3)] == [kept["ocean"].id]


def test_runs_are_marked_and_found_by_it(store: Store, kept: dict[str, RunRecord]):
    ids = [kept["ocean"].id, kept["bobs"].id]
    mark(store, "ann", ids, starred=True, note="keep", rating=1)
    tag(store, "ann", ids, "sea")
    assert found(store, kept, starred=True) == found(store, kept, rated=1) == found(store, kept, tag="sea") == {"ocean"}
    (row,) = list_runs(store, "ann", Filter(starred=True))
    assert (row.values["note"], row.tags, list_tags(store, "ann")) == ("keep", ("sea",), ["sea"])
    assert list_runs(store, "bob", Filter(starred=True)) == [] and list_tags(store, "bob") == []
    tag(store, "ann", ids, "sea", on=False)
    assert list_tags(store, "ann") == []


def test_what_is_deleted_is_in_no_list_and_can_be_brought_back(store: Store, kept: dict[str, RunRecord]):
    ids = [kept["ocean"].id, kept["bobs"].id]
    delete(store, "ann", ids)
    assert "ocean" not in found(store, kept) and found(store, kept, words="ocean") == set()
    assert len(list_runs(store, "bob", Filter())) == 1
    restore(store, "ann", ids)
    assert found(store, kept, words="ocean") == {"ocean"}


def test_a_run_that_was_taken_for_abandoned_is_found_by_all_its_words(store: Store):
    record = asked("Why?", status="answering", answer="Because of light")
    save_run(store, record)
    save_run(store, replace(record, status="interrupted"))
    assert len(list_runs(store, "local", Filter(words="light"))) == 1
    going_on = replace(record, transcript=Transcript(answer_deltas=["Because of light, which scatters"]))
    save_run(store, going_on)
    save_run(store, replace(going_on, status="done"))
    for word, count in {"light": 1, "scatters": 1, "think": 0}.items():
        assert len(list_runs(store, "local", Filter(words=word))) == count


def test_days_are_added_up(store: Store, kept: dict[str, RunRecord]):
    days = add_up_days(store, "ann", Filter())
    assert [(day.date.day, day.runs, day.tokens) for day in days] == [(2, 2, 60), (3, 2, 30), (4, 1, 3)]
    assert [day.cost_usd for day in days] == [Decimal("0.000024691356"), Decimal("0.000012345678"), Decimal("0.5")]
    assert days[0].total_s == pytest.approx(1.1)


# Two runs at the edges of each day by the clock of a zone: one second into it, and one second before its end.
EDGES = {
    "Europe/Berlin": [date(2025, 3, 29), date(2025, 3, 30), date(2025, 10, 26), date(2025, 10, 27), date(2026, 3, 29)],
    "America/New_York": [date(2025, 3, 9), date(2025, 11, 2), date(2026, 1, 1)],
    "Asia/Kathmandu": [date(2025, 6, 1), date(2025, 6, 2)],
    "Asia/Beirut": [date(2025, 3, 30), date(2025, 10, 25), date(2025, 10, 26)],  # clocks are changed at midnight
    "Pacific/Kiritimati": [date(2025, 12, 31)],
    "UTC": [date(2025, 3, 30)],
}


@pytest.mark.parametrize("name", EDGES)
def test_days_are_those_of_the_readers_zone_also_of_23_and_25_hours(store: Store, name: str):
    zone = ZoneInfo(name)
    for day in EDGES[name]:
        begin, end = span_of(day, day, zone)
        assert end - begin in (23 * 3600, DAY, 25 * 3600)
        for at in (begin, begin + 1, end - 1):
            save_run(store, asked(f"At {at}", started_at=at))
    assert [(day.date, day.runs) for day in add_up_days(store, "local", Filter(), zone)] == [
        (day, 3) for day in EDGES[name]
    ]
    for day in EDGES[name]:
        since, until = span_of(day, day, zone)
        assert count_runs(store, "local", Filter(since=since, until=until)) == 3
        one = add_up_days(store, "local", Filter(since=since, until=until), zone)
        assert [each.date for each in one] == [day]


@pytest.mark.parametrize("descending", [True, False])
def test_pages_of_a_sorted_list_go_on_into_the_runs_without_the_figure(store: Store, descending: bool):
    for number in range(7):
        known = {"cost_usd": Decimal(number)} if number % 2 else {"cost_usd": None}
        save_run(store, asked(f"Number {number}", started_at=1e9 + number, **known))
    whole = [run.id for run in list_runs(store, "local", Filter(), "cost_usd", descending=descending)]
    pages = [
        run.id
        for page in range(1, 6)
        for run in list_runs(store, "local", Filter(), "cost_usd", descending=descending, page=page, size=2)
    ]
    assert len(whole) == 7 and pages == whole


@pytest.mark.parametrize("descending", [True, False])
def test_few_runs_and_many_are_sorted_alike(store: Store, descending: bool, monkeypatch: pytest.MonkeyPatch):
    for number in range(9):
        cost = None if number % 3 == 0 else Decimal(number % 4)
        save_run(store, asked(f"Number {number}", started_at=1e9 + number, cost_usd=cost, wire="messages"))

    def listed() -> list[str]:
        narrowed = Filter(wires=("messages",))
        pages = [
            list_runs(store, "local", narrowed, "cost_usd", descending=descending, page=n, size=4) for n in (1, 2, 3)
        ]
        return [row.id for page in pages for row in page]

    few = listed()
    monkeypatch.setattr(listing, "_FEW", 1)
    assert len(few) == 9 and few == listed()


@pytest.mark.parametrize(
    "narrowed",
    [
        {"statuses": ("interrupted",)},
        {"statuses": ("failed", "interrupted")},
        {"wires": ("messages",)},
        {"kinds": ("sweep",)},
        {"parameters": {"top_p": 0.5}},
        {"parameters": {"enable_thinking": True}},
        {"pictures": True},
        {"rated": 1},
        {"starred": True},
        {"since": DAY, "until": 2 * DAY},
    ],
    ids=str,
)
def test_what_a_list_is_narrowed_to_is_found_without_reading_the_table(tmp_path: Path, narrowed: dict[str, object]):
    with closing(open_store(None, tmp_path)) as store:
        plans: list[str] = []
        with _planned(plans):
            list_runs(store, "local", Filter(**narrowed))
            list_runs(store, "local", Filter(**narrowed), "cost_usd")
            count_runs(store, "local", Filter(**narrowed))
            list_entries(store, "local", Filter(**narrowed))
            count_entries(store, "local", Filter(**narrowed))
    of_runs = [plan for plan in plans if " runs " in f"{plan} "]
    assert any("COVERING INDEX" in plan for plan in of_runs)
    assert all("COVERING INDEX" in plan or "INTEGER PRIMARY KEY" in plan for plan in of_runs), of_runs


def test_hits_are_gone_along_and_no_run_is_looked_up_among_them(tmp_path: Path):
    with closing(open_store(None, tmp_path)) as store:
        plans: list[str] = []
        with _planned(plans):
            for order in get_args(Order):
                list_runs(store, "local", Filter(words="ocean", starred=True), order)
            count_runs(store, "local", Filter(words="ocean"))
            list_entries(store, "local", Filter(words="ocean", starred=True))
            count_entries(store, "local", Filter(words="ocean"))
    hits = [plan for plan in plans if "run_search" in plan]
    # SQLite writes `0:=M3` of an index of words that it asks about one run after the other: seconds, for many hits.
    assert hits and not any(":=" in plan for plan in hits), hits


@contextmanager
def _planned(plans: list[str]) -> Iterator[None]:
    """Notes how SQLite goes about each query."""

    def explain(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith("SELECT"):
            explained = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in explained)

    event.listen(sa.Engine, "before_cursor_execute", explain)
    try:
        yield
    finally:
        event.remove(sa.Engine, "before_cursor_execute", explain)
