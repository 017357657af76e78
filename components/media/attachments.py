"""`Attachment`: something the user put before the prompt, as the parts that will be sent. The one door for every file.

Decides by the bytes what a file is; Pillow, OpenCV and the rest are imported only when one comes that needs them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from components.core.errors import MediaError
from components.core.parts import FramePart, ImagePart, Part, PicturePart, TextFilePart, TextPart, VideoPart
from components.media import limits
from components.media.names import file_name
from components.media.signatures import ending_of, recognise, refusal
from components.media.source import Source

if TYPE_CHECKING:
    from components.media.clip_cache import ClipCache
    from components.media.crops import Crop
    from components.media.decoding import Reel
    from components.media.images import PreparedImage
    from components.media.storyboard import Storyboard
    from components.media.text_files import TextFile
    from components.media.work import Progress


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Attachment:
    """A file, an address or a text, ready to go in the place where it stands among the others.

    `notes` says in plain words what was done to it; `facts` is what the file was. An image has one part, and so have a
    remote picture (its address), a text and a text file. A clip has its frames in order of time, without those the
    user dropped; so have an animation and a document, whose pages are its frames.
    `kept` are pictures and frames of an earlier message, as they were sent: what they were made of is not at hand.
    `video` is the clip itself where that is to be sent instead of the frames, by the formats that take it.
    """

    name: str
    kind: Literal["image", "clip", "remote", "text", "file", "sent"]
    parts: tuple[PicturePart | TextPart | TextFilePart, ...]
    facts: PreparedImage | Storyboard | TextFile | None = None
    notes: tuple[str, ...] = ()
    video: VideoPart | None = None


def attach(
    name: str,
    file: bytes | Source,
    frames: int | None = None,
    cache: ClipCache | None = None,
    progress: Progress | None = None,
    *,
    texts: bool = False,
) -> Attachment:
    """Reads a file and makes the parts that are sent; of a clip or an animation, `frames` of them spread evenly (8).

    Of a document the first `frames` pages are sent; without that number as many as stands in `limits`.

    With `texts` what is written on them goes along. `cache` keeps what is decoded of a clip;
    `progress` is told of each `FramePart` as soon as it is ready.

    Raises: MediaError, with one sentence to show, if the file is anything else.
    """
    name = file_name(name)
    source = file if isinstance(file, Source) else Source(file)
    data = _bytes_to_read(name, source)
    # The bytes decide what it is. Empty ones, and text that is named as a picture or a clip, as a saved page of an
    # error is, are refused as what the name says.
    ending, content = ending_of(name), recognise(data)
    format = content.format
    if format == "SVG" or (format == "text" and ending in limits.TEXT_ENDINGS):
        return _text_file(name, data)
    is_clip, is_picture = format in limits.CLIP_ENDINGS.values(), format in limits.PICTURE_ENDINGS.values()
    # Many cameras' raw files are TIFFs with nothing but a small preview in front.
    is_picture = is_picture and not (format == "TIFF" and ending and ending not in limits.PICTURE_ENDINGS)
    is_document = format in limits.DOCUMENT_ENDINGS.values()
    is_document = is_document or (ending in limits.DOCUMENT_ENDINGS and not is_clip and not is_picture)
    if is_clip or is_document or (ending in limits.CLIP_ENDINGS and not is_picture):
        return _of_reel(_clip_or_document(name, source, is_document), frames, cache, progress, texts)
    if is_picture and (reel := _several_pictures(name, data, format, progress)) is not None:
        return _of_reel(reel, frames, cache, progress, texts)
    if is_picture or ending in limits.PICTURE_ENDINGS:
        from components.media.images import prepare_image

        image = prepare_image(name, data)
        return Attachment(name, "image", (image.part,), image, image.notes)
    if format in ("text", ""):
        return _text_file(name, data)
    raise refusal(name, data)


def _bytes_to_read(name: str, source: Source) -> bytes:
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


def _clip_or_document(name: str, source: Source, is_document: bool) -> Reel:
    if is_document:
        from components.media.documents import open_document

        return open_document(name, source.read())
    from components.media.video import open_clip

    return open_clip(name, source)


def _several_pictures(name: str, data: bytes, format: str, progress: Progress | None) -> Reel | None:
    """Opens what a file of a picture's format is where that is not one picture: an animation, or several pages."""
    if format == "TIFF":
        from components.media.documents import open_document
        from components.media.tiff_pages import has_pages

        return open_document(name, data) if has_pages(data) else None
    from components.media.animations import is_animation, open_animation

    if not is_animation(data):
        return None
    return open_animation(name, data, progress.check) if progress else open_animation(name, data)


def _of_reel(
    reel: Reel, frames: int | None, cache: ClipCache | None, progress: Progress | None, texts: bool
) -> Attachment:
    from components.media.rendering import first_style
    from components.media.sampling import first_sampling
    from components.media.storyboard import make_storyboard

    style = replace(first_style(reel), texts=texts)
    return of_storyboard(make_storyboard(reel, first_sampling(reel, frames), style, cache=cache, progress=progress))


def read_as(attachment: Attachment, encoding: str) -> Attachment:
    """Gives the text file read in another encoding, a key of `text_files.ENCODINGS`.

    Raises: MediaError if it is no text in that encoding; ValueError for anything but a text file.
    """
    from components.media.text_files import TextFile

    if not isinstance(attachment.facts, TextFile):
        raise ValueError(f"{attachment.name!r} is no text file")
    return _text_file(attachment.name, attachment.facts.data, encoding)


