"""Rows as older versions wrote them, for every table they had. Literal: today's code must not have a hand in them."""

from __future__ import annotations

import json
import zlib
from typing import Any

import sqlalchemy as sa

Rows = dict[str, list[dict[str, Any]]]

_PICTURE = "57a32c12ee01ef22d9b2b4eb0e5ef0c3d4d7b1f8a08b1f1a5c9d5b1b0e2ab8dd"
_QUESTION = "0b1f5d5f6a1d1f2d8a7b8e8c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f7a8b9c0"

# In the order in which they refer to each other. A table that a version had not yet is passed over.
ROWS: Rows = {
    "conversations": [
        {"id": "c1", "owner": "local", "title": "Old talk", "created_at": 5.0, "updated_at": 6.0, "deleted_at": None,
         "head": "n2", "draft": {"choices": {"values": {"top_p": 0.5}, "wire": "messages"}}, "undo": []},
    ],
    "media": [{"sha256": _PICTURE, "media_type": "image/png", "size_bytes": 7, "data": b"picture"}],
    "messages": [
        {"number": 1, "sha256": _QUESTION, "role": "user", "parts": [
            {"type": "image", "sha256": _PICTURE, "media_type": "image/png", "width": 2, "height": 3, "name": "a.png"},
            {"type": "text", "text": "Why blue?"},
        ]},
    ],
    "message_media": [{"message_number": 1, "sha256": _PICTURE}],
    "nodes": [
        {"id": "n1", "conversation_id": "c1", "parent_id": None, "role": "user", "message_number": 1, "run_id": None,
         "origin": "typed", "created_at": 5.0, "hidden": False},
        {"id": "n2", "conversation_id": "c1", "parent_id": "n1", "role": "assistant", "message_number": None,
         "run_id": "r1", "origin": "model", "created_at": 6.0, "hidden": False},
    ],
    "runs": [
        {"number": 1, "id": "r1", "owner": "local", "conversation_id": "c1", "kind": "chat", "status": "done",
         "title": "Why blue?", "model": "kimi-k2-6", "wire": "chat_completions", "base_url": "http://127.0.0.1:1/v1",
         "simulated": True, "parameters": {"top_p": 0.5}, "pictures": 1, "finish_reason": "stop", "error_kind": None,
         "input_tokens": 10, "cached_tokens": 4, "output_tokens": 20, "reasoning_tokens": 15, "total_tokens": 30,
         "cost_usd": 120_000_000, "started_at": 5.5, "first_event_s": 0.1, "first_answer_s": 0.5, "total_s": 1.1,
         "rating": 1, "starred": True, "note": "good one", "saved_at": 7.0, "deleted_at": None},
    ],
    "run_details": [
        {"run_number": 1,
         "request": {"model": "kimi-k2-6", "wire": "chat_completions", "system": "", "parameters": {"top_p": 0.5},
                     "tools": [], "tool_choice": {"mode": "auto", "name": ""}, "stream": True, "body": None},
         "reply": {"thinking": "Hm.", "answer": "Light scatters.", "tool_calls": [], "finish_reason": "stop",
                   "timings": {"first_event": 0.1, "end": 1.1}, "response": [200, {}], "retries": [], "error": None}},
    ],
    "run_messages": [{"run_number": 1, "position": 0, "message_number": 1}],
    "run_events": [{"run_number": 1, "first": 0, "data": zlib.compress(json.dumps([[0.5, "", "{}"]]).encode())}],
    "run_tags": [{"run_number": 1, "tag": "sky"}],
    "presets": [
        {"id": "p1", "owner": "local", "name": "Mine", "settings": {"values": {"top_p": 0.5}}, "updated_at": 5.0},
    ],
    "templates": [{"id": "t1", "owner": "local", "name": "Greeting"}],
    "template_versions": [{"template_id": "t1", "number": 1, "body": {"text": "Hello {{name}}"}, "created_at": 5.0}],
    "sweeps": [
        {"id": "s1", "owner": "local", "name": "All", "created_at": 5.0, "status": "paused", "note": "",
         "plan": {"version": 1}, "worker": None, "worker_seen_at": None},
    ],
    "sweep_prompts": [{"sweep_id": "s1", "position": 0, "message_number": 1}],
    "sweep_cells": [
        {"sweep_id": "s1", "number": 0, "status": "done", "tries": 1, "reserved_usd": 0, "cost_usd": 120_000_000,
         "run_id": "r1", "scores": {"contains": {"value": 1.0, "note": ""}}, "note": ""},
    ],
    "probes": [
        {"owner": "local", "account": "a1", "parameter": "top_p", "verdict": "effect", "note": "", "n": 6,
         "cost_usd": None, "probed_at": 5.0},
    ],
    "comparisons": [
        {"id": "k1", "owner": "local", "title": "Two", "trials": 1, "created_at": 5.0, "state": {"version": 1}},
    ],
    "comparison_messages": [{"comparison_id": "k1", "position": 0, "message_number": 1}],
    "cards": [{"sha256": "a1", "card": {"id": "m", "supported_parameters": []}}],
    "sweep_drafts": [{"id": "d1", "owner": "local", "updated_at": 5.0, "draft": {"version": 1}}],
}  # fmt: skip
_WORDS = {"number": 1, "prompt": "why blue", "thinking": "hm", "answer": "light scatters"}


def tables_of(engine: sa.Engine) -> set[str]:
    """The tables that the database has now, but for Alembic's and the index of words, which `write` fills itself."""
    names = sa.inspect(engine).get_table_names()
    return {name for name in names if not name.startswith(("alembic", "run_search"))}


def write(engine: sa.Engine) -> Rows:
    """Writes every row that the database has a table for; gives them."""
    metadata = sa.MetaData()
    metadata.reflect(engine, only=sorted(tables_of(engine)))
    with engine.begin() as connection:
        for name in (name for name in ROWS if name in metadata.tables):
            connection.execute(metadata.tables[name].insert(), ROWS[name])
        if engine.dialect.name == "sqlite":
            statement = (
                "INSERT INTO run_search (rowid, prompt, thinking, answer) VALUES (:number, :prompt, :thinking, :answer)"
            )
        else:
            vector = " || ".join(
                f"setweight(to_tsvector('simple', :{field}), '{weight}')"
                for field, weight in (("prompt", "A"), ("thinking", "B"), ("answer", "C"))
            )
            statement = f"INSERT INTO run_search (run_number, words) VALUES (:number, {vector})"
            connection.execute(sa.text("SELECT setval('runs_number_seq', 1), setval('messages_number_seq', 1)"))
        connection.execute(sa.text(statement), _WORDS)
    return {name: rows for name, rows in ROWS.items() if name in metadata.tables}


def read(connection: sa.Connection, written: Rows) -> Rows:
    """The same columns of the same tables as they are now; what a later step added is left out."""
    metadata = sa.MetaData()
    metadata.reflect(connection, only=sorted(written))
    return {
        name: [
            dict(row._mapping)
            for row in connection.execute(
                sa.select(*(metadata.tables[name].c[column] for column in rows[0])).order_by(
                    *metadata.tables[name].primary_key
                )
            )
        ]
        for name, rows in written.items()
    }
