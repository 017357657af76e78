"""Sweeps in the database: the plan, its prompts, and how each cell stands. What a plan means is `components.tuning`'s.

A cell goes from `waiting` to `sent` before its call leaves and to `done` when its run is saved, so whatever moment a
process is killed at, what was paid for is known: a `sent` cell holds the id of its run and what it may cost at most.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from components.core.parts import Message
from components.history.messages import batches, load_sequence, save_sequence
from components.history.run_json import read_transcript
from components.history.schema import run_details, runs, sweep_cells, sweep_prompts, sweeps
from components.history.store import Store

# A process that has not been heard of for this long has lost its sweep to whoever takes it up.
LEASE_S = 10.0


@dataclass(frozen=True, slots=True)
class CellRecord:
    """How a cell stands. `cost_usd` is of all its tries that have ended, `reserved_usd` of the one under way, at most.

    `unsure_usd` of `cost_usd` are not reported: what `unsure_calls` that broke off may have cost at most.

    `scores`: name of the scorer -> ``{"value": number or None, "note": text}``.
    """

    number: int
    status: str = "waiting"
    tries: int = 0
    reserved_usd: Decimal = Decimal(0)
    cost_usd: Decimal = Decimal(0)
    run_id: str | None = None
    scores: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    note: str = ""
    unsure_usd: Decimal = Decimal(0)
    unsure_calls: int = 0


@dataclass(frozen=True, slots=True)
class SweepRecord:
    """A sweep with its plan as JSON; `cells` are all of it, in order."""

    id: str
    owner: str
    name: str
    created_at: float
    status: str
    note: str
    plan: Mapping[str, Any]
    cells: tuple[CellRecord, ...]


@dataclass(frozen=True, slots=True)
class SweepHead:
    """A line of the list of sweeps. `worked`: a process is at it now."""

    id: str
    name: str
    created_at: float
    status: str
    note: str
    cells: int
    worked: bool


def create_sweep(
    store: Store, owner: str, name: str, plan: Mapping[str, Any], prompts: Sequence[Message], cells: int
) -> str:
    """Writes down a sweep that nothing was sent of yet; returns its id. Raises: StoreError."""
    sweep_id = secrets.token_urlsafe(16)
    with store.writing() as connection:
        connection.execute(
            sweeps.insert().values(
                id=sweep_id, owner=owner, name=name, created_at=time.time(), status="paused", note="", plan=plan
            )
        )
        save_sequence(connection, sweep_prompts.c.sweep_id, sweep_id, prompts)
        for numbers in batches(range(cells)):
            rows = [{"sweep_id": sweep_id, **_row(CellRecord(number))} for number in numbers]
            connection.execute(sweep_cells.insert(), rows)
    return sweep_id


def list_sweeps(store: Store, owner: str) -> list[SweepHead]:
    """The owner's sweeps, newest first. Raises: StoreError."""
    # From the key's index alone: the page asks at every click, and there may be a hundred thousand cells.
    counted = sa.select(sa.func.count()).where(sweep_cells.c.sweep_id == sweeps.c.id).scalar_subquery()
    query = (
        sa.select(sweeps, counted.label("cells")).where(sweeps.c.owner == owner).order_by(sweeps.c.created_at.desc())
    )
    now = time.time()
    with store.reading() as connection:
        return [
            SweepHead(
                row.id,
                row.name,
                row.created_at,
                row.status,
                row.note,
                row.cells,
                row.worker is not None and now - (row.worker_seen_at or 0) < LEASE_S,
            )
            for row in connection.execute(query)
        ]


def load_sweep(store: Store, sweep_id: str, owner: str) -> SweepRecord | None:
    """The sweep with all its cells; None if there is none of that id or it is somebody else's. Raises: StoreError."""
    with store.reading() as connection:
        row = connection.execute(sa.select(sweeps).where(sweeps.c.id == sweep_id, sweeps.c.owner == owner)).first()
        if row is None:
            return None
        cells = connection.execute(
            sa.select(sweep_cells).where(sweep_cells.c.sweep_id == sweep_id).order_by(sweep_cells.c.number)
        )
        records = tuple(_record(cell) for cell in cells)
    return SweepRecord(row.id, row.owner, row.name, row.created_at, row.status, row.note, row.plan, records)


