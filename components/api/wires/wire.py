"""What every endpoint has to offer: a name, a path, an encoder and a decoder."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from components.core.events import StreamEvent
from components.core.parts import FramePart, ImagePart
from components.core.request import RunRequest, WireName

Picture = ImagePart | FramePart
PictureUrl = Callable[[Picture], str]


class Decoder(Protocol):
    """Reads one reply. Make a new one for each. `over`: the end mark came, nothing that follows is read."""

    over: bool

    def feed(self, name: str, data: str) -> list[StreamEvent]:
        """Reads one server-sent event. Raises: ApiStatusError for an error inside the stream."""
        ...

    def feed_body(self, body: dict[str, Any]) -> list[StreamEvent]:
        """Reads the whole reply of a request that was not streamed."""
        ...

    def close(self) -> list[StreamEvent]:
        """Says what was held back because more might have followed."""
        ...


@dataclass(frozen=True, slots=True)
class Wire:
    """One endpoint. `path` follows the base URL; `encode` makes the request's JSON."""

    name: WireName
    label: str
    path: str
    encode: Callable[[RunRequest, PictureUrl], dict[str, Any]]
    decoder: Callable[[], Decoder]


def data_url(picture: Picture) -> str:
    """The picture as it travels: a ``data:`` URL with base64."""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode('ascii')}"


def short_url(picture: Picture) -> str:
    """The picture as a preview shows it: type, size and the digest that proves it is the one on the page."""
    return f"data:{picture.media_type};base64,… {len(picture.data):,} bytes, sha256 {picture.sha256[:16]}…"
