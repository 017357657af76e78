"""Prompts of an owner, to be filled and sent again. Every version stays, so that nothing is lost by a change."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa

from components.history import named
from components.history.schema import template_versions, templates
from components.history.store import Store
from components.history.tree import new_id


@dataclass(frozen=True, slots=True)
class Version:
    """What a template said from `created_at` (seconds since 1970) on; `number` counts from 1."""

    number: int
    text: str
    created_at: float


def list_templates(store: Store, owner: str) -> dict[str, tuple[Version, ...]]:
    """The owner's templates, name -> its versions, the latest first; by name. Raises: StoreError."""
    query = (
        sa.select(templates.c.name, template_versions)
        .join(template_versions, template_versions.c.template_id == templates.c.id)
        .where(templates.c.owner == owner)
        .order_by(templates.c.name, template_versions.c.number.desc())
    )
    found: dict[str, tuple[Version, ...]] = {}
    with store.reading() as connection:
        for row in connection.execute(query):
            version = Version(row.number, row.body["text"], row.created_at)
            found[row.name] = (*found.get(row.name, ()), version)
    return found


def save_template(store: Store, owner: str, name: str, text: str) -> None:
    """Makes a text the latest version of a template, which is made if there is none. Raises: StoreError."""
    with store.writing() as connection:
        # Locked, where the database has more than one writer: two must not give their versions one number.
        mine = sa.select(templates.c.id).where(templates.c.owner == owner, templates.c.name == name).with_for_update()
        template_id = connection.execute(mine).scalar()
        if template_id is None:
            template_id = new_id()
            connection.execute(templates.insert().values(id=template_id, owner=owner, name=name))
        versions = (
            sa.select(template_versions.c.number, template_versions.c.body)
            .where(template_versions.c.template_id == template_id)
            .order_by(template_versions.c.number.desc())
        )
        latest = connection.execute(versions).first()
        if latest is None or latest.body["text"] != text:
            number = 1 if latest is None else latest.number + 1
            values = {"template_id": template_id, "number": number, "body": {"text": text}, "created_at": time.time()}
            connection.execute(template_versions.insert().values(**values))


def rename_template(store: Store, owner: str, name: str, to: str) -> bool:
    """Gives a template another name; False when that is taken. Raises: StoreError."""
    return named.rename(store, templates, owner, name, to)


def delete_template(store: Store, owner: str, name: str) -> None:
    """Deletes a template with its versions. Raises: StoreError."""
    named.delete(store, templates, owner, name)
