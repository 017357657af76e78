"""Sweeps in the database: the plan, its prompts, and the state of each cell. `components.tuning` defines the plan.

A cell becomes `sent` before its call is made, and `done` when its run is saved. So whenever a
process is killed, it is known what was paid for: a `sent` cell holds the id of its run and the most that it can cost.
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

# A process that has not renewed its claim for this long loses its sweep to the next one that claims it.
LEASE_S = 10.0


@dataclass(frozen=True, slots=True)
class CellRecord:
    """The state of a cell. `cost_usd`: of all its tries that have ended; `reserved_usd`: the most that the next costs.

    `unsure_usd`: the part of `cost_usd` that is not reported, the most that `unsure_calls` broken calls can have cost.
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
    """A line of the list of sweeps. `running`: a process is at it now."""

    id: str
    name: str
    created_at: float
    status: str
    note: str
    cells: int
    running: bool


def create_sweep(
    store: Store, owner: str, name: str, plan: Mapping[str, Any], prompts: Sequence[Message], cells: int
) -> str:
    """Stores a new sweep with this number of `cells`, all waiting; returns its id. Raises: StoreError."""
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
    # Counted from the index alone: the page does so at every click, and there may be a hundred thousand cells.
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


def sweep_fingerprint(store: Store, sweep_id: str) -> int:
    """A number that changes when the sweep does, comparable only within this process. Raises: StoreError.

    Takes a tenth of the time of loading the sweep, since the JSON of its cells is not parsed.
    """
    cell = sweep_cells.c
    plan = sa.select(sweeps.c.name, sweeps.c.status, sweeps.c.note, sa.cast(sweeps.c.plan, sa.Text))
    columns = (column if column is cell.number else sa.cast(column, sa.Text) for column in cell)
    cells = sa.select(*columns).where(cell.sweep_id == sweep_id).order_by(cell.number)
    saved_runs = sa.select(sa.func.count()).select_from(sweep_cells.join(runs, runs.c.id == cell.run_id))
    with store.reading() as connection:
        return hash(
            (
                tuple(connection.execute(plan.where(sweeps.c.id == sweep_id)).one_or_none() or ()),
                tuple(map(tuple, connection.execute(cells))),
                connection.execute(saved_runs.where(cell.sweep_id == sweep_id)).scalar_one(),
            )
        )


def load_prompts(store: Store, sweep_id: str) -> list[Message]:
    """The messages that its cells send, in order of their positions. Raises: StoreError."""
    with store.reading() as connection:
        return list(load_sequence(connection, sweep_prompts.c.sweep_id, sweep_id))


def claim_sweep(store: Store, sweep_id: str, worker: str) -> bool:
    """Makes `worker` the only one that may send for the sweep; False while another one is. Renew it within `LEASE_S`.

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
    """Sets the status of the sweep and ends the worker's claim. Raises: StoreError."""
    with store.writing() as connection:
        connection.execute(
            sweeps.update().where(sweeps.c.id == sweep_id, sweeps.c.worker == worker),
            {"status": status, "note": note, "worker": None},
        )


def set_status(store: Store, sweep_id: str, status: str, note: str = "") -> None:
    """Sets the status of the sweep. Raises: StoreError."""
    with store.writing() as connection:
        connection.execute(sweeps.update().where(sweeps.c.id == sweep_id), {"status": status, "note": note})


def save_cells(store: Store, sweep_id: str, cells: Sequence[CellRecord]) -> None:
    """Saves the state of these cells, all or none. Raises: StoreError."""
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
    """Deletes a sweep; its runs stay in the history. Raises: StoreError."""
    with store.writing() as connection:
        connection.execute(sweeps.delete().where(sweeps.c.id == sweep_id, sweeps.c.owner == owner))


def _row(cell: CellRecord) -> dict[str, Any]:
    return {name: getattr(cell, name) for name in CellRecord.__slots__}


def _record(row: sa.Row[Any]) -> CellRecord:
    return CellRecord(**{name: getattr(row, name) for name in CellRecord.__slots__})


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """The result of a cell's run. None: not reported, or not reached.

    `answer`: if the reply only calls tools, the calls as JSON.
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
    with store.reading() as connection:
        return {row.id: _outcome(row) for row in connection.execute(query)}


def _outcome(row: sa.Row[Any]) -> RunOutcome:
    transcript = read_transcript(row.reply)
    figures = {name: getattr(row, name) for name in RunOutcome.__slots__ if name not in ("thinking", "answer")}
    return RunOutcome(transcript.thinking, transcript.answer_or_calls, **figures)
