"""An owner's saved tables for sweeps, in versions. `components.tuning.datasets.saved` defines their JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from components.history.schema import dataset_versions, datasets
from components.history.store import Store


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
