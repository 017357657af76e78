"""Opens a clip's bytes with OpenCV: no temporary file, no noise on stderr, no way out of the file.

Owns the only `cv2.VideoCapture` of clips that are attached and the border where OpenCV's errors become `MediaError`;
what keeps FFmpeg within the file is `core.clip_bytes`'.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import cv2

from components.core.clip_bytes import ClipBytes, confine_ffmpeg
from components.core.errors import MediaError

confine_ffmpeg()
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


@contextmanager
def capture(name: str, data: bytes, *, packets: bool = False) -> Iterator[cv2.VideoCapture]:
    """Opens a clip for decoding, or with `packets` for reading its table of contents: `grab` then decodes nothing.

    The first picture track is taken. Raises: MediaError if there is none that can be read, or OpenCV fails in the body.
    """
    # Without decoding, `grab` costs 20 microseconds a frame instead of milliseconds.
    options = [cv2.CAP_PROP_FORMAT, -1] if packets else []
    try:
        # The stub asks for OpenCV's own `IStreamReader`; OpenCV takes any `io.BufferedIOBase`.
        video = cv2.VideoCapture(ClipBytes(data), cv2.CAP_FFMPEG, options)  # type: ignore[call-overload]  # stubs lack streams
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
