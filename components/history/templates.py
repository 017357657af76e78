"""An owner's prompts with variables, filled in each time they are sent. A change adds a version; none is lost."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from components.history.named import save_version
from components.history.schema import template_versions, templates
from components.history.store import Store


@dataclass(frozen=True, slots=True)
class Version:
    """The text of a template since `created_at`, in seconds since 1970; `number` counts from 1."""

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
    """Adds a text as the latest version of a template, which may be new. Raises: StoreError."""
    save_version(store, "templates", owner, name, {"text": text})
