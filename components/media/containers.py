"""Opens a clip's file with PyAV: no way out of the file, no noise on stderr, FFmpeg's errors as `MediaError`.

The one place where PyAV opens what is attached; what keeps FFmpeg within the file is `core.clip_bytes`'.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from components.core.clip_bytes import SAFE_OPTIONS
from components.core.errors import MediaError
from components.media.signatures import recognise
from components.media.source import Source

av.logging.set_libav_level(av.logging.PANIC)

# FFmpeg asks for 32 kB at a time unless told otherwise; each time is a call into Python.
_READ_AT_ONCE = 262_144
# Containers whose head says all of their tracks. Of others FFmpeg decodes a picture or more to find that out, which
# takes a third of what the first frame costs: here it may use no decoder meanwhile, nor read on to look for more.
_TELLING = frozenset({"MP4", "WebM"})
_NOT_PROBED = {"codec_whitelist": "none", "probesize": "32", "analyzeduration": "1", "fpsprobesize": "0"}
# [own] So many damaged places in a row, with nothing readable between them, are the end of what can be read.
_MOST_ERRORS = 256


# Stamps of damaged files reach as far as 64 bits do; up to here the seconds of one are as exact as the stamp.
_FARTHEST = 1 << 53
# What PyAV raises on damaged files. A lookup fails where a damaged FLV has tracks that appear halfway (18.1).
FAILURES = (av.FFmpegError, ValueError, OSError, LookupError, OverflowError, MemoryError)


class Unreadable(Exception):
    """No reader of clips can open the file."""


@contextmanager
def opened(source: Source) -> Iterator[InputContainer]:
    """Opens a clip's file. Raises: Unreadable if no reader can open it."""
    options = SAFE_OPTIONS
    if recognise(source.head()).format in _TELLING:
        options = {**options, **_NOT_PROBED}
    with source.open() as file:
        try:
            container = av.open(file, "r", options=options, buffer_size=_READ_AT_ONCE, metadata_errors="replace")
        except FAILURES as exc:
            raise Unreadable from exc
        with container:
            yield container


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The first track of moving pictures, covers apart; None if there is none. What else is in the file is not read."""
    found = None
    for stream in container.streams:
        is_cover = bool(stream.disposition & av.stream.Disposition.attached_pic)
        if found is None and isinstance(stream, VideoStream) and stream.codec_context is not None and not is_cover:
            found = stream
        else:
            stream.discard = av.stream.Discard.all
    return found


def packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """Yields what the file holds of a track from where it stands. Past a damaged place it goes on as far as FFmpeg can.

    Packets without a time, or with one that cannot be, are left out, as is the empty one at the end.
    """
    errors = 0
    while errors < _MOST_ERRORS:
        try:
            for packet in container.demux(stream):
                if packet.size and packet.pts is not None and abs(packet.pts) < _FARTHEST:
                    errors = 0
                    yield packet
        except FAILURES:
            errors += 1
        else:
            return


def unreadable(name: str) -> MediaError:
    """The sentence for a clip that no reader can open."""
    return MediaError(
        f"{name!r} has no picture track that can be read: it may be damaged or hold sound only; play it "
        "in a viewer, save it anew as MP4 (H.264) and attach that."
    )
