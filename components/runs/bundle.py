"""A run as a zip for whoever has to find out what went wrong. Holds no key."""

from __future__ import annotations

import io
import json
import platform
import zipfile
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from components.api.wires.registry import WIRES
from components.api.wires.wire import short_url
from components.runs.metrics import measure
from components.runs.run import Run
from components.runs.timeline import event_rows, moments

_PACKAGES = ("streamlit", "httpx", "httpx-sse", "aiohttp", "pillow", "opencv-python-headless")
_CONTENTS = """What went over the wire in one run of the playground.

request.json          address, headers (the key is left out) and the exact body; media stand in files of their own
media/                what was attached, named by the beginning of its SHA-256, which the body gives
response.json         status, headers, retries, and the error if there was one
events.jsonl          every event as it came, with its seconds since sending
timeline.json         the moments of the run, in seconds since sending
summary.json          how it ended, the texts of the reply, the token counts and the cost computed from them
other-endpoints/      the same turn as the other endpoints would be sent it
versions.json         the programs that were used

It holds the prompt and the media: look it through before you pass it on.
"""


def bundle(run: Run) -> bytes:
    """The zip's bytes."""
    files: dict[str, bytes] = {"README.txt": _CONTENTS.encode()}
    for name, value in _documents(run).items():
        files[name] = (json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n").encode()
    rows = ({"at_s": round(row.at_s, 6), "event": row.name, "data": row.data} for row in event_rows(run))
    files["events.jsonl"] = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    for name, content in files.items():
        files[name] = run.connection.masked(content.decode()).encode()
    for medium in WIRES[run.request.wire].media(run.request).values():
        files[f"media/{medium.sha256[:16]}.{medium.media_type.rpartition('/')[2]}"] = medium.data
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _documents(run: Run) -> dict[str, Any]:
    wire = WIRES[run.request.wire]
    figures = measure(run)
    transcript = run.transcript
    return {
        "request.json": {
            "method": "POST",
            "url": run.connection.base_url + wire.path,
            "headers": sent_headers(run),
            "body": sent_body(run),
        },
        "response.json": {
            "status": run.response.status if run.response else None,
            "headers": dict(run.response.headers) if run.response else None,
            "retries": [
                {"attempt": retry.attempt, "after_s": retry.wait_s, "reason": retry.reason} for retry in run.retries
            ],
            "error": None
            if run.error is None
            else {"kind": run.error.kind, "sentence": str(run.error), "code": run.error.code, "raw": run.error.raw},
        },
        "timeline.json": {moment.name: round(moment.at_s, 6) for moment in moments(run)},
        "summary.json": {
            "status": run.status,
            "finish_reason": transcript.finish_reason,
            "model": transcript.model,
            "simulated": run.connection.simulated,
            "card": run.request.card.raw,
            "thinking": transcript.thinking,
            "answer": transcript.answer,
            "tool_calls": [
                {"id": call.id, "name": call.name, "arguments": call.arguments}
                for _, call in sorted(transcript.tool_calls.items())
            ],
            "usage": {name: getattr(figures.usage, name) for name in figures.usage.__slots__},
            "cost_usd": None if figures.cost_usd is None else format(figures.cost_usd, "f"),
        },
        **{
            f"other-endpoints/{name}.json": other.encode(run.request, short_url)
            for name, other in WIRES.items()
            if name != wire.name
        },
        "versions.json": {
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "system": platform.system(),
            **{name: version(name) for name in _PACKAGES},
        },
    }


def sent_headers(run: Run) -> dict[str, str]:
    """The headers of the request, with the credential masked."""
    headers = run.connection.request_headers(WIRES[run.request.wire].headers, streamed=run.request.stream)
    return headers | dict.fromkeys(run.connection.headers, "Bearer …key…")


def sent_body(run: Run) -> dict[str, Any]:
    """The body that was sent, with media shortened; one that was written by hand as it was written."""
    if run.body is not None:
        return dict(run.body)
    return WIRES[run.request.wire].encode(run.request, short_url)
