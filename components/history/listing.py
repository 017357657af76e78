"""The runs of an owner as a list: found by words and filters, sorted, a page at a time, added up."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, tzinfo
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa

from components.core.days import day_of, offsets
from components.history.marks import tags_by_number
from components.history.messages import batches
from components.history.records import ABANDONED_S, DAY_S, LIVE
from components.history.schema import Dollars, run_tags, runs
from components.history.search import Field, matching, run_search
from components.history.store import Store
from components.history.words import terms

Order = Literal["started_at", "cost_usd", "total_tokens", "output_tokens", "total_s", "first_answer_s"]

# The kind of the calls by which a sweep has answers scored.
JUDGE = "judge"
# Of a longer list the page says "more than" this many: to count on would be slow, and nobody reads that many pages.
COUNTED = 10_000
PAGE = 50
# A list of at most this many runs is sorted by the query. A longer one is read along the index of its order, in which
# the runs of a page are soon found.
_FEW = 2_000

_SHOWN = [column for column in runs.c if column.name not in ("owner", "saved_at", "deleted_at")]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; a field left as it is narrows nothing.

    `words`: what must be found, in `fields` or anywhere. `since`, `until`: seconds since 1970, the first included.
    `kinds`: what started the runs; none: anything but the judge of a sweep, unless `judged`. `group`: id of the
    sweep or comparison that they belong to. `parameters`: name -> the value that was sent. `pictures`: with or without.
    `rated`: 1 good, 0 bad.
    """

    words: str = ""
    fields: tuple[Field, ...] = ()
    since: float | None = None
    until: float | None = None
    wires: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    judged: bool = False
    group: str = ""
    parameters: Mapping[str, float | bool | str] = field(default_factory=dict)
    costs_at_least: Decimal | None = None
    costs_at_most: Decimal | None = None
    pictures: bool | None = None
    rated: int | None = None
    starred: bool = False
    tag: str = ""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as a list shows it, or a whole sweep or comparison; the fields are columns of `runs`.

    `group`: id of the sweep or comparison that the row stands for, whose `calls` runs it adds up; empty: it is one run.
    """

    values: Mapping[str, Any]
    tags: tuple[str, ...]
    group: str = ""
    calls: int = 1

    @property
    def id(self) -> str:
        """The run's id."""
        found: str = self.values["id"]
        return found


@dataclass(frozen=True, slots=True)
class Day:
    """All runs that began on one calendar day together. None: not reported by any."""

    date: date
    runs: int
    tokens: int | None
    cost_usd: Decimal | None
    total_s: float | None
    first_answer_s: float | None


def list_runs(
    store: Store,
    owner: str,
    narrowed: Filter,
    order: Order = "started_at",
    *,
    descending: bool = True,
    page: int = 1,
    size: int = PAGE,
) -> list[RunRow]:
    """One page of the owner's runs, from page 1. Unknown figures come last. Raises: StoreError."""
    with store.reading() as connection:
        numbers = _page(connection, store.dialect, owner, narrowed, order, descending, size, (page - 1) * size)
        return read_rows(connection, numbers)


def read_rows(connection: sa.Connection, numbers: Sequence[int]) -> list[RunRow]:
    """The rows of the runs of these numbers, in their order."""
    rows: dict[int, Mapping[str, Any]] = {}
    for some in batches(numbers):
        query = sa.select(*_SHOWN, current_status().label("current_status")).where(runs.c.number.in_(some))
        rows |= {row["number"]: row for row in connection.execute(query).mappings()}
    tags = tags_by_number(connection, numbers)
    return [
        RunRow({**rows[number], "status": rows[number]["current_status"]}, tuple(sorted(tags.get(number, ()))))
        for number in numbers
    ]


def count_runs(store: Store, owner: str, narrowed: Filter) -> int:
    """How many runs the list has; `COUNTED` + 1 means more than `COUNTED`. Raises: StoreError."""
    some = _any_numbers(store.dialect, owner, narrowed, COUNTED + 1)
    with store.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one()


