"""Presets, templates and datasets: each belongs to an owner and has a name that no other one of its kind has."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Literal

import sqlalchemy as sa

from components.history.schema import dataset_versions, datasets, presets, template_versions, templates
from components.history.store import Store
from components.history.tree import new_id

Kind = Literal["presets", "templates", "datasets"]

_TABLES: dict[Kind, sa.Table] = {"presets": presets, "templates": templates, "datasets": datasets}
# The column by which a version refers to the thing that it is a version of.
_VERSION_OF: dict[Kind, sa.Column[Any]] = {
    "templates": template_versions.c.template_id,
    "datasets": dataset_versions.c.dataset_id,
}


def save_version(
    store: Store, kind: Literal["templates", "datasets"], owner: str, name: str, body: Mapping[str, Any]
) -> None:
    """Adds `body` as the latest version under a name; the name is new, or has versions already.

    Nothing is written if the latest version is the same. Raises: StoreError.
    """
    table, reference = _TABLES[kind], _VERSION_OF[kind]
    versions = reference.table
    with store.writing() as connection:
        # Locked, where the database has more than one writer: two must not give their versions one number.
        mine = sa.select(table.c.id).where(table.c.owner == owner, table.c.name == name).with_for_update()
        id = connection.execute(mine).scalar()
        if id is None:
            id = new_id()
            connection.execute(table.insert().values(id=id, owner=owner, name=name))
        latest = connection.execute(
            sa.select(versions.c.number, versions.c.body).where(reference == id).order_by(versions.c.number.desc())
        ).first()
        if latest is None or latest.body != body:
            number = 1 if latest is None else latest.number + 1
            values = {reference.name: id, "number": number, "body": body, "created_at": time.time()}
            connection.execute(versions.insert().values(**values))


def rename(store: Store, kind: Kind, owner: str, name: str, new_name: str) -> bool:
    """Changes a name; returns False, and changes nothing, if the new one is in use. Raises: StoreError."""
    if name == new_name:
        return True
    table = _TABLES[kind]
    with store.writing() as connection:
        in_use = sa.select(table.c.name).where(table.c.owner == owner, table.c.name == new_name)
        if connection.execute(in_use).first() is not None:
            return False
        connection.execute(table.update().where(table.c.owner == owner, table.c.name == name), {"name": new_name})
    return True


def delete(store: Store, kind: Kind, owner: str, name: str) -> None:
    """Deletes what has the name, with all its versions. Raises: StoreError."""
    table = _TABLES[kind]
    with store.writing() as connection:
        connection.execute(table.delete().where(table.c.owner == owner, table.c.name == name))
