"""Prompts of an owner, to be filled and sent again. Every version stays, so that nothing is lost by a change."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from components.history import named
from components.history.schema import template_versions, templates
from components.history.store import Store


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
    named.save_version(store, templates, template_versions.c.template_id, owner, name, {"text": text})


def rename_template(store: Store, owner: str, name: str, to: str) -> bool:
    """Gives a template another name; False when that is taken. Raises: StoreError."""
    return named.rename(store, templates, owner, name, to)


def delete_template(store: Store, owner: str, name: str) -> None:
    """Deletes a template with its versions. Raises: StoreError."""
    named.delete(store, templates, owner, name)
