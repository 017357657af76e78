"""Named settings of an owner, to be loaded again. A few are shipped."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from components.history.schema import presets
from components.history.store import Store
from components.history.tree import new_id

# Name -> parameters. Values from the model card's own advice: 0.2 for facts, above 1 for variety.
SHIPPED: dict[str, Mapping[str, float | bool | str]] = {
    "Careful": {"temperature": 0.2, "top_p": 0.7},
    "Quick": {"reasoning_effort": "low", "max_tokens": 1024},
    "Creative": {"temperature": 1.2, "top_p": 0.95},
    "No thinking": {"enable_thinking": False},
    "Deep": {"reasoning_effort": "high", "max_tokens": 16_000},
}


def list_presets(store: Store, owner: str) -> dict[str, dict[str, Any]]:
    """The owner's presets, name -> settings, by name. Raises: StoreError."""
    query = sa.select(presets.c.name, presets.c.settings).where(presets.c.owner == owner).order_by(presets.c.name)
    with store.reading() as connection:
        return {name: settings for name, settings in connection.execute(query)}


def save_preset(store: Store, owner: str, name: str, settings: Mapping[str, Any]) -> None:
    """Saves settings under a name; settings already saved under it are replaced. Raises: StoreError."""
    values = {"settings": dict(settings), "updated_at": time.time()}
    mine = sa.and_(presets.c.owner == owner, presets.c.name == name)
    with store.writing() as connection:
        if connection.execute(presets.update().where(mine).values(**values)).rowcount == 0:
            connection.execute(presets.insert().values(id=new_id(), owner=owner, name=name, **values))
