"""A clip as a whole file: whether a browser plays it, whether the API takes it, and the type it goes by there.

Owns media types of clips; what frames are sent of it is `storyboard`'s matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from components.core.parts import VideoPart
from components.media.animations import MEDIA_TYPES, Animation
from components.media.decoding import Moving, Reel
from components.media.documents import Document
from components.media.estimates import base64_size
from components.media.limits import BODY_BYTES, MEGABYTE, MEMORY_BYTES
from components.media.signatures import true_ending
from components.media.source import Source
from components.media.video import Clip, player_start_s

# https://developer.mozilla.org/en-US/docs/Web/Media/Guides/Formats/Containers (read 2026-11-24)
_PLAYED = {
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/mp4",  # QuickTime's type is refused by browsers that play what is in it
    "3gp": "video/3gpp",
    "webm": "video/webm",
    "mkv": "video/webm",  # Matroska with the codecs of WebM, or H.264 in Chromium
}
# What the API takes, by the names that the vision guide of the model's maker has for them:
# https://test-platform.kimi.ai/docs/guide/use-kimi-vision-model (by way of the project's notes, 2026-11-23).
_TAKEN = {
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mpeg": "video/mpeg",
    "mpg": "video/mpg",
    "mov": "video/mov",
    "avi": "video/avi",
    "flv": "video/x-flv",
    "webm": "video/webm",
    "wmv": "video/wmv",
    "3gp": "video/3gpp",
}
# The registered names of what the API's guide calls otherwise, as programs write them.
_OTHER_NAMES = {"video/quicktime": "mov", "video/x-msvideo": "avi", "video/x-ms-wmv": "wmv", "video/flv": "flv"}
_CODECS = frozenset({"H.264", "H.265", "VP8", "VP9", "AV1", "MPEG-4"})


@dataclass(frozen=True, slots=True)
class Film:
    """A clip or animation whose file is at hand: to be played in the browser as `media_type`, or by none (None).

    `start_s`: where its first frame stands on the player's clock.
    """

    source: Source = field(repr=False)
    media_type: str | None
    duration_s: float
    start_s: float


def film_of(clip: Moving) -> Film:
    """A clip or an animation that was attached, to be played."""
    if isinstance(clip, Animation):
        return Film(clip.source, MEDIA_TYPES[clip.format], clip.duration_s, 0.0)
    return Film(clip.source, player_type(clip), clip.duration_s, clip.player_start_s)


def film_of_part(part: VideoPart) -> Film:
    """A clip that went out as a whole and was kept, to be played; whether its codec allows that, the player finds."""
    start_s = player_start_s(part.name, part.data)
    return Film(Source(part.data), _PLAYED.get(true_ending(part.name, part.data)), part.duration_s, start_s)


def player_type(clip: Clip) -> str | None:
    """The media type to hand a clip to the browser's player with; None where it is not played: `why_not_played`."""
    return _PLAYED.get(_ending(clip)) if why_not_played(clip) is None else None


def why_not_played(clip: Clip) -> str | None:
    """Why the clip is not played on the page, in a sentence; None where it is."""
    if clip.codec not in _CODECS or _ending(clip) not in _PLAYED:
        return f"Browsers cannot play {clip.codec} in this kind of file; its frames are shown."
    if clip.size_bytes > MEMORY_BYTES:
        most = f"{MEMORY_BYTES // MEGABYTE} MB"
        return f"Clips of more than {most} are not played on this page; its frames are shown."
    return None


def video_part(clip: Clip) -> VideoPart:
    """The clip as it is sent as a whole: its file, unchanged."""
    return VideoPart(clip.data, _media_type(clip), clip.name, clip.duration_s)


def _media_type(clip: Clip) -> str:
    return _TAKEN.get(_ending(clip), "video/mp4")


def _ending(clip: Clip) -> str:
    return true_ending(clip.name, clip.source.head())


def accepted_ending(media_type: str) -> str:
    """The ending of a file of that media type, `mp4` where the API names none; QuickTime and the like by any name."""
    known = {taken: ending for ending, taken in reversed(_TAKEN.items())} | _OTHER_NAMES
    return known.get(media_type.lower(), "mp4")


def why_not_whole(clip: Reel) -> str | None:
    """Why the clip cannot be sent as a whole, in a sentence; None where it can."""
    if isinstance(clip, Animation | Document):
        return f"The API takes no {clip.format} file of several {clip.unit}s; they are sent one by one."
    ending = _ending(clip)
    if ending not in _TAKEN:
        return f"The API takes no .{ending} files; frames are sent."
    size = base64_size(clip.size_bytes, _media_type(clip))
    if size > BODY_BYTES:
        return (
            f"The clip would fill {size / MEGABYTE:,.0f} MB of the request, which may have "
            f"{BODY_BYTES // MEGABYTE} MB; frames are sent."
        )
    return None
