"""`Wire`: an endpoint's name, path, encoder and decoder, and the field of each parameter."""

from __future__ import annotations

import base64
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from components.api.wires.reading import map_texts
from components.api.wires.step import Step
from components.core.card import ModelCard, Parameter
from components.core.events import StreamEvent
from components.core.parts import FramePart, ImagePart, VideoPart
from components.core.request import RunRequest, WireName

# The parts whose bytes are in the body.
Picture = ImagePart | FramePart | VideoPart


@dataclass(frozen=True, slots=True)
class DataUrl:
    """A medium as it is sent: its type and its bytes as base64. ``str()`` is the URL; some formats take the halves."""

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
        """The events that were held back because more might have followed."""
        ...


def _never(body: Mapping[str, Any]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Wire:
    """One endpoint. `path` follows the base URL; `encode` makes the request's JSON.

    `renamed`: parameter -> its field in the body, where that is not its own name and the card names none.
    `unsupported`: parameter -> why the format has no field for it, in a sentence for the page (the card may exclude
    more). `no_video`: the same for a whole clip; empty if the format takes them. `headers`: sent with every request,
    beside the credential.

    For `lint`: `history`: the body's field with the conversation. `steps`: what each of its messages does. `fields`:
    the format's further fields. `required`: those that must be there. `system`: the field of the system prompt, empty
    where it is a message. `history_may_be_text`: the conversation may be one text. `tools_in_function`: a tool, and a
    choice of one, is in an object `function`.

    For code: `auto_choice`: the tool choice that leaves it to the model. `package`: the Python package for the format.
    `calls`: its methods, such as ``("chat", "completions")`` of ``client.chat.completions.create``. `recognises`:
    whether a body is of this format and not of the first. `reading_hints`: where thinking and answer are, in a streamed
    reply and in one that is not.
    """

    name: WireName
    label: str
    path: str
    history: str
    steps: Callable[[list[dict[str, Any]]], Iterable[Step]]
    encode: Callable[[RunRequest, PictureUrl], dict[str, Any]]
    decoder: Callable[[], Decoder]
    renamed: Mapping[str, str] = field(default_factory=dict)
    unsupported: Mapping[str, str] = field(default_factory=dict)
    no_video: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()
    system: str = ""
    history_may_be_text: bool = False
    tools_in_function: bool = False
    auto_choice: str | Mapping[str, str] = "auto"
    package: str = ""
    calls: tuple[tuple[str, ...], ...] = ()
    recognises: Callable[[Mapping[str, Any]], bool] = _never
    reading_hints: tuple[str, str] = ("", "")

    def parameter_fields(self, card: ModelCard) -> dict[str, str]:
        """Each parameter of the card that is sent -> its field in the body, in the card's order.

        A dot separates the name of an object from that of a field in it.
        """
        fields = {
            parameter.name: _field_of(parameter, self.name, self.renamed, self.unsupported)
            for parameter in card.parameters.values()
        }
        return {name: field for name, field in fields.items() if field is not None}

    def unsupported_parameters(self, card: ModelCard) -> dict[str, str]:
        """The parameters of the card that this endpoint has no field for: name -> why, in a sentence for the page."""
        reason = f"For this model nothing is known of a place for it on {self.label}. Use another endpoint to send it."
        fields = self.parameter_fields(card)
        return {name: self.unsupported.get(name, reason) for name in card.parameters if name not in fields}

    def media(self, request: RunRequest) -> dict[str, Picture]:
        """Every medium of a request, by the text that `short_url` puts in its place."""
        found: dict[str, Picture] = {}

        def shorten(picture: Picture) -> DataUrl:
            short = short_url(picture)
            found[short.data] = picture
            return short

        self.encode(request, shorten)
        return found

    def with_media(self, body: Mapping[str, Any], request: RunRequest) -> dict[str, Any]:
        """A body with shortened media, which may have been edited, with the request's media in full again."""
        full = {short: data_url(picture).data for short, picture in self.media(request).items()}

        def lengthen(text: str) -> str:
            for short, data in full.items():
                text = text.replace(short, data)
            return text

        lengthened: dict[str, Any] = map_texts(body, lengthen)
        return lengthened

    def parameters_in(self, body: Mapping[str, Any], card: ModelCard) -> dict[str, Any]:
        """The card's parameters in a body, by their own names, unchecked."""
        found = {name: _value_at(body, field) for name, field in self.parameter_fields(card).items()}
        return {name: value for name, value in found.items() if value is not _MISSING}


def map_parameters(
    request: RunRequest,
    wire: WireName,
    renamed: Mapping[str, str] = MappingProxyType({}),
    unsupported: Container[str] = (),
) -> dict[str, Any]:
    """The request's parameters as fields of a body of `wire`: in the field that the card names, or else the format.

    A parameter that neither names goes under its own name, so a new one on the card is sent everywhere. If a parameter
    is a field of an object, the object's other parameters are sent with their documented defaults: alone, a field may
    mean nothing.
    """
    fields: dict[str, Any] = {}
    known = request.card.parameters
    for name, value in request.parameters.items():
        parameter = known.get(name) or Parameter(name, name, "string")
        path = _field_of(parameter, wire, renamed, unsupported)
        if path is not None:
            _put(fields, path, list(value) if isinstance(value, tuple) else value)
    for parameter in known.values():
        path = _field_of(parameter, wire, renamed, unsupported)
        if path is not None and "." in path and parameter.default is not None and path.split(".")[0] in fields:
            _put(fields, path, parameter.default, replace=False)
    return fields


def _field_of(
    parameter: Parameter, wire: WireName, renamed: Mapping[str, str], unsupported: Container[str]
) -> str | None:
    if wire in parameter.fields:
        return parameter.fields[wire]
    return None if parameter.name in unsupported else renamed.get(parameter.name, parameter.name)


def _put(fields: dict[str, Any], path: str, value: Any, *, replace: bool = True) -> None:
    *objects, last = path.split(".")
    for name in objects:
        fields = fields.setdefault(name, {})
    if replace or last not in fields:
        fields[last] = value


_MISSING = object()


def _value_at(body: Mapping[str, Any], path: str) -> Any:
    found: Any = body
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return _MISSING
        found = found[name]
    return found


def data_url(picture: Picture) -> DataUrl:
    """The medium in full."""
    return DataUrl(picture.media_type, base64.b64encode(picture.data).decode("ascii"))


def short_url(picture: Picture) -> DataUrl:
    """The medium as a preview shows it: type, size, and the digest that identifies it."""
    return DataUrl(picture.media_type, f"… {len(picture.data):,} bytes, sha256 {picture.sha256[:16]}…")
