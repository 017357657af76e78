"""Gets the frames at given moments out of a clip, exactly, decoding as little as OpenCV allows.

Owns seeking; which moments are wanted is `storyboard`'s matter.

How OpenCV seeks (`seek` in modules/videoio/src/cap_ffmpeg_impl.hpp; tried with 4.14): it goes to the last keyframe at
or before (frame - 16), then decodes up to the frame. It counts frames at the mean rate, so aiming is a matter of time,
and a moment less than 17 frames after a keyframe is reached only from the keyframe before. What it costs, on 37 s of
1080p: aimed at a keyframe 1.3 s (a whole group is decoded), aimed 16 frames past it 0.18 s.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from math import floor

import cv2
import numpy as np
import numpy.typing as npt

from components.media.capture import capture
from components.media.video import Clip

Frame = npt.NDArray[np.uint8]

_STEP_BACK = 16
# Times of one frame differ by rounding between the packet table and the decoder: far less than a frame lasts.
_TOLERANCE_S = 1e-4


def frames_at(clip: Clip, times_s: Sequence[float]) -> Iterator[tuple[float, Frame]]:
    """Yields the frames at `times_s`, which are ascending values of `clip.frame_times_s`, each with its true time.

    Targets that share a keyframe are met in one pass forward. A frame that a damaged clip lost is replaced by the next
    one that decodes, never twice by the same; at the end of what decodes there are fewer frames than times.
    `Frame`: uint8 array (height, width, 3), BGR, upright. Raises: MediaError if OpenCV fails.
    """
    yield from _decoded(clip, times_s, seeking=True)


def _decoded(clip: Clip, times_s: Sequence[float], *, seeking: bool) -> Iterator[tuple[float, Frame]]:
    position = -1.0
    unreached: Sequence[float] = ()
    with capture(clip.name, clip.data) as video:
        rate = video.get(cv2.CAP_PROP_FPS)
        # Without a number of frames OpenCV does not seek, it only loses its place.
        seeking = seeking and rate > 0 and video.get(cv2.CAP_PROP_FRAME_COUNT) > 1
        for number, wanted in enumerate(times_s):
            if wanted <= position:
                continue
            entry = _entry(clip, wanted, rate) if seeking else 0.0
            sought = entry > max(position, 0.0) + _STEP_BACK / rate
            if sought:
                video.set(cv2.CAP_PROP_POS_FRAMES, floor(entry * rate) + 1 + _STEP_BACK)
            reached = _forward(video, wanted)
            if sought and (reached is None or reached > wanted + _TOLERANCE_S):
                # The seek went too far: the file's table misleads. Reading from the start cannot.
                unreached = times_s[number:]
                break
            if reached is None:
                return
            decoded, frame = video.retrieve()
            position = reached
            if decoded:
                yield reached, frame.astype(np.uint8, copy=False)
    if unreached:
        yield from _decoded(clip, unreached, seeking=False)


def _entry(clip: Clip, wanted: float, rate: float) -> float:
    """Gives the time of the last keyframe from which a seek arrives before `wanted`; 0 for the clip's start."""
    latest = wanted - (_STEP_BACK + 2) / rate
    index = bisect_right(clip.keyframe_times_s, latest) - 1
    return clip.keyframe_times_s[index] if index >= 0 else 0.0


def _forward(video: cv2.VideoCapture, wanted: float) -> float | None:
    """Decodes up to the first frame at or after `wanted` and gives its time; None at the end of the clip."""
    while video.grab():
        time_s = video.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if time_s >= wanted - _TOLERANCE_S:
            return time_s
    return None
