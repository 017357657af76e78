"""The bytes of a clip on their way into FFmpeg by way of OpenCV: what keeps crafted and damaged ones from doing harm.

Shared by the reader of what is attached (`media.capture`) and the simulator's (`gateway.clips`), which may not know of
each other. Standard library alone; neither opens anything here.
"""

from __future__ import annotations

import os
from io import SEEK_SET, BytesIO
from typing import Final

# Pillow's default for pictures, https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.MAX_IMAGE_PIXELS:
# a quarter of a gibibyte of pixels; a file of a few kilobytes can claim more (a decompression bomb).
MOST_PIXELS: Final = 89_478_485
_ASF = bytes.fromhex("3026b2758e66cf11")
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_ASF_STREAM = bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365")


class ClipBytes(BytesIO):
    """The clip's bytes for OpenCV, whose errors are numbers: a damaged clip asks for places that cannot be.

    An exception here (`BytesIO` raises at a negative place, and where memory is short) would end the process with a
    segmentation fault: OpenCV (4.14.0) takes the missing result for one.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        """Reads on, as `BytesIO` does; gives nothing, which FFmpeg reads as the end, where that is impossible."""
        try:
            return super().read(size)
        except (MemoryError, ValueError, OverflowError):
            return b""

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """Moves to a place, as `BytesIO` does; gives -1, which FFmpeg reads as an error, where that is impossible."""
        try:
            return super().seek(offset, whence)
        except (MemoryError, ValueError, OverflowError):
            return -1


def confine_ffmpeg() -> None:
    """Holds FFmpeg to clips: no file or address but the bytes it is given, no playlists, no huge frames, no noise.

    To be called before OpenCV opens its first clip, which is when it reads these (tried with 4.14.0).
    """
    # FFmpeg's own log (`moov atom not found`) goes to stderr; -8 is AV_LOG_QUIET. OpenCV's own log has its own switch.
    # https://docs.opencv.org/master/d6/dea/tutorial_env_reference.html (read 2026-11-23).
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    # A crafted clip may name other files and addresses to read on from. The bytes come through OpenCV's own reader,
    # which needs no protocol, so none but `data` is allowed; and FFmpeg may choose only among the readers of the
    # formats that the API takes, of which none is a playlist. A decoder unpacks no more than so many pixels, whatever a
    # damaged header states.
    os.environ.setdefault(
        "OPENCV_FFMPEG_CAPTURE_OPTIONS",
        f"protocol_whitelist;data|format_whitelist;mov,matroska,avi,mpeg,mpegvideo,asf,flv|max_pixels;{MOST_PIXELS}",
    )


def may_be_sought(data: bytes) -> bool:
    """Whether FFmpeg may be sent to a place in the clip. Not in a WMV: its reader looks for the place by trial and,
    where the packets are damaged, sets aside what it takes for their size, which OpenCV (4.14) never gives back.
    """
    return not data.startswith(_ASF)


def has_damaged_asf_header(data: bytes) -> bool:
    """Whether these are a WMV's bytes whose header's objects do not fill it exactly, hold less than their stream's own
    data, or are not followed by the packets: FFmpeg then sets aside whatever a damaged size states, a gigabyte and
    more, and OpenCV (4.14) never gives it back.
    """
    if not data.startswith(_ASF):
        return False
    end = int.from_bytes(data[16:24], "little")
    place = 30
    if end > len(data):
        return True
    while place < end:
        size = int.from_bytes(data[place + 16 : place + 24], "little")
        if size < 24 or place + size > end:
            return True
        if data[place : place + 16] == _ASF_STREAM:
            # After the object's head: two types of 16 bytes, 8 of offset, then the sizes of the data that is its own.
            own, correction = (int.from_bytes(data[place + at : place + at + 4], "little") for at in (64, 68))
            if 78 + own + correction > size:
                return True
        place += size
    return place != end or data[end : end + len(_ASF_DATA)] != _ASF_DATA
