"""The owner's marks on runs: star, rating, note and tags; and deletion, which can be undone for a day."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from components.history.messages import batches, insert_new
from components.history.schema import run_tags, runs
from components.history.store import Store


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of a run. `rating`: 1 good, 0 bad, None not rated."""

    starred: bool = False
    rating: int | None = None
    note: str = ""
    tags: tuple[str, ...] = ()


def load_marks(store: Store, owner: str, run_ids: Iterable[str]) -> dict[str, Marks]:
    """The marks of those of the runs that are the owner's, by their ids. Raises: StoreError."""
    columns = (runs.c.number, runs.c.id, runs.c.starred, runs.c.rating, runs.c.note)
    found: dict[str, Marks] = {}
    with store.reading() as connection:
        for some in batches(sorted(set(run_ids))):
            query = sa.select(*columns).where(runs.c.id.in_(some), runs.c.owner == owner)
            rows = connection.execute(query).all()
            tags = tags_by_number(connection, [row.number for row in rows])
            for row in rows:
                found[row.id] = Marks(row.starred, row.rating, row.note, tuple(sorted(tags.get(row.number, ()))))
    return found


def save_marks(store: Store, owner: str, run_id: str, marks: Marks) -> None:
    """Sets the marks of a run; tags that it has already stay. Raises: StoreError."""
    if marks != Marks():
        mark(store, owner, [run_id], starred=marks.starred, rating=marks.rating, note=marks.note)
        for name in marks.tags:
            tag(store, owner, [run_id], name)


def list_tags(store: Store, owner: str) -> list[str]:
    """Every tag that the owner has given, in order. Raises: StoreError."""
    query = sa.select(run_tags.c.tag).distinct().join(runs).where(runs.c.owner == owner, runs.c.deleted_at.is_(None))
    with store.reading() as connection:
        return sorted(connection.execute(query).scalars())


def mark(store: Store, owner: str, run_ids: Iterable[str], **values: object) -> None:
    """Sets `starred`, `rating` or `note` of the owner's runs. Raises: StoreError."""
    assert values.keys() <= {"starred", "rating", "note"}
    _change(store, owner, run_ids, values)


def delete(store: Store, owner: str, run_ids: Iterable[str]) -> None:
    """Deletes the owner's runs from every list and conversation; `restore` undoes it. Raises: StoreError."""
    _change(store, owner, run_ids, {"deleted_at": time.time()})


def restore(store: Store, owner: str, run_ids: Iterable[str]) -> None:
    """Restores deleted runs. Raises: StoreError."""
    _change(store, owner, run_ids, {"deleted_at": None})


def tag(store: Store, owner: str, run_ids: Iterable[str], name: str, *, on: bool = True) -> None:
    """Adds a tag to the owner's runs, or removes it. Raises: StoreError."""
    with store.writing() as connection:
        for some in batches(sorted(set(run_ids))):
            mine = sa.select(runs.c.number).where(runs.c.id.in_(some), runs.c.owner == owner)
            if on:
                rows = [{"run_number": number, "tag": name} for number in connection.execute(mine).scalars()]
                if rows:
                    connection.execute(insert_new(connection, run_tags), rows)
            else:
                connection.execute(run_tags.delete().where(run_tags.c.run_number.in_(mine), run_tags.c.tag == name))


def _change(store: Store, owner: str, run_ids: Iterable[str], values: Mapping[str, object]) -> None:
    with store.writing() as connection:
        for some in batches(sorted(set(run_ids))):
            connection.execute(runs.update().where(runs.c.id.in_(some), runs.c.owner == owner).values(**values))


def tags_by_number(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, list[str]]:
    """The tags of runs, by the numbers of those that have any."""
    found: dict[int, list[str]] = {}
    for some in batches(numbers):
        for number, name in connection.execute(sa.select(run_tags).where(run_tags.c.run_number.in_(some))):
            found.setdefault(number, []).append(name)
    return found
