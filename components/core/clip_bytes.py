"""The bytes of a clip on their way into FFmpeg: what keeps crafted and damaged ones from doing harm.

Shared by the reader of what is attached (`media.containers`) and the simulator's (`gateway.media.video_frames`), which
may not know of each other. Standard library alone; nothing is opened here.
"""

from __future__ import annotations

from io import SEEK_SET, BytesIO
from typing import Final

# Pillow's default for pictures, https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.MAX_IMAGE_PIXELS:
# a quarter of a gibibyte of pixels; a file of a few kilobytes can claim more (a decompression bomb).
MOST_PIXELS: Final = 89_478_485
# FFmpeg's readers that may open a clip. None is a playlist or a list of other files.
CLIP_READERS: Final = "mov,matroska,avi,mpeg,mpegvideo,mpegts,asf,flv,ogg"
# A crafted clip may name other files and addresses to read on from. The bytes come through Python, which needs no
# protocol, so none is allowed. A decoder unpacks no more than so many pixels, whatever a damaged header states.
# https://ffmpeg.org/ffmpeg-formats.html, https://ffmpeg.org/ffmpeg-codecs.html (read 2026-11-28)
SAFE_OPTIONS: Final = {
    "format_whitelist": CLIP_READERS,
    "protocol_whitelist": "none",
    "max_pixels": str(MOST_PIXELS),
}
_ASF = bytes.fromhex("3026b2758e66cf11")
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_ASF_STREAM = bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365")


class ClipBytes(BytesIO):
    """The clip's bytes for FFmpeg, whose errors are numbers: a damaged clip asks for places that cannot be."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Reads on, as `BytesIO` does; returns nothing, which FFmpeg reads as the end, where that is impossible."""
        try:
            return super().read(size)
        except (MemoryError, ValueError, OverflowError):
            return b""

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """Moves to an offset, as `BytesIO` does; returns -1, an error to FFmpeg, where that is impossible."""
        try:
            return super().seek(offset, whence)
        except (MemoryError, ValueError, OverflowError):
            return -1


def has_damaged_asf_header(data: bytes) -> bool:
    """Whether these are a WMV's bytes whose header's objects do not fill it exactly, hold less than their stream's own
    data, or are not followed by the packets: FFmpeg then sets aside whatever a damaged size states, a gigabyte and
    more.
    """
    if not data.startswith(_ASF):
        return False
    end = int.from_bytes(data[16:24], "little")
    offset = 30
    if end > len(data):
        return True
    while offset < end:
        size = int.from_bytes(data[offset + 16 : offset + 24], "little")
        if size < 24 or offset + size > end:
            return True
        if data[offset : offset + 16] == _ASF_STREAM:
            # After the object's head: two types of 16 bytes, 8 of offset, then the sizes of the data that is its own.
            own, correction = (int.from_bytes(data[offset + at : offset + at + 4], "little") for at in (64, 68))
            if 78 + own + correction > size:
                return True
        offset += size
    return offset != end or data[end : end + len(_ASF_DATA)] != _ASF_DATA
