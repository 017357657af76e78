"""What a browser plays of a clip, and the type that its file goes by on the way there."""

from __future__ import annotations

from components.media.signatures import ending_of
from components.media.video import Clip

# https://developer.mozilla.org/en-US/docs/Web/Media/Guides/Formats/Containers (read 2026-11-24)
_PLAYED = {
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/mp4",  # QuickTime's type is refused by browsers that play what is in it
    "3gp": "video/3gpp",
    "webm": "video/webm",
    "mkv": "video/webm",  # Matroska with the codecs of WebM, or H.264 in Chromium
}
_CODECS = frozenset({"H.264", "H.265", "VP8", "VP9", "AV1", "MPEG-4"})


def player_type(clip: Clip) -> str | None:
    """The media type to hand a clip to the browser's player with; None where no browser plays it."""
    return _PLAYED.get(ending_of(clip.name)) if clip.codec in _CODECS else None
