"""Conversations as one JSON file and back: the document tree, its runs and its media. Versioned; never a key.

`version` is 3, which has the model cards of the runs; 1 and 2, which have none, are read as well. A reader
ignores fields that it does not know and refuses versions that it does not know. New ids are given when a file is read:
an import never replaces what is there.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from components.core.card import ModelCard
from components.core.errors import MediaError
from components.core.parts import Message
from components.history.archive_shape import check_shape
from components.history.cards import card_key, card_of
from components.history.conversations import save_conversation
from components.history.imported import imported_runs
from components.history.marks import Marks, load_marks, save_marks
from components.history.part_json import Blob, Content, content_of
from components.history.records import EventRecord, RunRecord
from components.history.run_json import read_exchange, read_request, read_transcript, reply_json, request_json
from components.history.runs import load_events, load_runs, save_run
from components.history.store import Store
from components.history.tree import Conversation, Node, new_id
from components.params.card import read_card

FORMAT = "kimi-playground conversations"
VERSION = 3
_READABLE = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Archived:
    """A conversation with its runs, their events and their marks, by the run's id."""

    conversation: Conversation
    runs: Mapping[str, RunRecord]
    events: Mapping[str, list[EventRecord]]
    marks: Mapping[str, Marks] = field(default_factory=dict)


def collect(store: Store, conversation: Conversation) -> Archived:
    """The conversation with the runs of its nodes, their events and marks. Raises: StoreError."""
    ids = {node.run_id for node in conversation.nodes.values() if node.run_id is not None}
    runs = load_runs(store, ids, conversation.owner)
    events = {run_id: load_events(store, run_id, conversation.owner) for run_id in runs}
    return Archived(conversation, runs, events, load_marks(store, conversation.owner, runs))


def write_archive(archived: Iterable[Archived], *, media: bool = True) -> str:
    """The file's text; without `media`, only the SHA-256 of each picture is in it."""
    blobs: dict[str, Blob] = {}
    cards: dict[str, Mapping[str, Any]] = {}
    conversations = [_write_conversation(one, blobs, cards) for one in archived]
    packed = {
        sha256: {"media_type": blob.media_type, "data": base64.b64encode(blob.data).decode()}
        for sha256, blob in sorted(blobs.items())
    }
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "conversations": conversations,
        "cards": {key: card for key, card in sorted(cards.items()) if key},
        "media": packed if media else {},
    }
    return json.dumps(document, indent=1)


def read_archive(text: str, owner: str, wires: Iterable[str]) -> list[Archived]:
    """The conversations of a file, for their new owner. `wires`: the names of the endpoints that this app knows.

    Raises: MediaError, with one sentence to show, if it is no export, damaged, or of a newer version.
    """
    try:
        document = json.loads(text.removeprefix("\ufeff"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise MediaError("The file is not JSON: export it again, or choose another.") from exc
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise MediaError("The file is no export of this playground.")
    if document.get("version") not in _READABLE:
        known = " and ".join(map(str, _READABLE))
        raise MediaError(
            f"The file is of version {document.get('version')!r}, this app reads versions {known}: update the app."
        )
    try:
        check_shape(document, wires)
        blobs = {sha256: _read_blob(sha256, one) for sha256, one in document.get("media", {}).items()}
        cards = {key: _read_card(key, card) for key, card in document.get("cards", {}).items()}
        return [_read_conversation(one, blobs, cards, owner) for one in document["conversations"]]
    except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError) as exc:
        raise MediaError(f"The file is damaged: {exc}.") from exc


def save_archived(store: Store, archived: Archived) -> None:
    """Stores an imported conversation, and indexes it for the search. Raises: StoreError."""
    save_conversation(store, archived.conversation)
    for run_id, record in archived.runs.items():
        save_run(store, record, archived.events.get(run_id, ()))
        save_marks(store, record.owner, run_id, archived.marks.get(run_id, Marks()))
    for record in imported_runs(archived.conversation):
        save_run(store, record)


def _write_conversation(
    archived: Archived, blobs: dict[str, Blob], cards: dict[str, Mapping[str, Any]]
) -> dict[str, Any]:
    conversation = archived.conversation
    cards.update({card_key(run.request.card): run.request.card.raw for run in archived.runs.values()})
    return {
        "title": conversation.title,
        "created_at": conversation.created_at,
        "head": conversation.head,
        "draft": conversation.draft,
        "nodes": [
            {
                "id": node.id,
                "parent": node.parent_id,
                "role": node.role,
                "message": None if node.message is None else _write_message(node.message, blobs),
                "run": node.run_id,
                "origin": node.origin,
                "created_at": node.created_at,
                "hidden": node.hidden,
            }
            for node in conversation.nodes.values()
        ],
        "runs": [
            {
                "id": run.id,
                "kind": run.kind,
                "status": run.status,
                "base_url": run.base_url,
                "simulated": run.simulated,
                "started_at": run.started_at,
                "cost_usd": None if run.cost_usd is None else str(run.cost_usd),
                "request": {
                    **request_json(run.request),
                    "messages": [_write_message(message, blobs) for message in run.request.messages],
                    "body": run.body,
                    "card": card_key(run.request.card),
                },
                "reply": reply_json(run),
                "events": [[event.at_s, event.name, event.data] for event in archived.events.get(run.id, ())],
                "marks": asdict(archived.marks.get(run.id, Marks())),
            }
            for run in archived.runs.values()
        ],
    }


def _write_message(message: Message, blobs: dict[str, Blob]) -> dict[str, Any]:
    content = content_of(message)
    blobs.update(content.blobs)
    return {"role": message.role, "parts": json.loads(content.parts)}


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _read_blob(sha256: str, encoded: Mapping[str, Any]) -> Blob:
    data = base64.b64decode(encoded["data"], validate=True)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"the medium {sha256[:12]}… is not what it was when it was exported")
    return Blob(data, encoded["media_type"])


