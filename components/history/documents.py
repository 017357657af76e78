"""A conversation to read elsewhere: Markdown, one HTML page with its pictures, and runs as CSV."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from components.core.parts import (
    FramePart,
    ImagePart,
    Message,
    RemoteImagePart,
    TextFilePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
    VideoPart,
)
from components.core.spreadsheet import write_csv
from components.history.listing import RunRow
from components.markdown.document import export_html
from components.markdown.style import style

_SPEAKERS = {"user": "You", "tool": "Tools"}
_COLUMNS = (
    "id",
    "started_at",
    "title",
    "status",
    "kind",
    "model",
    "wire",
    "simulated",
    "parameters",
    "pictures",
    "input_tokens",
    "cached_tokens",
    "reasoning_tokens",
    "output_tokens",
    "total_tokens",
    "cost_usd",
    "first_event_s",
    "first_answer_s",
    "total_s",
    "finish_reason",
    "error_kind",
    "rating",
    "starred",
    "note",
)
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.55 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#11141f}"
    "section{border:1px solid #d9dbe4;border-radius:10px;padding:.8rem 1rem;margin:1rem 0}"
    "section.user{background:#f1f2f6}h2{font-size:1rem;margin:0 0 .4rem}details{color:#5a5f73;margin-bottom:.6rem}"
    ".typed,section>pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}img{max-width:100%;border-radius:6px}"
    "@media(prefers-color-scheme:dark){body{background:#11131a;color:#e6e8f0}section{border-color:#2e3342}"
    "section.user{background:#1b1e29}details{color:#a3a9bd}}"
)


def as_markdown(title: str, messages: Iterable[Message], model: str = "The model") -> str:
    """The conversation as Markdown; pictures are named. `model`: the name of the model."""
    blocks = [f"# {title or 'Conversation'}"]
    for message in messages:
        blocks.append(f"## {_SPEAKERS.get(message.role, model)}")
        for part in message.parts:
            match part:
                case TextPart(text):
                    blocks.append(text)
                case TextFilePart():
                    blocks.append(part.fenced)
                case ThinkingPart(text):
                    blocks.append(f"> **Thinking**\n>\n{_quoted(text)}")
                case ToolCallPart(_, name, arguments):
                    blocks.append(f"Calls `{name}`:\n\n```json\n{arguments}\n```")
                case ToolResultPart(_, content):
                    blocks.append(f"```\n{content}\n```")
                case FramePart(text=text) if text:
                    blocks.append(f"*{_named(part)}*\n\n{_quoted(text)}")
                case _:
                    blocks.append(f"*{_named(part)}*")
    return "\n\n".join(blocks) + "\n"


def as_html(title: str, messages: Iterable[Message], model: str = "The model") -> str:
    """The conversation as one page that needs nothing else: no script, pictures inside."""
    name = html.escape(title or "Conversation")
    sections = "\n".join(
        f'<section class="{message.role}"><h2>{html.escape(_SPEAKERS.get(message.role, model))}</h2>'
        f"{_parts_html(message)}"
        "</section>"
        for message in messages
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}{style()}</style></head>\n'
        f"<body><h1>{name}</h1>\n{sections}\n</body></html>\n"
    )


def as_csv(rows: Sequence[RunRow], zone: tzinfo = UTC) -> str:
    """The runs as a table for a spreadsheet, times by the clock of `zone`.

    A cell that a spreadsheet would read as a formula begins with an apostrophe.
    """
    lines = ([*(_cell(row.values, name, zone) for name in _COLUMNS), ", ".join(row.tags)] for row in rows)
    return write_csv([*_COLUMNS, "tags"], lines)


def _cell(values: Mapping[str, Any], name: str, zone: tzinfo) -> object:
    value = values[name]
    if name == "started_at":
        return datetime.fromtimestamp(value, zone).isoformat(timespec="seconds")
    if name == "parameters":
        return "; ".join(f"{key}={item}" for key, item in value.items())
    return value if value is None or isinstance(value, int | float) else str(value)


def _parts_html(message: Message) -> str:
    """A model's text is Markdown; a user's is shown as it was typed."""
    return "".join(_part_html(part, written=message.role == "assistant") for part in message.parts)


def _part_html(part: object, *, written: bool) -> str:
    match part:
        case TextPart(text):
            return export_html(text) if written else f'<div class="typed">{html.escape(text)}</div>'
        case TextFilePart(text, name):
            return f"<details><summary>File {html.escape(name)}</summary><pre>{html.escape(text)}</pre></details>"
        case ThinkingPart(text):
            return f"<details><summary>Thinking</summary>{export_html(text, thinking=True)}</details>"
        case ImagePart() | FramePart():
            data = base64.b64encode(part.data).decode()
            picture = f'<img alt="{html.escape(_named(part))}" src="data:{part.media_type};base64,{data}">'
            if not isinstance(part, FramePart):
                return f"<p>{picture}</p>"
            text = f'<div class="typed">{html.escape(part.text)}</div>' if part.text else ""
            return f"<p>{picture}<br><small>{html.escape(_named(part))}</small></p>{text}"
        case ToolCallPart(_, name, arguments):
            return f"<pre>{html.escape(name)}({html.escape(arguments)})</pre>"
        case ToolResultPart(_, content):
            return f"<pre>{html.escape(content)}</pre>"
        case _:
            return f"<p><em>{html.escape(_named(part))}</em></p>"


def _quoted(text: str) -> str:
    return "> " + text.replace("\n", "\n> ")


def _named(part: object) -> str:
    match part:
        case ImagePart():
            return f"Picture {part.name}, {part.width} × {part.height} px"
        case FramePart():
            return f"{part.label()} of {part.clip}" if part.page else f"Frame of {part.name}"
        case RemoteImagePart(url):
            return f"Picture at {url}"
        case VideoPart():
            return f"Clip {part.name}"
        case _:
            return "Part of a kind unknown here"
