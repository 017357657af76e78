"""The history's list: a row for each run of a conversation, and one for each sweep or comparison as a group.

A group has the position of the first of its runs that the list would show. Its figures are those of all its runs,
the judge's calls included, even if the list is narrowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from components.history.listing import COUNTED, JUDGE, PAGE, Filter, RunRow, current_status, listed_numbers, read_rows
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
        grouped = _group_rows(connection, owner, {group: n for n, group in leaders if group})
    return [grouped[group] if group else single[n] for n, group in leaders]


def count_entries(store: Store, owner: str, narrowed: Filter) -> int:
    """How many rows the list has; `COUNTED` + 1 means more than `COUNTED`. Raises: StoreError."""
    query, number = listed_numbers(store.dialect, owner, narrowed)
    some = query.with_only_columns(sa.func.coalesce(runs.c.group_id, sa.cast(number, sa.Text)))
    some = some.order_by(number) if narrowed.words and store.dialect == "sqlite" else some.distinct()
    if narrowed.words and store.dialect == "sqlite":
        some = sa.select(some.subquery().c[0]).distinct()
    with store.reading() as connection:
        return connection.execute(
            sa.select(sa.func.count()).select_from(some.limit(COUNTED + 1).subquery())
        ).scalar_one()


def expand_groups(store: Store, owner: str, rows: Iterable[RunRow]) -> list[RunRow]:
    """The runs of these rows; a sweep or comparison is replaced by its runs. Raises: StoreError."""
    found: list[RunRow] = []
    with store.reading() as connection:
        for row in rows:
            if not row.group:
                found.append(row)
                continue
            mine = sa.select(runs.c.number).where(*_in_groups(owner, [row.group])).order_by(runs.c.number)
            found += read_rows(connection, connection.execute(mine).scalars().all())
    return found


def group_name(store: Store, owner: str, group_id: str) -> str:
    """The name of a sweep or comparison; empty if it was deleted or is somebody else's. Raises: StoreError."""
    with store.reading() as connection:
        return _names(connection, owner, [group_id]).get(group_id, "")


def _page(connection: sa.Connection, ordered: sa.Select[Any], skipped: int, size: int) -> list[tuple[int, str | None]]:
    """Number and group of the first run of each row of a page. Only the page and those before it are read."""
    found: list[tuple[int, str | None]] = []
    groups: set[str] = set()
    # Not all at once: there may be a hundred thousand after the page.
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


def _group_rows(connection: sa.Connection, owner: str, groups: Mapping[str, int]) -> dict[str, RunRow]:
    """The rows of sweeps and comparisons, by their ids; `groups`: id -> the number of one of its runs."""
    if not groups:
        return {}
    sums: dict[str, list[sa.RowMapping]] = {group: [] for group in groups}
    for row in connection.execute(_sums_by_group(owner, list(groups))).mappings():
        sums[row["group_id"]].append(row)
    first = {row.values["number"]: row for row in read_rows(connection, list(groups.values()))}
    names = _names(connection, owner, list(groups))
    tags = _tags(connection, owner, list(groups))
    return {
        group: RunRow(
            _group_values(first[number].values, sums[group], names.get(group, "")),
            tuple(sorted(tags.get(group, ()))),
            group,
            sum(one["calls"] for one in sums[group] if one["kind"] != JUDGE),
        )
        for group, number in groups.items()
    }


def _sums_by_group(owner: str, groups: Sequence[str]) -> sa.Select[Any]:
    status = current_status()
    alike = (runs.c.group_id, runs.c.kind, runs.c.wire, runs.c.model, runs.c.simulated)
    tokens = [sa.func.sum(runs.c[name]).label(name) for name in ("input_tokens", "output_tokens", "total_tokens")]
    return (
        sa.select(
            *alike,
            status.label("status"),
            sa.func.count().label("calls"),
            *tokens,
            sa.type_coerce(sa.func.sum(runs.c.cost_usd), Dollars).label("cost_usd"),
            sa.func.min(runs.c.started_at).label("started_at"),
            sa.func.max(runs.c.pictures).label("pictures"),
            sa.func.min(sa.cast(runs.c.starred, sa.Integer)).label("starred"),
            sa.func.min(runs.c.note).label("note"),
            sa.func.max(runs.c.note).label("last_note"),
            sa.func.min(sa.func.coalesce(runs.c.rating, -1)).label("rating"),
            sa.func.max(sa.func.coalesce(runs.c.rating, -1)).label("last_rating"),
        )
        .where(*_in_groups(owner, groups))
        .group_by(*alike, status)
    )


def _group_values(first: Mapping[str, Any], sums: Sequence[sa.RowMapping], name: str) -> dict[str, Any]:
    """The values of a group's row: sums, and what all its runs have in common; nothing where they differ."""
    answers = [one for one in sums if one["kind"] != JUDGE] or sums
    statuses: dict[str, int] = {}
    for one in answers:
        statuses[one["status"]] = statuses.get(one["status"], 0) + one["calls"]
    rating = {one[key] for one in sums for key in ("rating", "last_rating")}
    note = {one[key] for one in sums for key in ("note", "last_note")}
    return {
        **first,
        "title": name or first["title"],
        "kind": answers[0]["kind"],
        "status": _status(statuses),
        "started_at": min(one["started_at"] for one in sums),
        **{
            key: _sum(one[key] for one in sums) for key in ("input_tokens", "output_tokens", "total_tokens", "cost_usd")
        },
        **{key: _common(one[key] for one in answers) for key in ("wire", "model", "simulated")},
        "pictures": max(one["pictures"] for one in sums),
        "first_answer_s": None,
        "total_s": None,
        "parameters": {},
        "starred": all(one["starred"] for one in sums),
        "rating": next(iter(rating)) if len(rating) == 1 and rating != {-1} else None,
        "note": next(iter(note)) if len(note) == 1 else "",
    }


def _status(statuses: Mapping[str, int]) -> str:
    """The status that all have, or the count of each, the smallest first: those matter most."""
    if len(statuses) == 1:
        return next(iter(statuses))
    return ", ".join(f"{count:,} {status}" for status, count in sorted(statuses.items(), key=lambda one: one[1]))


def _sum(values: Iterable[Any]) -> Any:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


def _common(values: Iterable[Any]) -> Any:
    found = set(values)
    return next(iter(found)) if len(found) == 1 else _SEVERAL


def _in_groups(owner: str, groups: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    return [runs.c.owner == owner, runs.c.deleted_at.is_(None), runs.c.group_id.in_(groups)]


def _names(connection: sa.Connection, owner: str, groups: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table, name in ((sweeps, sweeps.c.name), (comparisons, comparisons.c.title)):
        query = sa.select(table.c.id, name).where(table.c.owner == owner, table.c.id.in_(groups))
        found |= {group: name for group, name in connection.execute(query)}
    return found


def _tags(connection: sa.Connection, owner: str, groups: Sequence[str]) -> dict[str, list[str]]:
    query = sa.select(runs.c.group_id, run_tags.c.tag).join(run_tags).where(*_in_groups(owner, groups)).distinct()
    found: dict[str, list[str]] = {}
    for group, tag in connection.execute(query):
        found.setdefault(group, []).append(tag)
    return found