def _read_card(key: str, encoded: Mapping[str, Any]) -> ModelCard:
    try:
        return read_card(encoded)
    except ValueError as exc:
        raise ValueError(f"the model card {key[:12]}…, {exc}") from exc


def _read_conversation(
    encoded: Mapping[str, Any], blobs: Mapping[str, Blob], cards: Mapping[str, ModelCard], owner: str
) -> Archived:
    conversation = Conversation(
        owner, title=str(encoded["title"]), created_at=float(encoded["created_at"]), draft=dict(encoded["draft"])
    )
    ids: dict[str | None, str | None] = {None: None}
    for one in (*encoded["nodes"], *encoded["runs"]):
        ids[one["id"]] = new_id()
    for one in encoded["nodes"]:
        node = Node(
            ids[one["parent"]],
            one["role"],
            None if one["message"] is None else _read_message(one["message"], blobs),
            one["origin"],
            run_id=ids.get(one["run"]),
            id=str(ids[one["id"]]),
            created_at=float(one["created_at"]),
            hidden=bool(one["hidden"]),
        )
        conversation.put(node)
        conversation.changed.add(node.id)
    conversation.head = ids[encoded["head"]]
    runs, events, marks = {}, {}, {}
    for one in encoded["runs"]:
        run_id = str(ids[one["id"]])
        messages = tuple(_read_message(message, blobs) for message in one["request"]["messages"])
        runs[run_id] = RunRecord(
            id=run_id,
            owner=owner,
            conversation_id=conversation.id,
            kind=one["kind"],
            status=one["status"],
            base_url=one["base_url"],
            simulated=bool(one["simulated"]),
            started_at=float(one["started_at"]),
            cost_usd=None if one["cost_usd"] is None else Decimal(one["cost_usd"]),
            request=replace(read_request(one["request"]), messages=messages, card=card_of(one, cards)),
            body=one["request"].get("body"),
            transcript=read_transcript(one["reply"]),
            **read_exchange(one["reply"]),
        )
        events[run_id] = [EventRecord(float(at_s), str(name), str(data)) for at_s, name, data in one["events"]]
        marks[run_id] = _read_marks(one.get("marks", {}))
    return Archived(conversation, runs, events, marks)


def _read_marks(encoded: Mapping[str, Any]) -> Marks:
    rating = encoded.get("rating")
    return Marks(
        starred=bool(encoded.get("starred", False)),
        rating=None if rating is None else int(bool(rating)),
        note=str(encoded.get("note", "")),
        tags=tuple(sorted({str(name) for name in encoded.get("tags", ())})),
    )


def _read_message(encoded: Mapping[str, Any], blobs: Mapping[str, Blob]) -> Message:
    parts = json.dumps(encoded["parts"], separators=(",", ":"), sort_keys=True)
    return Content(encoded["role"], parts, blobs).message()
