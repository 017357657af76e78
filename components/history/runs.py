"""Runs in the database: saved while they are written and at their end, read whole. Lists and search: `listing`."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from components.core.card import ModelCard
from components.core.parts import Message
from components.core.usage import Usage
from components.history.cards import card_key, card_of, load_cards, save_card
from components.history.messages import batches, load_messages, load_sequence, save_sequence
from components.history.records import ABANDONED_S, LIVE, EventRecord, RunRecord
from components.history.run_json import read_exchange, read_request, read_transcript, reply_json, request_json
from components.history.schema import run_details, run_events, run_messages, runs
from components.history.search import index_run, remove_run
from components.history.store import Store


def save_run(store: Store, record: RunRecord, events: Sequence[EventRecord] = (), first: int = 0) -> None:
    """Saves the run as it is now, in place of what an earlier call saved.

    `events` are those from index `first` on: each call adds the new ones. A run can be searched once it has ended.
    Raises: StoreError.
    """
    with store.writing() as connection:
        saved = connection.execute(sa.select(runs.c.number, runs.c.status).where(runs.c.id == record.id)).first()
        if saved is None:
            number = _insert(connection, record)
        else:
            number = saved.number
            if saved.status not in LIVE:  # it was taken to be interrupted, but its writer is still there
                unindex_run(connection, number)
            connection.execute(runs.update().where(runs.c.number == number), _changing(record))
            connection.execute(
                run_details.update().where(run_details.c.run_number == number), {"reply": reply_json(record)}
            )
        if events:
            packed = zlib.compress(json.dumps([[event.at_s, event.name, event.data] for event in events]).encode())
            connection.execute(run_events.insert(), {"run_number": number, "first": first, "data": packed})
        if not record.live:
            index_run(connection, number, record)


def load_run(store: Store, run_id: str, owner: str) -> RunRecord | None:
    """The run with the messages that it sent; None if there is none of that id or it is somebody else's.

    Raises: StoreError.
    """
    return load_runs(store, [run_id], owner).get(run_id)


def load_runs(store: Store, run_ids: Iterable[str], owner: str) -> dict[str, RunRecord]:
    """Those of the runs that are the owner's and were not deleted, by their ids. Raises: StoreError."""
    with store.reading() as connection:
        rows = {
            row.number: row
            for some in batches(sorted(set(run_ids)))
            for row in connection.execute(
                sa.select(runs, run_details)
                .join(run_details)
                .where(runs.c.id.in_(some), runs.c.owner == owner, runs.c.deleted_at.is_(None))
            )
        }
        sent: dict[int, list[int]] = {number: [] for number in rows}
        for some_numbers in batches(sorted(rows)):
            query = sa.select(run_messages.c.run_number, run_messages.c.message_number)
            chosen = query.where(run_messages.c.run_number.in_(some_numbers))
            # `all`: a conversation of 200 turns has 40,000 of them, and fetching one by one takes three times as long.
            for number, message in connection.execute(chosen.order_by(*run_messages.primary_key)).all():
                sent[number].append(message)
        # Each message is read once, however many runs of a long conversation sent it.
        messages = load_messages(connection, {message for numbers in sent.values() for message in numbers})
        known = load_cards(connection, (row.request for row in rows.values()))
    return {
        row.id: read_record(row._mapping, tuple(messages[message] for message in sent[number]), known)
        for number, row in rows.items()
    }


def load_events(store: Store, run_id: str, owner: str) -> list[EventRecord]:
    """All events of the run, in order. Raises: StoreError."""
    with store.reading() as connection:
        chunks = connection.execute(
            sa.select(run_events.c.data)
            .join(runs, runs.c.number == run_events.c.run_number)
            .where(runs.c.id == run_id, runs.c.owner == owner)
            .order_by(run_events.c.first)
        ).scalars()
        return [EventRecord(*event) for chunk in chunks for event in json.loads(zlib.decompress(chunk))]


def unindex_run(connection: sa.Connection, number: int) -> None:
    """Removes a run that has ended from the index of words."""
    stored = connection.execute(sa.select(runs, run_details).join(run_details).where(runs.c.number == number)).one()
    messages = load_sequence(connection, run_messages.c.run_number, number)
    remove_run(connection, number, read_record(stored._mapping, messages, {}))


def mend_abandoned(store: Store) -> int:
    """Marks live runs that are no longer being saved as interrupted; returns how many. Raises: StoreError."""
    abandoned = sa.and_(runs.c.status.in_(LIVE), runs.c.saved_at < time.time() - ABANDONED_S)
    with store.reading() as connection:
        ids = connection.execute(sa.select(runs.c.id, runs.c.owner).where(abandoned)).all()
    for run_id, owner in ids:
        record = load_run(store, run_id, owner)
        if record is not None and record.status == "interrupted":
            save_run(store, record)
    return len(ids)


def read_record(row: Mapping[Any, Any], messages: tuple[Message, ...], known: Mapping[str, ModelCard]) -> RunRecord:
    """A row of runs and their details as a record; `messages` are those of its request, its card is among `known`.

    A live run that has not been saved for `ABANDONED_S` was interrupted.
    """
    status = row["status"]
    if status in LIVE and time.time() - row["saved_at"] > ABANDONED_S:
        status = "interrupted"
    return RunRecord(
        id=row["id"],
        owner=row["owner"],
        request=replace(read_request(row["request"]), messages=messages, card=card_of(row, known)),
        body=row["request"].get("body"),
        base_url=row["base_url"],
        status=status,
        started_at=row["started_at"],
        conversation_id=row["conversation_id"],
        kind=row["kind"],
        group_id=row["group_id"],
        simulated=row["simulated"],
        transcript=read_transcript(row["reply"]),
        cost_usd=row["cost_usd"],
        **read_exchange(row["reply"]),
    )


def _insert(connection: sa.Connection, record: RunRecord) -> int:
    request = record.request
    save_card(connection, request.card)
    inserted = connection.execute(
        runs.insert(),
        {
            "id": record.id,
            "owner": record.owner,
            "conversation_id": record.conversation_id,
            "kind": record.kind,
            "group_id": record.group_id,
            "title": record.title,
            "model": request.model,
            "wire": request.wire,
            "base_url": record.base_url,
            "simulated": record.simulated,
            "parameters": {k: v for k, v in request.parameters.items() if not isinstance(v, tuple)},
            "pictures": record.pictures,
            "started_at": record.started_at,
            "starred": False,
            "note": "",
            **_changing(record),
        },
    )
    assert inserted.inserted_primary_key is not None
    number: int = inserted.inserted_primary_key[0]
    connection.execute(
        run_details.insert(),
        {
            "run_number": number,
            "request": {**request_json(request), "body": record.body, "card": card_key(request.card)},
            "reply": reply_json(record),
        },
    )
    save_sequence(connection, run_messages.c.run_number, number, request.messages)
    return number


def _changing(record: RunRecord) -> dict[str, Any]:
    """The columns that change while a run is written."""
    usage = record.transcript.usage or Usage()
    return {
        "status": record.status,
        "finish_reason": record.transcript.finish_reason,
        "error_kind": None if record.error is None else record.error.kind,
        **{name: getattr(usage, name) for name in Usage.__slots__},
        "cost_usd": record.cost_usd,
        "first_event_s": record.timings.get("first_event"),
        "first_answer_s": record.timings.get("first_answer"),
        "total_s": record.timings.get("end"),
        "saved_at": time.time(),
    }