def _page(
    connection: sa.Connection,
    dialect: str,
    owner: str,
    narrowed: Filter,
    order: Order,
    descending: bool,
    size: int,
    skipped: int,
) -> list[int]:
    """The numbers of `size` runs in their order after the `skipped` first ones; unknown figures come last.

    Only numbers: an index holds all that this query needs; the table is read only for the runs that are shown.
    """

    def read(some: sa.Select[int], *keys: sa.ColumnElement[Any], limit: int, offset: int) -> list[int]:
        ordered = some.order_by(*(key.desc() if descending else key.asc() for key in keys))
        return list(connection.execute(ordered.limit(limit).offset(offset)).scalars())

    if order == "started_at":  # a run's number grows with its beginning
        query, number = listed_numbers(dialect, owner, narrowed)
        return read(query, number, limit=size, offset=skipped)
    query = sa.select(runs.c.number).where(*_conditions(dialect, owner, narrowed))
    if narrowed != Filter():
        few = connection.execute(_any_numbers(dialect, owner, narrowed, _FEW + 1)).scalars().all()
        if len(few) <= _FEW:
            query = sa.select(runs.c.number).where(runs.c.number.in_(few))
    # Two queries, each in the order of an index; one over both would sort all of them.
    column = runs.c[order]
    known = query.where(column.is_not(None))
    found = read(known, column, runs.c.number, limit=size, offset=skipped)
    if len(found) < size:
        if not found:
            skipped -= connection.execute(sa.select(sa.func.count()).select_from(known.subquery())).scalar_one()
        unknown = query.where(column.is_(None))
        found += read(unknown, runs.c.number, limit=size - len(found), offset=0 if found else skipped)
    return found


def _any_numbers(dialect: str, owner: str, narrowed: Filter, most: int) -> sa.Select[int]:
    """The query for any numbers of a list, no more than `most`."""
    query, number = listed_numbers(dialect, owner, narrowed)
    # Ordered, so that SQLite reads along the index of words; else it may look each run up in it, which takes seconds.
    return (query.order_by(number) if narrowed.words else query).limit(most)


def listed_numbers(dialect: str, owner: str, narrowed: Filter) -> tuple[sa.Select[int], sa.ColumnElement[int]]:
    """The query for the numbers of a list, and the column that gives them in the order of their date."""
    looked_for = terms(narrowed.words)
    if not looked_for or dialect != "sqlite":
        return sa.select(runs.c.number).where(*_conditions(dialect, owner, narrowed)), runs.c.number
    # The index of words returns its hits in order: even of a word that all runs have, only those of the page are read.
    hits = matching(dialect, looked_for, narrowed.fields).whereclause
    assert hits is not None
    query = sa.select(runs.c.number).join(run_search, run_search.c.rowid == runs.c.number).where(hits)
    return query.where(*_conditions(dialect, owner, replace(narrowed, words=""))), run_search.c.rowid


def add_up_days(store: Store, owner: str, narrowed: Filter, zone: tzinfo = UTC) -> list[Day]:
    """The runs of the list by calendar day of `zone`, the earliest first. Raises: StoreError."""
    conditions = _conditions(store.dialect, owner, narrowed)
    ends = sa.select(sa.func.min(runs.c.started_at), sa.func.max(runs.c.started_at)).where(*conditions)
    with store.reading() as connection:
        first, last = connection.execute(ends).one()
        if first is None:
            return []
        day = _day(store.dialect, zone, first, last).label("day")
        query = (
            sa.select(
                day,
                sa.func.count(),
                sa.func.sum(runs.c.total_tokens),
                sa.type_coerce(sa.func.sum(runs.c.cost_usd), Dollars),
                sa.func.avg(runs.c.total_s),
                sa.func.avg(runs.c.first_answer_s),
            )
            .where(*conditions)
            .group_by(day)
            .order_by(day)
        )
        return [
            Day(day_of(number), count, None if tokens is None else int(tokens), cost, total_s, first_answer_s)
            for number, count, tokens, cost, total_s, first_answer_s in connection.execute(query)
        ]


