"""Frames by OpenCV, each tested for being truly what was decoded.

OpenCV (4.13, 4.14) says that it retrieved a frame when it could not convert it (fields of interlaced clips, for one):
what it gives then is what its buffer held before: memory of anything, or the frame before. No flag tells. So the first
frame of each excerpt is one whose pixels are known from PyAV, and a frame is doubted that is the same, bit by bit, as
the one before it, that is of one colour, or that has another size.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np

from components.core.clip_bytes import MOST_PIXELS
from components.media.excerpt import REORDERED, Excerpt, Span, spans_of
from components.media.orientation import Frame
from components.media.pixels import sample
from components.media.video import Clip

# What is read is a container that was written here, whose head says all: it need not be looked through to be opened,
# nor a picture decoded for it.
# OpenCV reads these before it opens its first clip: https://docs.opencv.org/master/d6/dea/tutorial_env_reference.html
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault(
    "OPENCV_FFMPEG_CAPTURE_OPTIONS",
    f"protocol_whitelist;data|format_whitelist;matroska,nut|max_pixels;{MOST_PIXELS}|"
    "codec_whitelist;none|probesize;32|fpsprobesize;0|analyzeduration;1",
)
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

# Levels of 256 by which one frame may differ that two builds of FFmpeg decoded and converted.
_ALIKE = 6.0
# A picture with less difference between its pixels is of one colour.
_FLAT = 3


def opencv_frames(clip: Clip, numbers: Sequence[int], check: Callable[[], None]) -> Iterator[tuple[int, Frame | None]]:
    """Yields the frames of ascending `numbers` that OpenCV can give, as stored; None for one that is in doubt.

    Ends early where OpenCV is found not to decode the clip. Raises: whatever `check` raises.
    """
    wanted = set(numbers)
    index = clip.index
    proof = index.entry(clip.first_number)
    spans = spans_of(index, numbers)
    if not spans or spans[0].first > proof:
        spans = [Span(proof, index.place(int(index.shown[clip.first_number]))), *spans]
    excerpt = Excerpt(clip.source, index, spans)
    first = index.rank(int(index.decoded[spans[0].first]))
    try:
        video = cv2.VideoCapture(excerpt, cv2.CAP_FFMPEG, [])  # type: ignore[call-overload]  # stubs lack streams
        if not video.isOpened():
            return
        video.set(cv2.CAP_PROP_ORIENTATION_AUTO, 0)
        before: Frame | None = None
        last = -1
        while video.grab():
            check()
            number = _number(clip, video, first)
            if number <= last:
                continue  # a damaged clip's frames may come in another order than their times
            last = number
            if number not in wanted and not (before is None and number == clip.first_number):
                continue
            done, pixels = video.retrieve()
            frame = pixels.astype(np.uint8, copy=False) if done else None
            if before is None:
                if number != clip.first_number or frame is None or not _is_first(clip, frame):
                    return
            elif frame is not None and _is_doubtful(clip, frame, before):
                frame = None
            before = frame if frame is not None else before
            if number in wanted:
                yield number, frame
    except cv2.error:
        return
    finally:
        # NOTE: no `video.release()`. On a Python stream it ends the process with a segmentation fault (4.14.0, every
        # time; presumably it drops the stream without the interpreter's lock). Letting go of `video` does not.
        video = None
        excerpt.close()


def _number(clip: Clip, video: cv2.VideoCapture, first: int) -> int:
    """Which frame of the clip a capture stands at; -1 for one that is not to be seen.

    `first`: the rank of the excerpt's first packet, from which OpenCV counts where decoders have no delay.
    """
    rate, stamp = video.get(cv2.CAP_PROP_FPS), video.get(cv2.CAP_PROP_PTS)
    if stamp >= 0 and rate > 0:
        return clip.index.number_of_rank(round(stamp / rate) - REORDERED)
    return clip.index.number_of_rank(first + round(video.get(cv2.CAP_PROP_POS_MSEC) / 1000))


def _is_first(clip: Clip, frame: Frame) -> bool:
    if frame.shape[1::-1] != clip.stored:
        return False
    return float(np.abs(sample(frame) - clip.first).mean()) <= _ALIKE


def _is_doubtful(clip: Clip, frame: Frame, before: Frame) -> bool:
    if frame.shape[1::-1] != clip.stored:
        return True
    looked_at = sample(frame)
    is_like_before = np.array_equal(looked_at, sample(before)) and np.array_equal(frame, before)
    return is_like_before or bool(np.ptp(looked_at) < _FLAT)
