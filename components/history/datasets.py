"""Tables of an owner, for sweeps. Every version stays. What one holds is `components.tuning.datasets.saved`'s."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from components.history import named
from components.history.schema import dataset_versions, datasets
from components.history.store import Store
from components.history.tree import new_id


def list_datasets(store: Store, owner: str) -> dict[str, tuple[int, ...]]:
    """The owner's tables, name -> the numbers of their versions, from 1 on; by name. Raises: StoreError."""
    query = (
        sa.select(datasets.c.name, dataset_versions.c.number)
        .join(dataset_versions, dataset_versions.c.dataset_id == datasets.c.id)
        .where(datasets.c.owner == owner)
        .order_by(datasets.c.name, dataset_versions.c.number)
    )
    found: dict[str, tuple[int, ...]] = {}
    with store.reading() as connection:
        for name, number in connection.execute(query):
            found[name] = (*found.get(name, ()), number)
    return found


def load_dataset(store: Store, owner: str, name: str, number: int) -> Mapping[str, Any] | None:
    """A version of a table; None if there is none. Raises: StoreError."""
    query = (
        sa.select(dataset_versions.c.body)
        .join(datasets, dataset_versions.c.dataset_id == datasets.c.id)
        .where(datasets.c.owner == owner, datasets.c.name == name, dataset_versions.c.number == number)
    )
    with store.reading() as connection:
        found: Mapping[str, Any] | None = connection.execute(query).scalar()
        return found


def save_dataset(store: Store, owner: str, name: str, body: Mapping[str, Any]) -> None:
    """Makes it the latest version of the table of that name, which is made if there is none. Raises: StoreError."""
    with store.writing() as connection:
        # Locked, as a template is: two must not give their versions one number.
        mine = sa.select(datasets.c.id).where(datasets.c.owner == owner, datasets.c.name == name).with_for_update()
        dataset_id = connection.execute(mine).scalar()
        if dataset_id is None:
            dataset_id = new_id()
            connection.execute(datasets.insert().values(id=dataset_id, owner=owner, name=name))
        versions = (
            sa.select(dataset_versions.c.number, dataset_versions.c.body)
            .where(dataset_versions.c.dataset_id == dataset_id)
            .order_by(dataset_versions.c.number.desc())
        )
        latest = connection.execute(versions).first()
        if latest is None or latest.body != body:
            number = 1 if latest is None else latest.number + 1
            values = {"dataset_id": dataset_id, "number": number, "body": body, "created_at": time.time()}
            connection.execute(dataset_versions.insert().values(**values))


def delete_dataset(store: Store, owner: str, name: str) -> None:
    """Deletes a table with its versions. Raises: StoreError."""
    named.delete(store, datasets, owner, name)
