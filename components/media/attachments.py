"""`Attachment`: something the user put before the prompt, as the parts that will be sent. The one door for every file.

Decides by the name's ending whether it is a picture or a clip; Pillow and OpenCV are imported only when one comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from components.core.errors import MediaError
from components.core.parts import FramePart, ImagePart, Part, PicturePart, TextPart, VideoPart
from components.media import limits
from components.media.names import file_name
from components.media.signatures import ending_of, recognise, refusal
from components.media.source import Source

if TYPE_CHECKING:
    from components.media.clip_cache import ClipCache
    from components.media.crops import Crop
    from components.media.images import PreparedImage
    from components.media.storyboard import Storyboard
    from components.media.work import Progress


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, an address or a text, ready to go in the place where it stands among the others.

    `notes` says in plain words what was done to it; `facts` is what the file was. An image has one part, and so have a
    remote picture (its address) and a text. A clip has its frames in order of time, without those the user dropped.
    `kept` are pictures and frames of an earlier message, as they were sent: what they were made of is not at hand.
    `video` is the clip itself where that is to be sent instead of the frames, by the formats that take it.
    """

    name: str
    kind: Literal["image", "clip", "remote", "text", "kept"]
    parts: tuple[PicturePart | TextPart, ...]
    facts: PreparedImage | Storyboard | None = None
    notes: tuple[str, ...] = ()
    video: VideoPart | None = None


def attach(
    name: str,
    file: bytes | Source,
    frames: int = 8,
    cache: ClipCache | None = None,
    progress: Progress | None = None,
) -> Attachment:
    """Reads a file and makes the parts that are sent; of a clip, `frames` of them spread evenly.

    `cache` keeps what is decoded of a clip; `progress` is told of each `FramePart` as soon as it is ready.

    Raises: MediaError, with one sentence to show, if the file is anything but a whole picture or a clip.
    """
    name = file_name(name)
    source = file if isinstance(file, Source) else Source(file)
    data = _looked_at(name, source)
    # The bytes decide what it is. Empty ones and those of no known kind are refused as what the name says.
    ending, format = ending_of(name), recognise(data).format
    is_clip, is_picture = format in limits.CLIP_ENDINGS.values(), format in limits.PICTURE_ENDINGS.values()
    # Many cameras' raw files are TIFFs with nothing but a small preview in front.
    is_picture = is_picture and not (format == "TIFF" and ending and ending not in limits.PICTURE_ENDINGS)
    if is_clip or (ending in limits.CLIP_ENDINGS and not is_picture):
        from components.media.sampling import first_sampling
        from components.media.storyboard import make_storyboard
        from components.media.video import open_clip

        clip = open_clip(name, source)
        return of_storyboard(make_storyboard(clip, first_sampling(clip, frames), cache=cache, progress=progress))
    if is_picture or ending in limits.PICTURE_ENDINGS:
        from components.media.images import prepare_image

        image = prepare_image(name, data)
        return Attachment(name, "image", (image.part,), image, image.notes)
    raise refusal(name, data)


def _looked_at(name: str, source: Source) -> bytes:
    """What is to be in memory of a file: a clip's beginning, the whole of others. Raises: MediaError if it is large."""
    head = source.head()
    if recognise(head).kind == "clip":
        return head
    if source.size_bytes > limits.MEMORY_BYTES:
        raise MediaError(
            f"{name!r} has {source.size_bytes / limits.MEGABYTE:,.0f} MB and is no clip: other files may have "
            f"{limits.MEMORY_BYTES // limits.MEGABYTE} MB; attach a smaller one."
        )
    return source.read()


def kept(parts: Iterable[Part]) -> tuple[Attachment, ...]:
    """The pictures and frames among the parts of a message, ready to be sent again; nothing where there are none.

    A clip that was to go as a whole, with the frames that stand for it, is an attachment of its own.
    """
    groups: list[tuple[VideoPart | None, list[PicturePart]]] = []
    for part in parts:
        if isinstance(part, VideoPart):
            groups.append((part, []))
        elif isinstance(part, PicturePart):
            video = groups[-1][0] if groups else None
            is_of_it = video is None or (isinstance(part, FramePart) and part.clip == video.name)
            if not groups or not is_of_it:
                groups.append((None, []))
            groups[-1][1].append(part)
    return tuple(
        Attachment(video.name if video else "Pictures as they were sent", "kept", tuple(pictures), video=video)
        for video, pictures in groups
    )


def as_whole(attachment: Attachment) -> Attachment:
    """Has a clip sent as a whole by the formats that take one, if the API takes it; else gives back what came."""
    from components.media.playing import why_not_whole
    from components.media.storyboard import Storyboard

    board = attachment.facts
    if not isinstance(board, Storyboard) or why_not_whole(board.clip):
        return attachment
    return of_storyboard(replace(board, whole=True))


def adjusted(attachment: Attachment, *, full_size: bool, crop: Crop | None) -> Attachment:
    """Gives the picture made anew from its file: at full size or made small, the whole of it or the crop.

    Raises: ValueError for anything but a picture, and for a crop that is no region of it.
    """
    from components.media.images import PreparedImage, prepare_image

    if not isinstance(attachment.facts, PreparedImage):
        raise ValueError(f"{attachment.name!r} is no picture and cannot be cropped")
    image = prepare_image(attachment.name, attachment.facts.data, full_size=full_size, crop=crop)
    return replace(attachment, parts=(image.part,), facts=image, notes=image.notes)


def held_bytes(attachment: Attachment) -> int:
    """The bytes that it holds: the file it was made of, where that is at hand, and what is sent of it."""
    sent = sum(len(part.data) for part in attachment.parts if isinstance(part, ImagePart | FramePart))
    if attachment.facts is None:
        return sent + (len(attachment.video.data) if attachment.video else 0)
    from components.media.images import PreparedImage

    facts = attachment.facts
    return sent + (len(facts.data) if isinstance(facts, PreparedImage) else facts.clip.source.held_bytes)


def text_between(text: str) -> Attachment:
    """Makes a text that stands among the pictures, where the user puts it; the prompt itself comes after them all."""
    return Attachment("text", "text", (TextPart(text),))


def of_storyboard(board: Storyboard) -> Attachment:
    """Makes the attachment that sends the frames of a storyboard."""
    clip = board.clip
    count = len(board.picks)
    of = "the only frame is" if clip.frame_count == 1 else f"{count} of {clip.frame_count:,} frames are"
    notes = (f"{of} sent", *clip.notes)
    if clip.has_audio:
        notes = (*notes, "its sound is not sent")
    video = None
    if board.whole:
        from components.media.playing import video_part

        video = video_part(clip)
    return Attachment(clip.name, "clip", board.parts, board, notes, video)
