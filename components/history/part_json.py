"""Messages as JSON: one table of tags, one for each kind of part. A new kind is one entry.

Bytes are stored beside the JSON, by their SHA-256. A part with a tag of a newer version, or without its bytes, is left
out of the message that is read, but stays in the database: nothing is written back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from components.core.parts import (
    FramePart,
    ImagePart,
    Message,
    Part,
    RemoteImagePart,
    Role,
    TextFilePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
    VideoPart,
)

# Tag -> kind. A tag that was ever stored never changes its meaning.
KINDS: dict[str, type[Part]] = {
    "text": TextPart,
    "text_file": TextFilePart,
    "image": ImagePart,
    "remote_image": RemoteImagePart,
    "frame": FramePart,
    "video": VideoPart,
    "thinking": ThinkingPart,
    "tool_call": ToolCallPart,
    "tool_result": ToolResultPart,
}
# Fields that were added later. Left out if they have their default, so that equal messages stay equal.
_CAME_LATER: dict[type[Part], tuple[str, ...]] = {FramePart: ("page", "pages", "text")}
_TAGS = {kind: tag for tag, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of a picture or clip."""

    data: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class Content:
    """A message as it is stored. `parts` is canonical JSON, so that equal messages are equal texts.

    `blobs`: SHA-256 -> bytes of its media, as far as they are known.
    """

    role: Role
    parts: str
    blobs: Mapping[str, Blob] = field(default_factory=dict, repr=False)

    @property
    def sha256(self) -> str:
        """The message's identity."""
        return hashlib.sha256(f"{self.role}\n{self.parts}".encode()).hexdigest()

    @property
    def media(self) -> frozenset[str]:
        """The SHA-256 of everything the parts refer to, of unknown kinds too."""
        return frozenset(part["sha256"] for part in json.loads(self.parts) if "sha256" in part)

    def message(self) -> Message:
        """The message, without the parts that this version does not know or whose bytes are missing."""
        decoded = (_decoded(part, self.blobs) for part in json.loads(self.parts))
        return Message(self.role, tuple(part for part in decoded if part is not None))


def content_of(message: Message) -> Content:
    """The message as it is stored."""
    blobs: dict[str, Blob] = {}
    return Content(message.role, canonical([_encode_part(part, blobs) for part in message.parts]), blobs)


def canonical(value: object) -> str:
    """JSON in the one form that is hashed: ASCII, so that NUL and halves of surrogate pairs survive any database."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _encode_part(part: Part, blobs: dict[str, Blob]) -> dict[str, Any]:
    """One part as JSON; its bytes are added to `blobs`."""
    encoded: dict[str, Any] = {"type": _TAGS[type(part)]}
    for each in fields(part):
        value = getattr(part, each.name)
        if each.name in _CAME_LATER.get(type(part), ()) and value == each.default:
            continue
        if isinstance(value, bytes):
            encoded["sha256"] = hashlib.sha256(value).hexdigest()
            blobs[encoded["sha256"]] = Blob(value, getattr(part, "media_type", "application/octet-stream"))
        else:
            encoded[each.name] = value
    return encoded


def _decoded(part: Mapping[str, Any], blobs: Mapping[str, Blob]) -> Part | None:
    kind = KINDS.get(part.get("type", ""))
    if kind is None:
        return None
    values: dict[str, Any] = {}
    for each in fields(kind):
        if each.name in part:
            value = part[each.name]
            values[each.name] = tuple(value) if isinstance(value, list) else value
        elif each.type == "bytes":
            blob = blobs.get(part.get("sha256", ""))
            if blob is None:
                return None
            values[each.name] = blob.data
    try:
        return kind(**values)
    except TypeError:  # a field that this version needs is missing
        return None
