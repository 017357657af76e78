"""Conversations as one JSON file and back: the whole tree, its runs and its media. Versioned; never a key.

`version` is 3, which has the model cards of the runs; 1 and 2, which have none, are read as well. A reader
passes over what it does not know; a version that it does not know it refuses. Ids are made anew when a file is read:
what is imported stands beside what is there, and never in its place.
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
from components.history.run_json import read_happenings, read_request, read_transcript, reply_json, request_json
from components.history.runs import load_events, load_runs, save_run
from components.history.store import Store
from components.history.tree import Conversation, Node, new_id
from components.params.card import read_card

FORMAT = "kimi-playground conversations"
VERSION = 3
_READ = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Archived:
    """A conversation with its runs, their events and their marks, by the run's id."""

    conversation: Conversation
    runs: Mapping[str, RunRecord]
    events: Mapping[str, list[EventRecord]]
    marks: Mapping[str, Marks] = field(default_factory=dict)


def collect(store: Store, conversation: Conversation) -> Archived:
    """The conversation with all that its nodes refer to. Raises: StoreError."""
    ids = {node.run_id for node in conversation.nodes.values() if node.run_id is not None}
    runs = load_runs(store, ids, conversation.owner)
    events = {run_id: load_events(store, run_id, conversation.owner) for run_id in runs}
    return Archived(conversation, runs, events, load_marks(store, conversation.owner, runs))


def write_archive(archived: Iterable[Archived], *, media: bool = True) -> str:
    """The file's text; without `media` pictures are only named by their SHA-256."""
    blobs: dict[str, Blob] = {}
    cards: dict[str, Mapping[str, Any]] = {}
    conversations = [_write_conversation(one, blobs, cards) for one in archived]
    held = {
        sha256: {"media_type": blob.media_type, "data": base64.b64encode(blob.data).decode()}
        for sha256, blob in sorted(blobs.items())
    }
    whole: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "conversations": conversations,
        "cards": {key: card for key, card in sorted(cards.items()) if key},
        "media": held if media else {},
    }
    return json.dumps(whole, indent=1)


def read_archive(text: str, owner: str, wires: Iterable[str]) -> list[Archived]:
    """The conversations of a file, for their new owner. `wires`: the names of the endpoints that this app knows.

    Raises: MediaError, with one sentence to show, if it is no export, damaged, or of a newer version.
    """
    try:
        whole = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_number)
    except (ValueError, RecursionError) as exc:
        raise MediaError("The file is not JSON: export it again, or choose another.") from exc
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise MediaError("The file is no export of this playground.")
    if whole.get("version") not in _READ:
        known = " and ".join(map(str, _READ))
        raise MediaError(
            f"The file is of version {whole.get('version')!r}, this app reads versions {known}: update the app."
        )
    try:
        check_shape(whole, wires)
        blobs = {sha256: _read_blob(sha256, one) for sha256, one in whole.get("media", {}).items()}
        cards = {key: _read_card(key, card) for key, card in whole.get("cards", {}).items()}
        return [_read_conversation(one, blobs, cards, owner) for one in whole["conversations"]]
    except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError) as exc:
        raise MediaError(f"The file is damaged: {exc}.") from exc


def save_archived(store: Store, archived: Archived) -> None:
    """Stores an imported conversation, and lets all of it be found. Raises: StoreError."""
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


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _read_blob(sha256: str, whole: Mapping[str, Any]) -> Blob:
    data = base64.b64decode(whole["data"], validate=True)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"the medium {sha256[:12]}… is not what it was when it was exported")
    return Blob(data, whole["media_type"])


def _read_card(key: str, whole: Mapping[str, Any]) -> ModelCard:
    try:
        return read_card(whole)
    except ValueError as exc:
        raise ValueError(f"the model card {key[:12]}…, {exc}") from exc


def _read_conversation(
    whole: Mapping[str, Any], blobs: Mapping[str, Blob], cards: Mapping[str, ModelCard], owner: str
) -> Archived:
    conversation = Conversation(
        owner, title=str(whole["title"]), created_at=float(whole["created_at"]), draft=dict(whole["draft"])
    )
    ids: dict[str | None, str | None] = {None: None}
    for one in (*whole["nodes"], *whole["runs"]):
        ids[one["id"]] = new_id()
    for one in whole["nodes"]:
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
    conversation.head = ids[whole["head"]]
    runs, events, marks = {}, {}, {}
    for one in whole["runs"]:
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
            **read_happenings(one["reply"]),
        )
        events[run_id] = [EventRecord(float(at_s), str(name), str(data)) for at_s, name, data in one["events"]]
        marks[run_id] = _read_marks(one.get("marks", {}))
    return Archived(conversation, runs, events, marks)


def _read_marks(whole: Mapping[str, Any]) -> Marks:
    rating = whole.get("rating")
    return Marks(
        starred=bool(whole.get("starred", False)),
        rating=None if rating is None else int(bool(rating)),
        note=str(whole.get("note", "")),
        tags=tuple(sorted({str(name) for name in whole.get("tags", ())})),
    )


def _read_message(whole: Mapping[str, Any], blobs: Mapping[str, Blob]) -> Message:
    parts = json.dumps(whole["parts"], separators=(",", ":"), sort_keys=True)
    return Content(whole["role"], parts, blobs).message()