def sweep_stamp(store: Store, sweep_id: str) -> int:
    """Tells how a sweep stands now from how it stood before; it means nothing to another process. Raises: StoreError.

    A tenth of the time of reading it: nothing is made of what its cells hold.
    """
    cell = sweep_cells.c
    plan = sa.select(sweeps.c.name, sweeps.c.status, sweeps.c.note, sa.cast(sweeps.c.plan, sa.Text))
    columns = (column if column is cell.number else sa.cast(column, sa.Text) for column in cell)
    stood = sa.select(*columns).where(cell.sweep_id == sweep_id).order_by(cell.number)
    kept = sa.select(sa.func.count()).select_from(sweep_cells.join(runs, runs.c.id == cell.run_id))
    with store.reading() as connection:
        return hash(
            (
                tuple(connection.execute(plan.where(sweeps.c.id == sweep_id)).one_or_none() or ()),
                tuple(map(tuple, connection.execute(stood))),
                connection.execute(kept.where(cell.sweep_id == sweep_id)).scalar_one(),
            )
        )


def load_prompts(store: Store, sweep_id: str) -> list[Message]:
    """The messages that its cells send, in order of their positions. Raises: StoreError."""
    with store.reading() as connection:
        return list(load_sequence(connection, sweep_prompts.c.sweep_id, sweep_id))


def claim_sweep(store: Store, sweep_id: str, worker: str) -> bool:
    """Makes `worker` the one who may send for the sweep; False while another one is at it. Call it again to keep it.

    Raises: StoreError.
    """
    now = time.time()
    free = sa.or_(sweeps.c.worker.is_(None), sweeps.c.worker == worker, sweeps.c.worker_seen_at < now - LEASE_S)
    with store.writing() as connection:
        claimed = connection.execute(
            sweeps.update().where(sweeps.c.id == sweep_id, free), {"worker": worker, "worker_seen_at": now}
        )
        return claimed.rowcount == 1


def release_sweep(store: Store, sweep_id: str, worker: str, status: str, note: str = "") -> None:
    """Writes down how the sweep stands, and lets others take it up. Raises: StoreError."""
    with store.writing() as connection:
        connection.execute(
            sweeps.update().where(sweeps.c.id == sweep_id, sweeps.c.worker == worker),
            {"status": status, "note": note, "worker": None},
        )


def set_status(store: Store, sweep_id: str, status: str, note: str = "") -> None:
    """Writes down how the sweep stands. Raises: StoreError."""
    with store.writing() as connection:
        connection.execute(sweeps.update().where(sweeps.c.id == sweep_id), {"status": status, "note": note})


def save_cells(store: Store, sweep_id: str, cells: Sequence[CellRecord]) -> None:
    """Writes how these cells stand, all or none. Raises: StoreError."""
    with store.writing() as connection:
        for cell in cells:
            connection.execute(
                sweep_cells.update().where(sweep_cells.c.sweep_id == sweep_id, sweep_cells.c.number == cell.number),
                _row(cell),
            )


def save_plan(store: Store, sweep_id: str, owner: str, plan: Mapping[str, Any]) -> None:
    """Replaces the plan of a sweep, as when its cap is raised. Raises: StoreError."""
    with store.writing() as connection:
        connection.execute(sweeps.update().where(sweeps.c.id == sweep_id, sweeps.c.owner == owner), {"plan": plan})


def delete_sweep(store: Store, sweep_id: str, owner: str) -> None:
    """Takes a sweep away; the runs it made stay in the history. Raises: StoreError."""
    with store.writing() as connection:
        connection.execute(sweeps.delete().where(sweeps.c.id == sweep_id, sweeps.c.owner == owner))


def _row(cell: CellRecord) -> dict[str, Any]:
    return {name: getattr(cell, name) for name in CellRecord.__slots__}


def _record(row: sa.Row[Any]) -> CellRecord:
    return CellRecord(**{name: getattr(row, name) for name in CellRecord.__slots__})


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What the run of a cell came to. None: not reported, or not reached.

    `answer`: of a reply that only calls tools, its calls as JSON.
    """

    thinking: str
    answer: str
    finish_reason: str | None
    input_tokens: int | None
    reasoning_tokens: int | None
    output_tokens: int | None
    cost_usd: Decimal | None
    first_answer_s: float | None
    total_s: float | None
    simulated: bool


def load_outcomes(store: Store, sweep_id: str) -> dict[str, RunOutcome]:
    """The outcomes of the sweep's saved runs, by the run's id. Raises: StoreError."""
    query = (
        sa.select(runs, run_details.c.reply)
        .join(run_details, run_details.c.run_number == runs.c.number)
        .join(sweep_cells, sweep_cells.c.run_id == runs.c.id)
        .where(sweep_cells.c.sweep_id == sweep_id)
    )
    outcomes = {}
    with store.reading() as connection:
        for row in connection.execute(query):
            transcript = read_transcript(row.reply)
            outcomes[row.id] = RunOutcome(
                transcript.thinking,
                transcript.said,
                row.finish_reason,
                row.input_tokens,
                row.reasoning_tokens,
                row.output_tokens,
                row.cost_usd,
                row.first_answer_s,
                row.total_s,
                row.simulated,
            )
    return outcomes
