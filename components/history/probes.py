"""The ledger: what the latest probe of each parameter found, for each owner and account."""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from components.history.schema import probes
from components.history.store import Store


@dataclass(frozen=True, slots=True)
class ProbeRecord:
    """The result of a probe: `verdict` and `note` are `components.tuning.probe`'s. `cost_usd` None: not reported."""

    parameter: str
    verdict: str
    note: str
    n: int
    cost_usd: Decimal | None
    probed_at: float = 0.0


def save_probe(store: Store, owner: str, account: str, found: ProbeRecord) -> None:
    """Saves the latest result for a parameter in place of an earlier one. Raises: StoreError."""
    here = (probes.c.owner == owner, probes.c.account == account, probes.c.parameter == found.parameter)
    row = {
        "owner": owner,
        "account": account,
        "parameter": found.parameter,
        "verdict": found.verdict,
        "note": found.note,
        "n": found.n,
        "cost_usd": found.cost_usd,
        "probed_at": time.time(),
    }
    with store.writing() as connection:
        connection.execute(probes.delete().where(*here))
        connection.execute(probes.insert(), row)


def load_probes(store: Store, owner: str, account: str) -> dict[str, ProbeRecord]:
    """The latest results for the account, by parameter. Raises: StoreError."""
    query = sa.select(probes).where(probes.c.owner == owner, probes.c.account == account)
    with store.reading() as connection:
        return {
            row.parameter: ProbeRecord(row.parameter, row.verdict, row.note, row.n, row.cost_usd, row.probed_at)
            for row in connection.execute(query)
        }
