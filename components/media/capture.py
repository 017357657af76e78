"""Opens a clip's bytes with OpenCV: no temporary file, no noise on stderr, no way out of the file.

Owns the only `cv2.VideoCapture` of clips that are attached and the border where OpenCV's errors become `MediaError`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_SET, BytesIO

import cv2

from components.core.errors import MediaError
from components.media import limits

# FFmpeg's own log (`moov atom not found`) goes to stderr at a level that OpenCV reads from the environment when it
# opens its first clip (tried with 4.14.0: after the import is early enough); -8 is AV_LOG_QUIET. OpenCV's own log has
# its own switch. https://docs.opencv.org/master/d6/dea/tutorial_env_reference.html (read 2026-11-23).
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
# A crafted clip may name other files and addresses to read on from. The bytes come through OpenCV's own reader, which
# needs no protocol, so none but `data` is allowed; and FFmpeg may choose only among the readers of `CLIP_ENDINGS`, of
# which none is a playlist. A decoder unpacks no more than the pixels below, whatever a damaged header states.
os.environ.setdefault(
    "OPENCV_FFMPEG_CAPTURE_OPTIONS",
    "protocol_whitelist;data|format_whitelist;mov,matroska,avi,mpeg,mpegvideo,asf,flv"
    f"|max_pixels;{limits.PICTURE_PIXELS}",
)
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class _Bytes(BytesIO):
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


@contextmanager
def capture(name: str, data: bytes, *, packets: bool = False) -> Iterator[cv2.VideoCapture]:
    """Opens a clip for decoding, or with `packets` for reading its table of contents: `grab` then decodes nothing.

    The first picture track is taken. Raises: MediaError if there is none that can be read, or OpenCV fails in the body.
    """
    # Without decoding, `grab` costs 20 microseconds a frame instead of milliseconds.
    options = [cv2.CAP_PROP_FORMAT, -1] if packets else []
    try:
        # The stub asks for OpenCV's own `IStreamReader`; OpenCV takes any `io.BufferedIOBase`.
        video = cv2.VideoCapture(_Bytes(data), cv2.CAP_FFMPEG, options)  # type: ignore[call-overload]  # stubs lack streams
        if not video.isOpened():
            raise MediaError(
                f"{name!r} has no picture track that can be read: it may be damaged or hold sound only; play it "
                "in a viewer, save it anew as MP4 (H.264) and attach that."
            )
        # NOTE: no `video.release()`. On a Python stream it ends the process with a segmentation fault (4.14.0, every
        # time; presumably it drops the stream without the interpreter's lock). Letting go of `video` does not.
        yield video
    except cv2.error as exc:
        raise MediaError(f"{name!r} cannot be read: save it anew as MP4 (H.264) and attach that.") from exc
