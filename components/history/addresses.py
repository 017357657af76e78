"""The addresses that an owner's latest runs were sent to, without keys: the history stores none."""

from __future__ import annotations

import sqlalchemy as sa

from components.history.schema import runs
from components.history.store import Store

# Only the latest runs are read, so that it is fast however long the history is.
_RUNS_READ = 2_000


def recent_addresses(store: Store, owner: str, most: int = 5) -> list[tuple[str, str]]:
    """Base addresses with the model that was asked there last, newest first; simulated and imported ones are left out.

    Raises: StoreError.
    """
    latest = (
        sa.select(runs.c.base_url, runs.c.model)
        .where(runs.c.owner == owner, runs.c.deleted_at.is_(None), runs.c.simulated.is_(False), runs.c.base_url != "")
        .order_by(runs.c.number.desc())
        .limit(_RUNS_READ)
    )
    found: dict[str, str] = {}
    with store.reading() as connection:
        for row in connection.execute(latest):
            found.setdefault(row.base_url, row.model)
    return list(found.items())[:most]
