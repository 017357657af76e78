"""What reading a pasted text gives: the request, and what of the text has no place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from components.api.wires.registry import WIRES
from components.core.request import RunRequest, WireName
from components.core.texts import cut

# As the platforms write their keys; what stands behind a `$` or in angle brackets is a placeholder.
_KEY = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf|key)[-_][A-Za-z0-9_-]{12,}|\bBearer\s+(?![$<{\[%\\\"'YOURyour])[\w.-]{16,}"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A request's JSON as it stood in the text, in whatever dress it came.

    `fields` may hold a `FileText` where a file belongs and `Unknown` where only a run of the program would tell.
    `wire` None: the address did not tell, the body must.
    """

    kind: str
    fields: dict[str, Any]
    wire: WireName | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is made when the program runs; `source` is how it is written there."""

    source: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """`left_out`: one sentence for each thing that was not taken over. `key_dropped`: the text held a key."""

    kind: str
    request: RunRequest
    left_out: tuple[str, ...] = field(default=())
    key_dropped: bool = False


def holds_key(text: str) -> bool:
    """True when the text holds what looks like a key."""
    return _KEY.search(text) is not None


def wire_of(address: str) -> WireName | None:
    """The endpoint that an address, or source text that makes one, ends in."""
    path = re.split(r"[?#]", address.strip().rstrip("\"'`)"), maxsplit=1)[0].rstrip("/")
    return next((wire.name for wire in WIRES.values() if path.endswith(wire.path)), None)


def shortened(text: str, most: int = 60) -> str:
    """The text in one line, cut where it is long: it stands inside a sentence."""
    return cut(" ".join(text.split()), most)
