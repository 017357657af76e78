"""`Attachment`: a file the user gave, as the parts that will be sent. The one door for every file.

Decides by the name's ending whether it is a picture or a clip; Pillow and OpenCV are imported only when one comes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from components.core.errors import MediaError
from components.core.parts import FramePart, ImagePart
from components.media import limits
from components.media.signatures import ending_of, recognise, require

if TYPE_CHECKING:
    from components.media.images import PreparedImage
    from components.media.video import Clip


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file ready to go. `notes` says in plain words what was done to it; `facts` is what it was.

    An image has one part. A clip has its frames in order of time, without those that the user dropped.
    """

    name: str
    kind: Literal["image", "clip"]
    parts: tuple[ImagePart | FramePart, ...]
    facts: PreparedImage | Clip
    notes: tuple[str, ...] = ()


def attach(name: str, data: bytes, frames: int = 8) -> Attachment:
    """Reads a file and makes the parts that are sent; of a clip, `frames` of them spread evenly.

    Raises: MediaError, with one sentence to show, if the file is anything but a whole picture or a clip.
    """
    ending = ending_of(name)
    if ending in limits.CLIP_ENDINGS:
        from components.media.video import open_clip

        return _of_clip(open_clip(name, data), frames)
    if ending in limits.PICTURE_ENDINGS:
        from components.media.images import prepare_image

        image = prepare_image(name, data)
        return Attachment(name, "image", (image.part,), image, image.notes)
    if ending in ("heic", "heif"):
        require(name, data, limits.PICTURE_ENDINGS)
    what = f" ({recognise(data).words})" if data else ""
    raise MediaError(
        f"{name!r}{what} cannot be attached: only pictures ({', '.join(limits.PICTURE_ENDINGS)}) and clips "
        f"({', '.join(limits.CLIP_ENDINGS)}) can."
    )


def without_frame(attachment: Attachment, index: int) -> Attachment:
    """Gives the clip without its frame number `index` (from 0).

    Raises: MediaError if it is the only frame; IndexError if there is no such frame; ValueError for an image.
    """
    _require_clip(attachment)
    if not 0 <= index < len(attachment.parts):
        raise IndexError(f"{attachment.name!r} has {len(attachment.parts)} frames, none is number {index}")
    if len(attachment.parts) == 1:
        raise MediaError(f"This is the only frame of {attachment.name!r}: remove the clip instead.")
    return replace(attachment, parts=attachment.parts[:index] + attachment.parts[index + 1 :])


def resampled(attachment: Attachment, frames: int) -> Attachment:
    """Gives the clip with `frames` frames taken anew; those that were dropped come back.

    Raises: MediaError if the count is not allowed; ValueError for an image.
    """
    return _of_clip(_require_clip(attachment), frames)


def _of_clip(clip: Clip, frames: int) -> Attachment:
    from components.media.storyboard import sample_evenly

    parts = sample_evenly(clip, frames)
    notes = (f"{len(parts)} of {clip.frame_count} frames are sent", *clip.notes)
    if clip.has_audio:
        notes = (*notes, "its sound is not sent")
    return Attachment(clip.name, "clip", parts, clip, notes)


def _require_clip(attachment: Attachment) -> Clip:
    from components.media.video import Clip

    if not isinstance(attachment.facts, Clip):
        raise ValueError(f"{attachment.name!r} is an image and has no frames to choose")
    return attachment.facts
