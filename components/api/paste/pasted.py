"""What reading a pasted text gives: the request, and what of the text has no place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from components.api.wires.registry import WIRES
from components.core.request import RunRequest, WireName
from components.core.texts import cut

# What can be read, for a sentence.
FORMS = "a cURL command (bash or cmd), a JSON body, or a call in Python or JavaScript"

# As the platforms write their keys; what follows a `$` or is in angle brackets is a placeholder.
_KEY = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf|key)[-_][A-Za-z0-9_-]{12,}|\bBearer\s+(?![$<{\[%\\\"'YOURyour])[\w.-]{16,}"
)


@dataclass(frozen=True, slots=True)
class ExtractedBody:
    """The JSON body of a request as the text has it, whatever the form of the text.

    `kind`: the form, for the page. `fields` may hold a `FileText` in the place of a file's base64, and `RuntimeValue`s.
    `wire`: the endpoint by the request's address; None where the address does not tell. `left_out`: one sentence for
    each thing that is not in `fields`.
    """

    kind: str
    fields: dict[str, Any]
    wire: WireName | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuntimeValue:
    """A value that only a run of the program would tell; `source` is its expression there."""

    source: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """A request that was read. `left_out`: one sentence for each thing that was not taken over. `key_dropped`: the text
    contained an API key."""

    kind: str
    request: RunRequest
    left_out: tuple[str, ...] = ()
    key_dropped: bool = False


def contains_key(text: str) -> bool:
    """True when the text contains what looks like an API key."""
    return _KEY.search(text) is not None


def wire_at(address: str) -> WireName | None:
    """The endpoint whose path an address, or source text that makes one, ends in; None where it is another path."""
    path = re.split(r"[?#]", address.strip().rstrip("\"'`)"), maxsplit=1)[0].rstrip("/")
    return next((wire.name for wire in WIRES.values() if path.endswith(wire.path)), None)


def excerpt(text: str, limit: int = 60) -> str:
    """The text in one line of at most `most` characters, to be quoted in a sentence."""
    return cut(" ".join(text.split()), limit)


def hint_at_quotes(text: str) -> str:
    """What to do about the quotes that word processors and chat programs put in the place of plain ones."""
    if not any(quote in text for quote in "“”‘’„"):
        return ""
    return " It holds typographic quotes (“ ” ‘ ’); in code they must be plain ones."