def drawn(attachment: Attachment) -> Attachment:
    """Gives the picture that an SVG is, in the place of its source text.

    Raises: MediaError if it cannot be drawn; ValueError for anything but a text file.
    """
    from components.media.images import prepare_image
    from components.media.text_files import TextFile

    if not isinstance(attachment.facts, TextFile):
        raise ValueError(f"{attachment.name!r} is no text file")
    image = prepare_image(attachment.name, attachment.facts.data, on_white=True)
    return Attachment(attachment.name, "image", (image.part,), image, image.notes)


def as_source(attachment: Attachment) -> Attachment:
    """Gives the source text of an SVG that was drawn.

    Raises: ValueError for anything else.
    """
    from components.media.images import PreparedImage

    if not isinstance(attachment.facts, PreparedImage) or attachment.facts.original_format != "SVG":
        raise ValueError(f"{attachment.name!r} has no source text")
    return _text_file(attachment.name, attachment.facts.data)


def _text_file(name: str, data: bytes, encoding: str | None = None) -> Attachment:
    from components.media.text_files import language_of, notes_of, open_text

    file = open_text(name, data, encoding)
    return Attachment(name, "file", (TextFilePart(file.text, name, language_of(name)),), file, notes_of(file))


def attachments_of(parts: Iterable[Part]) -> tuple[Attachment, ...]:
    """What was attached to a message, ready to be sent again; nothing where nothing was.

    A text file is an attachment of its own, and so is a clip that was to go as a whole, with its frames.
    """
    groups: list[tuple[VideoPart | TextFilePart | None, list[PicturePart]]] = []
    for part in parts:
        if isinstance(part, VideoPart | TextFilePart):
            groups.append((part, []))
        elif isinstance(part, PicturePart):
            before = groups[-1][0] if groups else None
            belongs = before is None or (
                isinstance(before, VideoPart) and isinstance(part, FramePart) and part.clip == before.name
            )
            if not groups or not belongs:
                groups.append((None, []))
            groups[-1][1].append(part)
    return tuple(
        Attachment(first.name, "file", (first,))
        if isinstance(first, TextFilePart)
        else Attachment(first.name if first else "Pictures as they were sent", "sent", tuple(pictures), video=first)
        for first, pictures in groups
    )


def as_whole(attachment: Attachment) -> Attachment:
    """Has a clip sent as a whole by the formats that take one, if the API takes it; else gives back what came."""
    from components.media.playing import why_not_whole
    from components.media.storyboard import Storyboard

    board = attachment.facts
    if not isinstance(board, Storyboard) or why_not_whole(board.clip):
        return attachment
    return of_storyboard(replace(board, whole=True))


def with_burnt_times(attachment: Attachment, cache: ClipCache) -> Attachment:
    """Has the frames of a clip sent with their times in their pixels; gives back what came if it is no clip.

    `cache`: what the clip was attached with, or its frames are decoded anew. Raises: MediaError.
    """
    from components.media.storyboard import Storyboard, restyled

    board = attachment.facts
    if not isinstance(board, Storyboard):
        return attachment
    return of_storyboard(restyled(board, replace(board.style, burnt_times=True), cache))


def adjusted(
    attachment: Attachment, *, full_size: bool = False, crop: Crop | None = None, on_white: bool = False
) -> Attachment:
    """Gives the picture made anew from its file: at full size or made small, the whole of it or the crop, transparent
    parts as they are or white.

    Raises: ValueError for anything but a picture, and for a crop that is no region of it.
    """
    from components.media.images import PreparedImage, prepare_image

    if not isinstance(attachment.facts, PreparedImage):
        raise ValueError(f"{attachment.name!r} is no picture and cannot be cropped")
    image = prepare_image(attachment.name, attachment.facts.data, full_size=full_size, crop=crop, on_white=on_white)
    return replace(attachment, parts=(image.part,), facts=image, notes=image.notes)


def held_bytes(attachment: Attachment) -> int:
    """The bytes that it holds: the file it was made of, where that is at hand, and what is sent of it."""
    sent = sum(len(part.data) for part in attachment.parts if isinstance(part, ImagePart | FramePart))
    sent += sum(len(part.text) for part in attachment.parts if isinstance(part, TextFilePart))
    if attachment.facts is None:
        return sent + (len(attachment.video.data) if attachment.video else 0)
    from components.media.storyboard import Storyboard

    facts = attachment.facts
    return sent + (facts.clip.source.held_bytes if isinstance(facts, Storyboard) else len(facts.data))


def text_between(text: str) -> Attachment:
    """Makes a text that stands among the pictures, where the user puts it; the prompt itself comes after them all."""
    return Attachment("text", "text", (TextPart(text),))


def of_storyboard(board: Storyboard) -> Attachment:
    """Makes the attachment that sends the frames of a storyboard."""
    clip = board.clip
    count = len(board.picks)
    of = f"the only {clip.unit} is" if clip.frame_count == 1 else f"{count} of {clip.frame_count:,} {clip.unit}s are"
    notes = (f"{of} sent", *clip.notes)
    video = None
    # Here they are loaded already.
    from components.media.playing import video_part
    from components.media.video import Clip

    if isinstance(clip, Clip):
        notes = (*notes, "its sound is not sent") if clip.has_audio else notes
        video = video_part(clip) if board.whole else None
    return Attachment(clip.name, "clip", board.parts, board, notes, video)
