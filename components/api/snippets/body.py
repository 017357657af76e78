"""The body of a request, with its media as files beside it, from which every program is written.

It is what the wire encodes, so that a program sends exactly what the page sends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from components.api.wires.reading import map_texts
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
    """A file that the program reads; `path`: relative to the program's folder, with slashes."""

    path: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FileText:
    """In the place of a text in the body: `prefix` + the file's bytes as base64."""

    prefix: str
    path: str


@dataclass(frozen=True, slots=True)
class FrameText:
    """In the place of a text in the body: `prefix` + base64 of a JPEG of the frame at `time_s` seconds of clip `path`.

    `width`, `height`: of the JPEG, in pixels.
    """

    prefix: str
    path: str
    time_s: float
    width: int
    height: int


Reference = FileText | FrameText


@dataclass(frozen=True, slots=True)
class Body:
    """`fields`: the body's JSON with a `Reference` in the place of each medium. `references`: these, in order. `files`:
    what they refer to."""

    wire: Wire
    fields: dict[str, Any]
    references: tuple[Reference, ...]
    files: tuple[MediaFile, ...]


def make_body(
    request: RunRequest, *, frames_from_clip: bool = False, handwritten: Mapping[str, Any] | None = None
) -> Body:
    """Encodes the request. `frames_from_clip`: frames refer to their clip, which is then not among `files`.

    `handwritten`: the body if the user edited it by hand; the request's pictures in it become files.
    """
    files: dict[str, MediaFile] = {}  # digest of the bytes -> the file
    reference_of: dict[str, Reference] = {}  # text in the encoded body -> what replaces it
    references: list[Reference] = []

    def refer(picture: Picture) -> DataUrl:
        digest = picture.sha256
        token = f"base64 of {digest}"
        if frames_from_clip and isinstance(picture, FramePart) and is_from_clip(picture):
            # The token has the time, since two frames of a clip may be equal.
            token += f" at {picture.time_s!r} of {picture.clip!r}"
            reference: Reference = FrameText("", safe_name(picture.clip), picture.time_s, picture.width, picture.height)
        else:
            if digest not in files:
                files[digest] = MediaFile(_media_path(picture, {file.path for file in files.values()}), picture.data)
            reference = FileText("", files[digest].path)
        url = DataUrl(picture.media_type, token)
        for written in (url, data_url(picture)) if handwritten is not None else (url,):
            reference_of[written.data] = reference
            reference_of[str(written)] = replace(reference, prefix=str(url).removesuffix(token))
        return url

    def put_in(text: str) -> str | Reference:
        if text not in reference_of:
            return text
        references.append(reference_of[text])
        return reference_of[text]

    wire = WIRES[request.wire]
    encoded = wire.encode(request, refer)
    fields = map_texts(encoded if handwritten is None else handwritten, put_in)
    return Body(wire, fields, tuple(references), tuple(files.values()))


def is_from_clip(frame: FramePart) -> bool:
    """Whether OpenCV can take the frame from its file: not a page of a document, nor a frame of an animation."""
    return not frame.page and ending_of(frame.clip) not in PICTURE_ENDINGS


def only_last_turn(request: RunRequest) -> RunRequest:
    """The request without the messages before the user's last one."""
    starts = [at for at, message in enumerate(request.messages) if message.role == "user"]
    return replace(request, messages=request.messages[starts[-1] :]) if starts else request


def safe_name(name: str) -> str:
    """The file's name in characters that are safe on every system, in every shell and archive."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name.replace("\\", "/").rsplit("/", 1)[-1])
    return re.sub(r"-*\.+-*", ".", plain).strip("-.")[-80:] or "file"


def _media_path(picture: Picture, used: set[str]) -> str:
    # A clip is sent as it is; its ending stays unless its bytes are of another format.
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
    while f"{FOLDER}/{name}" in used:
        name = f"{stem}-{number}.{ending}"
        number += 1
    return f"{FOLDER}/{name}"


def _stem(name: str) -> str:
    safe = safe_name(name)
    return safe.rsplit(".", 1)[0] if "." in safe[1:] else safe
