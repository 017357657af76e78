"""The door: a pasted text of whatever kind -> the request in it. Looks at the text only; nothing is run or fetched."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping

from components.api.paste.bodies import read_body
from components.api.paste.curl_command import looks_like_curl, read_curl
from components.api.paste.http_message import looks_like_http, read_http
from components.api.paste.httpie import looks_like_httpie, read_httpie
from components.api.paste.javascript_source import looks_like_javascript, read_javascript
from components.api.paste.json_text import read_json_text
from components.api.paste.pasted import Found, Pasted, holds_key, shortened, wire_of
from components.api.paste.powershell_request import looks_like_powershell, read_powershell_request
from components.api.paste.python_source import is_python, read_python
from components.api.paste.wrapping import fenced, without_magics, without_prompts
from components.core.card import ModelCard
from components.core.errors import PasteError
from components.params.cards import default_card

# A body with some pictures in base64; a program is far smaller.
MOST_CHARACTERS = 8_000_000
MOST_PROGRAM_CHARACTERS = 500_000


def read_pasted(text: str, files: Mapping[str, bytes] | None = None, card: ModelCard | None = None) -> Pasted:
    """Reads cURL (bash, cmd.exe, PowerShell) and its like, a body of any endpoint, a call in Python or JavaScript, or a
    notebook.

    `files`: the pictures that the text refers to, by their paths there, as far as they are at hand. `card`: of
    the model that is going to be asked; None: the one that is asked where nobody chose.
    Raises: PasteError, with one sentence to show, if no request can be read in it.
    """
    _require_text(text)
    found = _find(text.lstrip("\ufeff"))
    _require_whole_characters(found)
    request, left_out = read_body(found, files or {}, card or default_card())
    return Pasted(found.kind, request, (*found.left_out, *left_out), holds_key(text))


def _require_text(text: str) -> None:
    if not text.strip():
        raise PasteError(
            "There is nothing to read yet: paste a cURL command, a JSON body, or a Python or JavaScript call."
        )
    if len(text) > MOST_CHARACTERS:
        raise PasteError(
            f"It has {len(text) / 1e6:.1f} million characters; at most {MOST_CHARACTERS // 1_000_000} million are read."
        )
    if any(character < " " and character not in "\t\n\r\f" for character in text[:10_000]) or "\0" in text:
        raise PasteError("It is not text but binary data, in which no request can be read.")


def _require_whole_characters(found: Found) -> None:
    try:
        json.dumps(found.fields, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise PasteError("It holds half a character (as `\\ud800` is), which cannot be sent or shown.") from error
    except RecursionError as error:
        raise PasteError("The JSON is nested too deeply to be read.") from error


def _find(text: str) -> Found:
    try:
        return _find_whole(without_prompts(text))
    except PasteError:
        # Copied from a page in Markdown, with its fences and what is written round them.
        for block in fenced(text):
            with contextlib.suppress(PasteError):
                return _find_whole(without_prompts(block))
        raise


def _find_whole(text: str) -> Found:
    if text.lstrip().startswith(("{", "[")):
        return _in_json(text)
    if looks_like_http(text):
        return read_http(text)
    if looks_like_powershell(text):
        return read_powershell_request(text)
    if looks_like_curl(text):
        return read_curl(text)
    if looks_like_httpie(text):
        return read_httpie(text)
    return _in_program(text)


def _in_json(text: str) -> Found:
    value, more = read_json_text(text)
    left_out = (f"What follows the first request: `{shortened(more)}`.",) if more else ()
    match value:
        case {"cells": cells, "nbformat": _}:
            return _in_program(_cells(cells))
        case {"url": str(url), "body": dict(body)}:  # a line of a batch file
            return Found("JSON", body, wire_of(url), left_out)
        case list():
            return Found("JSON", {"messages": value}, None, left_out)
        case _:
            return Found("JSON", value, None, left_out)


def _in_program(text: str) -> Found:
    if len(text) > MOST_PROGRAM_CHARACTERS:
        raise PasteError(
            f"It has {len(text):,} characters; of a program at most {MOST_PROGRAM_CHARACTERS:,} are read. "
            "Keep pictures in files beside it."
        )
    if looks_like_javascript(text):
        return read_javascript(text)
    cleaned = without_magics(text)
    return read_python(text if cleaned == text or is_python(text) else cleaned)


def _cells(cells: object) -> str:
    """The code cells of a notebook as one program; lines for the notebook itself are left out."""
    sources = [
        source if isinstance(source := cell.get("source"), list) else [str(source)]
        for cell in (cells if isinstance(cells, list) else ())
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]
    return "\n".join(without_magics("".join(map(str, source))) for source in sources)
