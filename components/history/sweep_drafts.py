"""Sweeps that are being set up, in the database. `components.tuning.draft` defines a draft's JSON."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from components.history.schema import sweep_drafts
from components.history.store import Store

# [own] Drafts of an owner, one for each browser tab that sets a sweep up; older ones are deleted.
_MOST = 30


def save_sweep_draft(store: Store, draft_id: str, owner: str, draft: Mapping[str, Any]) -> None:
    """Saves a draft in place of an earlier one of its id; one of somebody else is left as it is. Raises: StoreError."""
    values = {"draft": draft, "updated_at": time.time()}
    here = sweep_drafts.c.id == draft_id
    with store.writing() as connection:
        its_owner = connection.execute(sa.select(sweep_drafts.c.owner).where(here)).scalar()
        if its_owner is None:
            connection.execute(sweep_drafts.insert(), {"id": draft_id, "owner": owner, **values})
            mine = sa.select(sweep_drafts.c.id).where(sweep_drafts.c.owner == owner)
            oldest = mine.order_by(sweep_drafts.c.updated_at.desc()).offset(_MOST).subquery()
            connection.execute(sweep_drafts.delete().where(sweep_drafts.c.id.in_(sa.select(oldest.c.id))))
        elif its_owner == owner:
            connection.execute(sweep_drafts.update().where(here), values)


def load_sweep_draft(store: Store, draft_id: str, owner: str) -> Mapping[str, Any] | None:
    """The draft; None if there is none of that id or it is somebody else's. Raises: StoreError."""
    query = sa.select(sweep_drafts.c.draft).where(sweep_drafts.c.id == draft_id, sweep_drafts.c.owner == owner)
    with store.reading() as connection:
        found: Mapping[str, Any] | None = connection.execute(query).scalar()
        return found
