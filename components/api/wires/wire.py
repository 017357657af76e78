"""What every endpoint has to offer: a name, a path, an encoder, a decoder, and how each parameter travels."""

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


def _never(body: Mapping[str, Any]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Wire:
    """One endpoint. `path` follows the base URL; `encode` makes the request's JSON.

    `renamed`: parameter -> its field in the body, where that is not its own name and the card names none.
    `not_carried`: parameter -> why the format has no place for it, in a sentence for the page; what else is left out,
    the card says. `no_video`: the same of a whole clip, empty where it has one. `headers` go with every request, beside
    the credential.

    For the rules between messages: `history` is the body's field that holds the conversation, `steps` says what each
    of its messages does, `fields` are the format's further ones and `required` those that must be there; `system` holds
    the system prompt, empty where that is a message; `history_may_be_text`: one text is a conversation, too;
    `tools_in_function`: a tool stands in an object `function`, and so does a choice of one.

    For code: `auto_choice` leaves it to the model whether it calls a tool; `package` is the one that speaks the format
    in Python and `calls` how it is called there (``client.chat.completions.create``); `recognises` tells a body of this
    format from the default one; `reading` says where thinking and answer are in a streamed reply and in a whole one.
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
        """How each parameter of the card travels: its name -> its field in the body, in the card's order.

        A dot stands between the names of an object and of a field in it.
        """
        fields = {
            parameter.name: _field_of(parameter, self.name, self.renamed, self.unsupported)
            for parameter in card.parameters.values()
        }
        return {name: field for name, field in fields.items() if field is not None}

    def unsupported_parameters(self, card: ModelCard) -> dict[str, str]:
        """The parameters of the card that this endpoint has no place for: name -> why, in a sentence for the page."""
        reason = f"For this model nothing is known of a place for it on {self.label}. Use another endpoint to send it."
        fields = self.parameter_fields(card)
        return {name: self.unsupported.get(name, reason) for name in card.parameters if name not in fields}

    def media(self, request: RunRequest) -> dict[str, Picture]:
        """Every picture and frame that a request carries, by what stands for it where `short_url` shortened it."""
        found: dict[str, Picture] = {}

        def shorten(picture: Picture) -> DataUrl:
            short = short_url(picture)
            found[short.data] = picture
            return short

        self.encode(request, shorten)
        return found

    def with_media(self, body: Mapping[str, Any], request: RunRequest) -> dict[str, Any]:
        """A body that was shortened, and may have been edited since, with the request's media in full again."""
        full = {short: data_url(picture).data for short, picture in self.media(request).items()}

        def lengthen(text: str) -> str:
            for short, data in full.items():
                text = text.replace(short, data)
            return text

        lengthened: dict[str, Any] = map_texts(body, lengthen)
        return lengthened

    def parameters_in(self, body: Mapping[str, Any], card: ModelCard) -> dict[str, Any]:
        """The card's parameters that a body carries, by their own names, unchecked."""
        found = {name: _value_at(body, field) for name, field in self.parameter_fields(card).items()}
        return {name: value for name, value in found.items() if value is not _MISSING}


def map_parameters(
    request: RunRequest,
    wire: WireName,
    renamed: Mapping[str, str] = MappingProxyType({}),
    unsupported: Container[str] = (),
) -> dict[str, Any]:
    """The request's parameters as fields of a body of `wire`, each where the card or else the format has it.

    One that neither says anything about goes under its own name, so a new one on the card travels everywhere. An object
    that one of its fields is sent in gets the documented defaults of its others: alone a field may mean nothing.
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
    """The picture as it travels."""
    return DataUrl(picture.media_type, base64.b64encode(picture.data).decode("ascii"))


def short_url(picture: Picture) -> DataUrl:
    """The picture as a preview shows it: type, size and the digest that proves it is the one on the page."""
    return DataUrl(picture.media_type, f"… {len(picture.data):,} bytes, sha256 {picture.sha256[:16]}…")
