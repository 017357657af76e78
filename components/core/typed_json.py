"""JSON that somebody typed -> its value, as strictly as an API reads it, and where and why it is none."""

from __future__ import annotations

import json
from typing import Any


class NotJson(ValueError):
    """`line` and `column` count from 1, and are 1 where the mistake has no one place; the text is a sentence."""

    def __init__(self, sentence: str, line: int = 1, column: int = 1) -> None:
        super().__init__(sentence)
        self.line = line
        self.column = column


def read_typed_json(text: str) -> Any:
    """Raises: NotJson, also for what Python reads and no API takes: NaN, and half a character such as ``\\ud800``."""
    text = text.removeprefix("\ufeff")
    try:
        value = json.loads(text, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise NotJson(f"This is not JSON: {error.msg}.", error.lineno, error.colno) from error
    except UnicodeEncodeError as error:
        raise NotJson("It holds half a character (as `\\ud800` is), which cannot be sent or shown.") from error
    except NotJson:
        raise
    except (ValueError, RecursionError) as error:  # the first: a whole number of more than 4,300 digits
        raise NotJson("The JSON is nested too deeply, or has too long a number.") from error
    return value


def _refuse(word: str) -> Any:
    raise NotJson(f"`{word}` is no number in JSON.")
