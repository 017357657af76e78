"""Takes stills out of a video file that was sent whole, spread over its length; never more than its bytes are good for.

Its header is not believed: frames and their times are counted. What keeps FFmpeg within the file is `core.clip_bytes`'.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.core.clip_bytes import MOST_PIXELS, ClipBytes, confine_ffmpeg, has_damaged_asf_header, may_be_sought

if TYPE_CHECKING:
    import cv2
    import numpy as np
    from numpy.typing import NDArray

_STILLS = 12
# Nearer than this a frame is read up to: a seek decodes from the keyframe before.
_STEPS_MAX = 120
# Four hours at 60 frames a second; a damaged table can go on for longer.
_FRAMES_MAX = 1_000_000
_USUAL_RATE, _HIGHEST_RATE = 25.0, 1000.0


@dataclass(frozen=True, slots=True)
class Stills:
    """Decoded frames as (seconds from the first, uint8 array (height, width, 3), BGR), and the clip's own length."""

    frames: tuple[tuple[float, NDArray[np.uint8]], ...]
    frame_count: int
    frames_per_s: float

    @property
    def duration_s(self) -> float:
        """Until the end of the last frame."""
        return self.frame_count / self.frames_per_s


def take_stills(data: bytes) -> Stills | None:
    """Decodes a few frames; None where there is none to decode."""
    import cv2

    confine_ffmpeg()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    if has_damaged_asf_header(data):
        return None
    try:
        times = _times(_opened(data, packets=True))
        if not times:
            return None
        video = _opened(data)
        width, height = video.get(cv2.CAP_PROP_FRAME_WIDTH), video.get(cv2.CAP_PROP_FRAME_HEIGHT)
        if not 0 < width * height <= MOST_PIXELS:
            return None
        frames = tuple(_spread(video, len(times), seeks=may_be_sought(data)))
        stated = video.get(cv2.CAP_PROP_FPS)
    except cv2.error:
        return None
    return Stills(frames, len(times), _rate(times, stated)) if frames else None


def _opened(data: bytes, *, packets: bool = False) -> cv2.VideoCapture:
    """With `packets` for counting: `grab` then decodes nothing."""
    import cv2

    # NOTE: no `release()`. In OpenCV 4.14 it drops the Python stream without holding the interpreter's lock
    # and crashes the process; the capture is closed when its last user lets go of it.
    options = [cv2.CAP_PROP_FORMAT, -1] if packets else []
    video: cv2.VideoCapture = cv2.VideoCapture(ClipBytes(data), cv2.CAP_FFMPEG, options)  # type: ignore[call-overload]  # stubs lack streams
    return video


def _times(packets: cv2.VideoCapture) -> list[float]:
    """One entry a frame, in seconds; what has no time that can be is as late as the one before."""
    import cv2

    times: list[float] = []
    latest = 0.0
    while len(times) < _FRAMES_MAX and packets.grab():
        time_s = packets.get(cv2.CAP_PROP_POS_MSEC) / 1000
        latest = time_s if math.isfinite(time_s) and time_s >= 0 else latest
        times.append(latest)
    return times


def _spread(video: cv2.VideoCapture, frame_count: int, *, seeks: bool) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    import cv2
    import numpy as np

    # Without a number of frames in its header OpenCV does not seek, it only loses its place.
    seeks = seeks and video.get(cv2.CAP_PROP_FRAME_COUNT) > 1
    wanted = min(_STILLS, frame_count)
    position = 0
    first_s: float | None = None
    for place in range(wanted):
        target = place * frame_count // wanted
        if seeks and target - position > _STEPS_MAX:
            video.set(cv2.CAP_PROP_POS_FRAMES, target)
            position = target
        while position < target and video.grab():
            position += 1
        read, bgr = video.read()
        position += 1
        if read:
            time_s = video.get(cv2.CAP_PROP_POS_MSEC) / 1000
            first_s = time_s if first_s is None else first_s
            yield max(0.0, time_s - first_s), np.asarray(bgr, np.uint8)


def _rate(times: list[float], stated: float) -> float:
    """Frames a second: counted, else as the header states it, else the usual."""
    span = max(times) - min(times)
    if span > 0:
        return (len(times) - 1) / span
    return stated if math.isfinite(stated) and 0 < stated <= _HIGHEST_RATE else _USUAL_RATE
