"""A body as text -> its value: JSON, or what people write as such: with comments, single quotes, Python's literals."""

from __future__ import annotations

import ast
import json
from typing import Any

from components.api.paste.javascript_source import expression_of
from components.api.paste.python_values import literal
from components.core.errors import PasteError


def read_json_text(text: str) -> tuple[Any, str]:
    """The first value, and what follows it. Raises: PasteError, with the place where strict JSON ends."""
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


def hint_at_quotes(text: str) -> str:
    """What to do about the quotes that word processors and chat programs put in the place of plain ones."""
    if not any(quote in text for quote in "“”‘’„"):
        return ""
    return " It holds typographic quotes (“ ” ‘ ’); in code they must be plain ones."
