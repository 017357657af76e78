"""The request's own body with its media standing beside it as files: what every program is made from.

A program is written from what the wire encodes, not from the request, so what it sends is what the page sends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from components.api.wires.registry import WIRES
from components.api.wires.wire import DataUrl, Picture, Wire, data_url
from components.core.parts import FramePart, VideoPart
from components.core.request import RunRequest
from components.media.limits import PICTURE_ENDINGS
from components.media.signatures import ending_of, true_ending

FOLDER = "media"

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that the program reads; `path` is from the folder of the program, with slashes."""

    path: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FileText:
    """Stands in the body for ``prefix`` + the file's bytes as base64."""

    prefix: str
    path: str


@dataclass(frozen=True, slots=True)
class FrameText:
    """Stands in the body for ``prefix`` + base64 of the frame that clip `path` shows at `time_s`, as a JPEG."""

    prefix: str
    path: str
    time_s: float
    width: int
    height: int


Reference = FileText | FrameText


@dataclass(frozen=True, slots=True)
class Body:
    """`fields`: the body's JSON, in which a picture's base64 is a `Reference`; `files`: what these refer to."""

    wire: Wire
    fields: dict[str, Any]
    files: tuple[MediaFile, ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """Every reference, in the body's order."""
        return tuple(_references(self.fields))


def make_body(request: RunRequest, *, frames_from_clip: bool = False, given: Mapping[str, Any] | None = None) -> Body:
    """Encodes the request. `frames_from_clip`: frames refer to their clip, which is then not among `files`.

    `given`: the body where the user wrote it by hand; the request's pictures that it still holds become files.
    """
    files: dict[str, MediaFile] = {}  # digest of the bytes -> the file
    standing: dict[str, Reference] = {}  # text in the encoded body -> what stands there instead

    def refer(picture: Picture) -> DataUrl:
        digest = picture.sha256
        token = f"base64 of {digest}"
        url = DataUrl(picture.media_type, token)
        if frames_from_clip and isinstance(picture, FramePart) and is_from_clip(picture):
            # Two moments of a clip may look the same: the moment belongs to the token.
            url = DataUrl(picture.media_type, token := f"{token} at {picture.time_s!r} of {picture.clip!r}")
            reference: Reference = FrameText("", safe_name(picture.clip), picture.time_s, picture.width, picture.height)
        else:
            if digest not in files:
                files[digest] = MediaFile(_path(picture, {file.path for file in files.values()}), picture.data)
            reference = FileText("", files[digest].path)
        prefixed = replace(reference, prefix=str(url).removesuffix(token))
        standing.update({token: reference, str(url): prefixed})
        if given is not None:
            sent = data_url(picture)
            standing.update({sent.data: reference, str(sent): prefixed})
        return url

    wire = WIRES[request.wire]
    encoded = wire.encode(request, refer)
    return Body(wire, _put_in(encoded if given is None else given, standing), tuple(files.values()))


def is_from_clip(frame: FramePart) -> bool:
    """Whether OpenCV may take the frame out of its file: not a document's page, nor a frame of an animation."""
    return not frame.page and ending_of(frame.clip) not in PICTURE_ENDINGS


def only_last_turn(request: RunRequest) -> RunRequest:
    """The request without what was said before the user's last message."""
    starts = [at for at, message in enumerate(request.messages) if message.role == "user"]
    return replace(request, messages=request.messages[starts[-1] :]) if starts else request


def safe_name(name: str) -> str:
    """A file's name that every system, every shell and every archive takes as one plain name."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name.replace("\\", "/").rsplit("/", 1)[-1])
    return re.sub(r"-*\.+-*", ".", plain).strip("-.")[-80:] or "file"


def _path(picture: Picture, taken: set[str]) -> str:
    # A clip goes out as its own file, under the ending that it came with unless its bytes are another format's.
    ending = (
        safe_name(true_ending(picture.name, picture.data))
        if isinstance(picture, VideoPart)
        else _ENDINGS[picture.media_type]
    )
    if isinstance(picture, FramePart):
        which = f"page-{picture.page}" if picture.page else f"{picture.label().replace(':', '-')}s"
        stem = f"{_stem(picture.clip)}-{which}"
    else:
        stem = _stem(picture.name)
    name = f"{stem}.{ending}"
    number = 2
    while f"{FOLDER}/{name}" in taken:
        name = f"{stem}-{number}.{ending}"
        number += 1
    return f"{FOLDER}/{name}"


def _stem(name: str) -> str:
    safe = safe_name(name)
    return safe.rsplit(".", 1)[0] if "." in safe[1:] else safe


def _put_in(value: Any, standing: dict[str, Reference]) -> Any:
    match value:
        case str():
            return standing.get(value, value)
        case dict():
            return {name: _put_in(item, standing) for name, item in value.items()}
        case Mapping():
            return _put_in(dict(value), standing)
        case list() | tuple():
            return [_put_in(item, standing) for item in value]
        case _:
            return value


def _references(value: Any) -> list[Reference]:
    match value:
        case FileText() | FrameText():
            return [value]
        case dict():
            return [found for item in value.values() for found in _references(item)]
        case list():
            return [found for item in value for found in _references(item)]
        case _:
            return []
