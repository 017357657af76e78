"""Gets the frames at given numbers out of a clip, exactly, decoding as little as OpenCV allows.

Owns seeking; which frames are wanted is `sampling`'s matter.

How OpenCV seeks (`seek` in modules/videoio/src/cap_ffmpeg_impl.hpp; tried with 4.14): it goes to the last keyframe at
or before (frame - 16), by time at its mean rate, then decodes on, counting frames, up to the frame. So a frame less
than 16 behind a keyframe is reached only from the keyframe before, and the cheapest to reach is the 16th behind one.
What it costs, on 37 s of 1080p: aimed at a keyframe 1.3 s (a whole group is decoded), aimed 16 frames past it 0.18 s.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from math import floor

import cv2
import numpy as np
import numpy.typing as npt

from components.media.capture import capture
from components.media.video import Clip

Frame = npt.NDArray[np.uint8]
# Called for every frame that is passed; raises to stop the work.
Look = Callable[[], None]

# How many frames behind its keyframe a seek lands.
LEAD = 16
# Times of one frame differ by rounding between the packet table and the decoder: less than any frame lasts.
_TOLERANCE_S = 4e-4


def frames_at(clip: Clip, indices: Sequence[int], look: Look = lambda: None) -> Iterator[tuple[int, Frame]]:
    """Yields the frames number `indices` (into `clip.frame_times_s`, ascending), each with its true number.

    Those that share a keyframe are met in one pass forward. A frame that a damaged clip lost is replaced by the next
    one that decodes, never twice by the same; at the end of what decodes there are fewer frames than asked for.
    `Frame`: uint8 array (height, width, 3), BGR, upright, pixels as the file has them (not made square).
    Raises: MediaError if the file cannot be read; whatever `look` raises.
    """
    yield from _decoded(clip, indices, look, seeking=clip.seek_rate > 0)


def landings(clip: Clip) -> list[int]:
    """The numbers of the frames that are quickest to reach, ascending: the first one, and the 16th behind a keyframe.

    Of a clip without an index (a live recording) it is the first frame alone: everything else is read up to.
    """
    if clip.seek_rate <= 0:
        return [0]
    behind = (number + LEAD for number in clip.keyframes if number > 0)
    return [0, *(number for number in behind if number < clip.frame_count)]


def _decoded(clip: Clip, indices: Sequence[int], look: Look, *, seeking: bool) -> Iterator[tuple[int, Frame]]:
    position = -1
    unreached: Sequence[int] = ()
    with capture(clip.name, clip.data) as video:
        for place, wanted in enumerate(indices):
            if wanted <= position:
                continue
            sought = False
            if seeking and (keyframe := _entry(clip, wanted)) > position:
                look()
                before, position = position, _seek(clip, video, keyframe)
                # Where the file states fewer frames than it has, OpenCV stays back: no use in aiming again.
                sought, seeking = True, position >= before
            reached = position if position >= wanted else _forward(clip, video, position, wanted, look)
            if sought and (reached is None or reached > wanted):
                # The seek went too far: the file's table misleads. Reading from the start cannot.
                unreached = indices[place:]
                break
            if reached is None:
                return
            position = reached
            decoded, frame = video.retrieve()
            if decoded:
                yield position, frame.astype(np.uint8, copy=False)
    if unreached:
        yield from _decoded(clip, unreached, look, seeking=False)


def _entry(clip: Clip, wanted: int) -> int:
    """The number of the last keyframe from which a seek lands at or before a frame; -1 if only the start is."""
    place = bisect_right(clip.keyframes, wanted - LEAD) - 1
    return clip.keyframes[place] if place > 0 else -1


def _seek(clip: Clip, video: cv2.VideoCapture, keyframe: int) -> int:
    """Goes to the frame `LEAD` behind a keyframe, and gives the number of the one where it landed."""
    time_s = clip.origin_s + clip.frame_times_s[keyframe]
    # One frame is left of the number that is set. Rounded up: just before the keyframe is the group before.
    video.set(cv2.CAP_PROP_POS_FRAMES, floor(time_s * clip.seek_rate + 1e-6) + 1 + LEAD)
    return _number(clip, video, -1)


def _forward(clip: Clip, video: cv2.VideoCapture, position: int, wanted: int, look: Look) -> int | None:
    """Decodes up to the first frame at or after `wanted` and gives its number; None at the end of the clip."""
    while video.grab():
        look()
        position = _number(clip, video, position)
        if position >= wanted:
            return position
    return None


def _number(clip: Clip, video: cv2.VideoCapture, before: int) -> int:
    """The number of the frame that a capture stands at, which is the one after `before` if it has no time."""
    time_s = video.get(cv2.CAP_PROP_POS_MSEC) / 1000
    if time_s == 0 and before >= 0:
        return before + 1
    return bisect_right(clip.frame_times_s, time_s - clip.origin_s + _TOLERANCE_S) - 1
