"""Chooses which frames of a clip are sent, and makes them ready. What it returns is what is shown and what is sent.

Owns the rule of choice, the frames' size and encoding; `decoding` gets the frames.
"""

from __future__ import annotations

from bisect import bisect_right

import cv2

from components.core.errors import MediaError
from components.core.parts import FramePart
from components.media import limits
from components.media.decoding import Frame, frames_at
from components.media.video import Clip

DEFAULT_FRAMES = 8
# 85 takes little more than half of what 95 takes (154 and 275 kB for a frame at 720p); video frames
# have lost their finest detail already.
JPEG_QUALITY = 85


def sample_evenly(clip: Clip, count: int = DEFAULT_FRAMES) -> tuple[FramePart, ...]:
    """Takes `count` frames spread evenly over the clip, or all of them when there are fewer.

    The rule: the clip is cut into `count` equal spans, and of each the frame on screen at its centre is taken. Neither
    the first nor the last frame is, which are so often black. Where a frame stands longer than a span (variable frame
    rate), the next free ones are taken, so that no frame comes twice. Times are the decoder's, strictly ascending.

    Raises: MediaError if `count` is not from 1 to `limits.CLIP_FRAMES`, or no frame can be decoded.
    """
    if not 1 <= count <= limits.CLIP_FRAMES:
        raise MediaError(f"From 1 to {limits.CLIP_FRAMES} frames can be taken of {clip.name!r}, not {count}.")
    times = [clip.frame_times_s[index] for index in _evenly(clip, count)]
    frames = tuple(_encoded(clip, time_s, frame) for time_s, frame in frames_at(clip, times))
    if not frames:
        raise MediaError(f"{clip.name!r} has no frame that can be decoded: save it anew as MP4 (H.264).")
    return frames


def _evenly(clip: Clip, count: int) -> list[int]:
    """Gives the indices of the frames at the centres of the spans, strictly ascending."""
    times = clip.frame_times_s
    count = min(count, len(times))
    span = clip.duration_s / count
    indices: list[int] = []
    for number in range(count):
        # Rounded to nanoseconds: a centre that meets a frame's start must not fall just before it.
        centre = round((number + 0.5) * span, 9)
        shown = bisect_right(times, centre) - 1
        free = indices[-1] + 1 if indices else 0
        indices.append(min(max(shown, free), len(times) - (count - number)))
    return indices


def _encoded(clip: Clip, time_s: float, frame: Frame) -> FramePart:
    """Makes the frame small (area averaging, which is best for downscaling) and encodes it, once."""
    height, width = frame.shape[:2]
    scale = limits.FRAME_LONGEST_SIDE / max(width, height)
    if scale < 1:
        width, height = max(1, round(width * scale)), max(1, round(height * scale))
        small = cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)
    else:
        small = frame
    done, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise MediaError(f"The frame at {time_s:.1f} s of {clip.name!r} cannot be encoded: leave the clip out.")
    return FramePart(data.tobytes(), "image/jpeg", width, height, clip.name, time_s)
