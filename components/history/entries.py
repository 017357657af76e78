"""The runs of an owner as a list of what was done: each conversation's run a row, each sweep and comparison one, too.

A sweep or comparison stands where the first of its runs stands that the list would show, and tells of all its runs,
the judge's with them, whatever the list is narrowed to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from components.history.listing import COUNTED, JUDGE, PAGE, Filter, RunRow, listed_numbers, read_rows, status_now
from components.history.schema import Dollars, comparisons, run_tags, runs, sweeps
from components.history.store import Store

# The rows of an index that are fetched at once on the way to a page.
_FETCHED = 500
_SEVERAL = "several"


def list_entries(
    store: Store, owner: str, narrowed: Filter, *, descending: bool = True, page: int = 1, size: int = PAGE
) -> list[RunRow]:
    """One page of the list by date, from page 1. Raises: StoreError."""
    query, number = listed_numbers(store.dialect, owner, narrowed)
    ordered = query.add_columns(runs.c.group_id).order_by(number.desc() if descending else number.asc())
    with store.reading() as connection:
        leaders = _page(connection, ordered, (page - 1) * size, size)
        single = {row.values["number"]: row for row in read_rows(connection, [n for n, group in leaders if not group])}
        whole = _whole(connection, owner, {group: n for n, group in leaders if group})
    return [whole[group] if group else single[n] for n, group in leaders]


def count_entries(store: Store, owner: str, narrowed: Filter) -> int:
    """How many rows the list has; `COUNTED` + 1 stands for more than `COUNTED`. Raises: StoreError."""
    query, number = listed_numbers(store.dialect, owner, narrowed)
    some = query.with_only_columns(sa.func.coalesce(runs.c.group_id, sa.cast(number, sa.Text)))
    some = some.order_by(number) if narrowed.words and store.dialect == "sqlite" else some.distinct()
    if narrowed.words and store.dialect == "sqlite":
        some = sa.select(some.subquery().c[0]).distinct()
    with store.reading() as connection:
        return connection.execute(
            sa.select(sa.func.count()).select_from(some.limit(COUNTED + 1).subquery())
        ).scalar_one()


def runs_of(store: Store, owner: str, rows: Iterable[RunRow]) -> list[RunRow]:
    """The single runs that rows stand for, those of sweeps and comparisons one by one. Raises: StoreError."""
    found: list[RunRow] = []
    with store.reading() as connection:
        for row in rows:
            if not row.group:
                found.append(row)
                continue
            mine = sa.select(runs.c.number).where(*_members(owner, [row.group])).order_by(runs.c.number)
            found += read_rows(connection, connection.execute(mine).scalars().all())
    return found


def name_of(store: Store, owner: str, group_id: str) -> str:
    """What a sweep or comparison is called; empty where it was deleted, or is somebody else's. Raises: StoreError."""
    with store.reading() as connection:
        return _names(connection, owner, [group_id]).get(group_id, "")


def _page(connection: sa.Connection, ordered: sa.Select[Any], skipped: int, size: int) -> list[tuple[int, str | None]]:
    """Number and group of the first run of each row of a page. No more is read than the page and those before it."""
    found: list[tuple[int, str | None]] = []
    groups: set[str] = set()
    # Not all at once: nobody needs the hundred thousand that come after the page.
    with connection.execution_options(yield_per=_FETCHED).execute(ordered) as numbers:
        for number, group in numbers:
            if group is not None:
                if group in groups:
                    continue
                groups.add(group)
            found.append((number, group))
            if len(found) == skipped + size:
                break
    return found[skipped:]


def _whole(connection: sa.Connection, owner: str, groups: Mapping[str, int]) -> dict[str, RunRow]:
    """The rows of sweeps and comparisons, by their ids; `groups`: id -> the number of a run that it has."""
    if not groups:
        return {}
    lots: dict[str, list[sa.RowMapping]] = {group: [] for group in groups}
    for row in connection.execute(_added_up(owner, list(groups))).mappings():
        lots[row["group_id"]].append(row)
    first = {row.values["number"]: row for row in read_rows(connection, list(groups.values()))}
    names = _names(connection, owner, list(groups))
    tags = _tags(connection, owner, list(groups))
    return {
        group: RunRow(
            _values(first[number].values, lots[group], names.get(group, "")),
            tuple(sorted(tags.get(group, ()))),
            group,
            sum(lot["calls"] for lot in lots[group] if lot["kind"] != JUDGE),
        )
        for group, number in groups.items()
    }