def _day(dialect: str, zone: tzinfo, first: float, last: float) -> sa.ColumnElement[int]:
    """The number of the day, counted from 1970, on which a run began by the zone's clock; `first`, `last`: of all runs.

    SQLite knows no time zones, so the query lists the few times between them at which the zone's offset changed.
    """
    since = offsets(zone, first, last)
    numbers = [_floored(dialect, (runs.c.started_at + offset) / DAY_S) for _, offset in since]
    changes = zip(since[1:], numbers, strict=False)
    whens = [(runs.c.started_at < until, number) for (until, _), number in changes]
    return sa.case(*whens, else_=numbers[-1]) if whens else numbers[-1]


def _floored(dialect: str, number: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    # SQLite's CAST cuts, PostgreSQL's rounds.
    return sa.cast(number if dialect == "sqlite" else sa.func.floor(number), sa.Integer)


def current_status() -> sa.ColumnElement[str]:
    """The status of a run now: a live run that is no longer being saved was interrupted."""
    abandoned = sa.and_(runs.c.status.in_(LIVE), runs.c.saved_at < time.time() - ABANDONED_S)
    return sa.case((abandoned, "interrupted"), else_=runs.c.status)


def _has_status(wanted: Iterable[str]) -> sa.ColumnElement[bool]:
    """Compares with `current_status` in as few comparisons as possible: each is made for every run of the owner."""
    wanted = set(wanted)
    fresh = runs.c.saved_at >= time.time() - ABANDONED_S
    found: list[sa.ColumnElement[bool]] = []
    if settled := wanted - LIVE:
        found.append(runs.c.status.in_(sorted(settled)))
    if live := wanted & LIVE:
        found.append(sa.and_(runs.c.status.in_(sorted(live)), fresh))
    if "interrupted" in wanted:
        found.append(sa.and_(runs.c.status.in_(sorted(LIVE)), sa.not_(fresh)))
    return sa.or_(*found)


def _conditions(dialect: str, owner: str, narrowed: Filter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [runs.c.owner == owner, runs.c.deleted_at.is_(None)]
    if looked_for := terms(narrowed.words):
        found.append(runs.c.number.in_(matching(dialect, looked_for, narrowed.fields)))
    elif narrowed.words.strip():
        found.append(sa.false())  # only punctuation: there is no word to find
    if narrowed.kinds:
        found.append(runs.c.kind.in_(narrowed.kinds))
    elif not narrowed.judged:
        found.append(runs.c.kind != JUDGE)
    if narrowed.statuses:
        found.append(_has_status(narrowed.statuses))
    if narrowed.pictures is not None:
        found.append(runs.c.pictures > 0 if narrowed.pictures else runs.c.pictures == 0)
    if narrowed.wires:
        found.append(runs.c.wire.in_(narrowed.wires))
    if narrowed.group:
        found.append(runs.c.group_id == narrowed.group)
    if narrowed.rated is not None:
        found.append(runs.c.rating == narrowed.rated)
    if narrowed.starred:
        found.append(runs.c.starred)
    if narrowed.tag:
        found.append(runs.c.number.in_(sa.select(run_tags.c.run_number).where(run_tags.c.tag == narrowed.tag)))
    found.extend(_bounds(narrowed))
    found.extend(_parameter_is(name, value) for name, value in narrowed.parameters.items())
    return found


def _bounds(narrowed: Filter) -> list[sa.ColumnElement[bool]]:
    bounds = (
        (narrowed.since, runs.c.started_at.__ge__),
        (narrowed.until, runs.c.started_at.__lt__),
        (narrowed.costs_at_least, runs.c.cost_usd.__ge__),
        (narrowed.costs_at_most, runs.c.cost_usd.__le__),
    )
    return [compare(bound) for bound, compare in bounds if bound is not None]


def _parameter_is(name: str, value: float | bool | str) -> sa.ColumnElement[bool]:
    item: sa.ColumnElement[Any] = runs.c.parameters[name]
    match value:
        case bool():
            stored: sa.ColumnElement[Any] = item.as_boolean()
        case str():
            stored = item.as_string()
        case _:
            stored, value = item.as_float(), float(value)
    return sa.ColumnElement.__eq__(stored, value)
