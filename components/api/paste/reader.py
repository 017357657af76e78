"""A pasted text of any form -> the request in it. Nothing is run or fetched."""

from __future__ import annotations

import ast
import contextlib
import doctest
import json
import re
from collections.abc import Mapping
from typing import Any

from components.api.paste.bodies import read_body
from components.api.paste.curl_command import looks_like_curl, read_curl
from components.api.paste.javascript_source import expression_of, looks_like_javascript, read_javascript
from components.api.paste.pasted import FORMS, ExtractedBody, Pasted, contains_key, excerpt, hint_at_quotes, wire_at
from components.api.paste.python_source import is_python, read_python
from components.api.paste.python_values import literal
from components.core.card import ModelCard
from components.core.errors import PasteError
from components.params.cards import default_card

# Enough for a body with some pictures in base64; a program is far smaller.
MAX_CHARACTERS = 8_000_000
MAX_PROGRAM_CHARACTERS = 500_000

_FENCED = re.compile(r"^[ \t]*(```+|~~~+)[^`\n]*\n(.*?)(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_MAGIC = re.compile(r"^[ \t]*[%!][ \t]*[\w%].*$", re.MULTILINE)


def read_pasted(text: str, files: Mapping[str, bytes] | None = None, card: ModelCard | None = None) -> Pasted:
    """Reads a cURL command (bash or cmd.exe), a JSON body of any endpoint, a call in Python or JavaScript, a notebook.

    `files`: path in the text -> bytes, of the available pictures and clips. `card`: the model to be asked; None: the
    default one. Raises: PasteError, with a sentence for the page, if no request can be read.
    """
    _check_text(text)
    body = _extract(text.lstrip("\ufeff"))
    _check_characters(body)
    request, left_out = read_body(body, files or {}, card or default_card())
    return Pasted(body.kind, request, (*body.left_out, *left_out), contains_key(text))


def _check_text(text: str) -> None:
    if not text.strip():
        raise PasteError(f"There is nothing to read yet: paste {FORMS}.")
    if len(text) > MAX_CHARACTERS:
        raise PasteError(
            f"It has {len(text) / 1e6:.1f} million characters; at most {MAX_CHARACTERS // 1_000_000} million are read."
        )
    if any(character < " " and character not in "\t\n\r\f" for character in text[:10_000]) or "\0" in text:
        raise PasteError("It is not text but binary data, in which no request can be read.")


def _check_characters(body: ExtractedBody) -> None:
    try:
        json.dumps(body.fields, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise PasteError("It holds half a character (as `\\ud800` is), which cannot be sent or shown.") from error
    except RecursionError as error:
        raise PasteError("The JSON is nested too deeply to be read.") from error


def _extract(text: str) -> ExtractedBody:
    try:
        return _extract_from_code(_without_prompts(text))
    except PasteError:
        # Perhaps copied from a page in Markdown, with fences and text around them; the last fence may be missing.
        for block in _FENCED.finditer(text):
            with contextlib.suppress(PasteError):
                return _extract_from_code(_without_prompts(block[2]))
        raise


def _extract_from_code(text: str) -> ExtractedBody:
    if text.lstrip().startswith(("{", "[")):
        return _extract_from_json(text)
    if looks_like_curl(text):
        return read_curl(text)
    return _extract_from_program(text)


def _extract_from_json(text: str) -> ExtractedBody:
    value, rest = _read_json(text)
    left_out = (f"What follows the first request: `{excerpt(rest)}`.",) if rest else ()
    match value:
        case {"cells": list(cells), "nbformat": _}:
            return _extract_from_program(_notebook_program(cells))
        case {"url": str(url), "body": dict(body)}:  # a line of a batch file
            return ExtractedBody("JSON", body, wire_at(url), left_out)
        case list():
            return ExtractedBody("JSON", {"messages": value}, None, left_out)
        case _:
            return ExtractedBody("JSON", value, None, left_out)


def _read_json(text: str) -> tuple[Any, str]:
    """The first value of a text that begins like JSON, and what follows it.

    The value may have comments, single quotes and the constants of Python.
    """
    text = text.strip()
    try:
        value, end = json.JSONDecoder().raw_decode(text)
        rest = text[end:].strip()
        if not rest or rest.startswith("{"):
            return value, rest
        problem = f"Extra data: line {text.count(chr(10), 0, end) + 1}"
    except RecursionError as error:
        raise PasteError("The JSON is nested too deeply to be read.") from error
    except ValueError as error:
        problem = str(error)
    for parse in (expression_of, lambda text: ast.parse(text, mode="eval").body):
        try:
            expression = parse(text)
            value = None if expression is None else literal(expression)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        if isinstance(value, dict | list):
            return value, ""
    raise PasteError(f"It begins like JSON but is none: {problem}.{hint_at_quotes(text)}")


def _extract_from_program(text: str) -> ExtractedBody:
    if len(text) > MAX_PROGRAM_CHARACTERS:
        raise PasteError(
            f"It has {len(text):,} characters; of a program at most {MAX_PROGRAM_CHARACTERS:,} are read. "
            "Keep pictures in files beside it."
        )
    if looks_like_javascript(text):
        return read_javascript(text)
    cleaned = _without_magics(text)
    return read_python(text if cleaned == text or is_python(text) else cleaned)


def _without_prompts(text: str) -> str:
    """The code in a session of Python's interpreter, without prompts and output; any other text unchanged."""
    if not text.lstrip().startswith(">>> "):
        return text
    try:
        return "".join(example.source for example in doctest.DocTestParser().get_examples(text))
    except ValueError:  # a prompt without a blank behind it
        return text


def _without_magics(text: str) -> str:
    """A notebook's cell without the lines for the notebook (``%time``) or the shell (``!pip``)."""
    return _MAGIC.sub("", text)


def _notebook_program(cells: list[Any]) -> str:
    """The code cells of a notebook as one program."""
    sources = [cell.get("source") for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    return "\n".join(_without_magics("".join(map(str, source))) for source in sources if isinstance(source, str | list))
