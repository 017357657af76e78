"""Makes decoded frames ready to send: square pixels, small, JPEG. What it returns is shown and sent.

Owns size and encoding; remembers both the decoded frames and the JPEGs in a `ClipCache`, so that another
quality or size decodes nothing, and going back to an earlier one encodes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from components.core.errors import MediaError
from components.core.parts import FramePart, exact_clock
from components.media import limits
from components.media.burning import burnt
from components.media.clip_cache import ClipCache
from components.media.decoding import frames_at
from components.media.orientation import Frame
from components.media.video import Clip
from components.media.work import Progress

# 85 takes little more than half of what 95 takes (154 and 275 kB for a frame at 720p); video frames
# have lost their finest detail already.
JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True)
class FrameStyle:
    """How all frames of a clip are sent: the longest side in px (smaller ones stay), and the JPEG quality, 1 to 100.

    `burnt_times`: each has its time in its pixels, where there is room.
    """

    longest_side: int = limits.FRAME_LONGEST_SIDE
    quality: int = JPEG_QUALITY
    burnt_times: bool = False


def render(
    clip: Clip, indices: Sequence[int], style: FrameStyle, cache: ClipCache, progress: Progress | None = None
) -> dict[int, FramePart]:
    """Makes the parts of the frames number `indices` (ascending), each under its true number.

    There are fewer where a damaged clip has lost some. Raises: MediaError, Cancelled.
    """
    progress = progress or Progress()
    parts: dict[int, FramePart] = {}
    missing: list[int] = []
    progress.begin("Taking frames", len(indices))
    for index in indices:
        part = cache.get((clip.token, "part", index, style))
        if part is None:
            frame = cache.get((clip.token, "frame", index))
            part = _encoded(clip, index, frame, style, cache) if frame is not None else None
        if part is None:
            missing.append(index)
        else:
            parts[index] = part
            progress.step(part)
    for index, frame in frames_at(clip, missing, progress.look):
        cache.put((clip.token, "frame", index), frame, frame.nbytes)
        parts[index] = _encoded(clip, index, frame, style, cache)
        progress.step(parts[index])
    return dict(sorted(parts.items()))


def _encoded(clip: Clip, index: int, frame: Frame, style: FrameStyle, cache: ClipCache) -> FramePart:
    time_s = clip.frame_times_s[index]
    size = frame_size(clip, style)
    # Area averaging is best for downscaling.
    fits = frame.shape[1::-1] == size
    pixels = frame if fits else cv2.resize(frame, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    if style.burnt_times:
        pixels = burnt(pixels, exact_clock(time_s))
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, style.quality])
    if not done:
        raise MediaError(f"The frame at {time_s:.1f} s of {clip.name!r} cannot be encoded: leave the clip out.")
    part = FramePart(data.tobytes(), "image/jpeg", *size, clip.name, time_s)
    cache.put((clip.token, "part", index, style), part, len(part.data))
    return part


def frame_size(clip: Clip, style: FrameStyle) -> tuple[int, int]:
    """Width and height in px that the frames of a clip are sent with."""
    scale = min(1.0, style.longest_side / max(clip.width, clip.height))
    return max(1, round(clip.width * scale)), max(1, round(clip.height * scale))