def _added_up(owner: str, groups: Sequence[str]) -> sa.Select[Any]:
    alike = (runs.c.group_id, runs.c.kind, status_now(), runs.c.wire, runs.c.model, runs.c.simulated)
    sums = [sa.func.sum(runs.c[name]).label(name) for name in ("input_tokens", "output_tokens", "total_tokens")]
    return (
        sa.select(
            *alike[:2],
            alike[2].label("status"),
            *alike[3:],
            sa.func.count().label("calls"),
            *sums,
            sa.type_coerce(sa.func.sum(runs.c.cost_usd), Dollars).label("cost_usd"),
            sa.func.min(runs.c.started_at).label("started_at"),
            sa.func.max(runs.c.pictures).label("pictures"),
            sa.func.min(sa.cast(runs.c.starred, sa.Integer)).label("starred"),
            sa.func.min(runs.c.note).label("note"),
            sa.func.max(runs.c.note).label("last_note"),
            sa.func.min(sa.func.coalesce(runs.c.rating, -1)).label("rating"),
            sa.func.max(sa.func.coalesce(runs.c.rating, -1)).label("last_rating"),
        )
        .where(*_members(owner, groups))
        .group_by(*alike)
    )


def _values(first: Mapping[str, Any], lots: Sequence[sa.RowMapping], name: str) -> dict[str, Any]:
    """What a row shows: sums, what all its runs have in common, and nothing where they differ or none told it."""
    answers = [lot for lot in lots if lot["kind"] != JUDGE] or lots
    statuses: dict[str, int] = {}
    for lot in answers:
        statuses[lot["status"]] = statuses.get(lot["status"], 0) + lot["calls"]
    rating = {lot[key] for lot in lots for key in ("rating", "last_rating")}
    note = {lot[key] for lot in lots for key in ("note", "last_note")}
    return {
        **first,
        "title": name or first["title"],
        "kind": answers[0]["kind"],
        "status": _status(statuses),
        "started_at": min(lot["started_at"] for lot in lots),
        **{
            key: _sum(lot[key] for lot in lots) for key in ("input_tokens", "output_tokens", "total_tokens", "cost_usd")
        },
        **{key: _common(lot[key] for lot in answers) for key in ("wire", "model", "simulated")},
        "pictures": max(lot["pictures"] for lot in lots),
        "first_answer_s": None,
        "total_s": None,
        "parameters": {},
        "starred": all(lot["starred"] for lot in lots),
        "rating": next(iter(rating)) if len(rating) == 1 and rating != {-1} else None,
        "note": next(iter(note)) if len(note) == 1 else "",
    }


def _status(statuses: Mapping[str, int]) -> str:
    """The one that all have, or how many have which, the few first: those are looked for."""
    if len(statuses) == 1:
        return next(iter(statuses))
    return ", ".join(f"{count:,} {status}" for status, count in sorted(statuses.items(), key=lambda one: one[1]))


def _sum(values: Iterable[Any]) -> Any:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


def _common(values: Iterable[Any]) -> Any:
    found = set(values)
    return next(iter(found)) if len(found) == 1 else _SEVERAL


def _members(owner: str, groups: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    return [runs.c.owner == owner, runs.c.deleted_at.is_(None), runs.c.group_id.in_(groups)]


def _names(connection: sa.Connection, owner: str, groups: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table, name in ((sweeps, sweeps.c.name), (comparisons, comparisons.c.title)):
        query = sa.select(table.c.id, name).where(table.c.owner == owner, table.c.id.in_(groups))
        found |= {group: called for group, called in connection.execute(query)}
    return found


def _tags(connection: sa.Connection, owner: str, groups: Sequence[str]) -> dict[str, list[str]]:
    query = sa.select(runs.c.group_id, run_tags.c.tag).join(run_tags).where(*_members(owner, groups)).distinct()
    found: dict[str, list[str]] = {}
    for group, tag in connection.execute(query):
        found.setdefault(group, []).append(tag)
    return found
