"""Gets the frames at given numbers out of a clip or animation, exactly, decoding as little as its keyframes allow.

OpenCV extracts them; what it cannot give, PyAV decodes. Which frames are wanted is `sampling`'s matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from components.media.animations import Animation
from components.media.documents import Document
from components.media.opencv_frames import opencv_frames
from components.media.orientation import Frame
from components.media.pyav_frames import PyavFrames
from components.media.video import Clip

# Called for every frame that is passed; raises to stop the work.
Check = Callable[[], None]

# What a storyboard takes its pictures from.
Moving = Clip | Animation
Reel = Moving | Document


def frames_at(clip: Moving, indices: Sequence[int], check: Check = lambda: None) -> Iterator[tuple[int, Frame]]:
    """Yields the frames number `indices` (into `clip.frame_times_s`, ascending), each with its true number.

    Those that share a keyframe are met in one pass forward. A frame that a damaged clip lost is replaced by the next
    one that decodes, never twice by the same; at the end of what decodes there are fewer frames than asked for.
    `Frame`: uint8 array (height, width, 3), BGR, upright, pixels as the file has them (not made square).
    Raises: whatever `check` raises.
    """
    if isinstance(clip, Animation):
        yield from clip.frames_at(indices, check)
        return
    upright = clip.orientation.upright
    last = -1
    wanted = [number for number in indices if 0 <= number < clip.index.shown.size]
    with PyavFrames(clip, check) as pyav:
        # OpenCV cannot convert fields, and prepares the way of wide colours anew each time: a second or more.
        by_pyav = clip.interlaced or clip.wide_colours or not clip.index.is_plain
        for number, frame in () if by_pyav else opencv_frames(clip, wanted, check):
            while wanted and wanted[0] < number:
                found = pyav.at(wanted.pop(0))
                if found is not None and last < found[0] < number:
                    last = found[0]
                    yield last, upright(found[1])
            wanted = wanted[1:] if wanted and wanted[0] == number else wanted
            if frame is None:
                found = pyav.at(number)
                if found is None or found[0] != number:
                    # The next frame that decodes may be one that OpenCV gives.
                    continue
                frame = found[1]
            last = number
            yield number, upright(frame)
        for number in wanted:
            if number <= last:
                continue
            found = pyav.at(number)
            if found is None:
                return
            last = found[0]
            yield last, upright(found[1])


def landings(clip: Reel) -> Sequence[int]:
    """The numbers of the frames that are quickest to reach, ascending: the first one and the keyframes."""
    if not isinstance(clip, Clip):
        return range(clip.frame_count)
    return clip.keyframes if clip.keyframes[:1] == (0,) else (0, *clip.keyframes)
