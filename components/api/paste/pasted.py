"""The results of reading a pasted text: the request, and what of the text was left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from components.api.wires.registry import WIRES
from components.core.request import RunRequest, WireName
from components.core.texts import cut

# The forms that can be read, for a sentence.
FORMS = "a cURL command (bash or cmd), a JSON body, or a call in Python or JavaScript"

# Keys as the platforms write them; after a `$` or in angle brackets it is a placeholder.
_KEY = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf|key)[-_][A-Za-z0-9_-]{12,}|\bBearer\s+(?![$<{\[%\\\"'YOURyour])[\w.-]{16,}"
)


@dataclass(frozen=True, slots=True)
class ExtractedBody:
    """The JSON body of the request in a text of any form.

    `kind`: the form, for the page. `fields` may contain a `FileText` in the place of a file's base64, and
    `RuntimeValue`s. `wire`: the endpoint, judged by the request's address; None if that does not show it. `left_out`:
    one sentence for each thing that is not in `fields`.
    """

    kind: str
    fields: dict[str, Any]
    wire: WireName | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuntimeValue:
    """A value that is known only when the program runs; `source`: its expression."""

    source: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """A request that was read. `left_out`: one sentence for each thing that is not in it. `key_dropped`: the text
    contained an API key."""

    kind: str
    request: RunRequest
    left_out: tuple[str, ...] = ()
    key_dropped: bool = False


def contains_key(text: str) -> bool:
    """True when the text contains what looks like an API key."""
    return _KEY.search(text) is not None


def wire_at(address: str) -> WireName | None:
    """The endpoint whose path ends an address, or the source text of one; None if no endpoint's does."""
    path = re.split(r"[?#]", address.strip().rstrip("\"'`)"), maxsplit=1)[0].rstrip("/")
    return next((wire.name for wire in WIRES.values() if path.endswith(wire.path)), None)


def excerpt(text: str, limit: int = 60) -> str:
    """The text in one line of at most `limit` characters, to be quoted in a sentence."""
    return cut(" ".join(text.split()), limit)


def hint_at_quotes(text: str) -> str:
    """A hint about the quotes that word processors and chat programs put in the place of plain ones."""
    if not any(quote in text for quote in "“”‘’„"):
        return ""
    return " It holds typographic quotes (“ ” ‘ ’); in code they must be plain ones."
