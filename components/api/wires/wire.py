"""What every endpoint has to offer: a name, a path, an encoder, a decoder, and how each parameter travels."""

from __future__ import annotations

import base64
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from components.core.events import StreamEvent
from components.core.parts import FramePart, ImagePart, VideoPart
from components.core.request import ParameterValue, RunRequest, WireName
from components.params.card import model_card

# Everything whose bytes travel in the body.
Picture = ImagePart | FramePart | VideoPart


@dataclass(frozen=True, slots=True)
class DataUrl:
    """A picture on its way: its type and its bytes as base64. ``str()`` is the URL; some formats take the halves."""

    media_type: str
    data: str

    def __str__(self) -> str:
        return f"data:{self.media_type};base64,{self.data}"


PictureUrl = Callable[[Picture], DataUrl]


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
    """One endpoint. `path` follows the base URL; `encode` makes the request's JSON.

    `renamed`: parameter -> its field in the body, where that is not its own name. `not_carried`: parameter ->
    why the format has no place for it, in a sentence for the page; nothing else is left out. `no_video`: the same of a
    whole clip, empty where it has one. `headers` go with every request, beside the credential.
    """

    name: WireName
    label: str
    path: str
    encode: Callable[[RunRequest, PictureUrl], dict[str, Any]]
    decoder: Callable[[], Decoder]
    renamed: Mapping[str, str] = field(default_factory=dict)
    not_carried: Mapping[str, str] = field(default_factory=dict)
    no_video: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def carries(self) -> dict[str, str]:
        """How each documented parameter travels: its name -> its field in the body, in the card's order."""
        names = (name for name in model_card().parameters if name not in self.not_carried)
        return {name: self.renamed.get(name, name) for name in names}

    def media(self, request: RunRequest) -> dict[str, Picture]:
        """Every picture and frame that a request carries, by what stands for it where `short_url` shortened it."""
        found: dict[str, Picture] = {}

        def note(picture: Picture) -> DataUrl:
            short = short_url(picture)
            found[short.data] = picture
            return short

        self.encode(request, note)
        return found

    def with_media(self, body: Mapping[str, Any], request: RunRequest) -> dict[str, Any]:
        """A body that was shortened, and may have been edited since, with the request's media in full again."""
        full = {short: data_url(picture).data for short, picture in self.media(request).items()}
        return {name: _replaced(value, full) for name, value in body.items()}

    def parameters_in(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The documented parameters that a body carries, by their own names, unchecked."""
        return {name: body[field] for name, field in self.carries.items() if field in body}


def map_parameters(
    parameters: Mapping[str, ParameterValue],
    renamed: Mapping[str, str] | None = None,
    not_carried: Container[str] = (),
) -> dict[str, Any]:
    """The parameters as fields at the top level of a body, where the model's page has them.

    One that a wire says nothing about goes under its own name, so a new one on the card travels everywhere.
    """
    return {
        (renamed or {}).get(name, name): list(value) if isinstance(value, tuple) else value
        for name, value in parameters.items()
        if name not in not_carried
    }


def _replaced(value: Any, replacements: Mapping[str, str]) -> Any:
    match value:
        case str():
            for old, new in replacements.items():
                value = value.replace(old, new)
            return value
        case list():
            return [_replaced(item, replacements) for item in value]
        case dict():
            return {name: _replaced(item, replacements) for name, item in value.items()}
        case _:
            return value


def data_url(picture: Picture) -> DataUrl:
    """The picture as it travels."""
    return DataUrl(picture.media_type, base64.b64encode(picture.data).decode("ascii"))


def short_url(picture: Picture) -> DataUrl:
    """The picture as a preview shows it: type, size and the digest that proves it is the one on the page."""
    return DataUrl(picture.media_type, f"… {len(picture.data):,} bytes, sha256 {picture.sha256[:16]}…")
