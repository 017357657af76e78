"""Makes decoded frames ready to send: upright, square pixels, small, JPEG. What it returns is shown and sent.

Owns size, orientation and encoding; remembers both the decoded frames and the JPEGs in a `ClipCache`, so that another
quality or size decodes nothing, and going back to an earlier one encodes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from components.core.errors import MediaError
from components.core.parts import FramePart
from components.media import limits
from components.media.clip_cache import ClipCache
from components.media.decoding import frames_at
from components.media.video import Clip
from components.media.work import Progress

# 85 takes little more than half of what 95 takes (154 and 275 kB for a frame at 720p); video frames
# have lost their finest detail already.
JPEG_QUALITY = 85

_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
# AVCOL_SPC_BT709 and AVCOL_SPC_UNSPECIFIED of FFmpeg's libavutil/pixfmt.h.
_BT709, _UNSPECIFIED = 1, 2
_HD_LINES = 720


@dataclass(frozen=True, slots=True)
class FrameStyle:
    """How all frames of a clip are sent: the longest side in px (smaller ones stay), and the JPEG quality, 1 to 100."""

    longest_side: int = limits.FRAME_LONGEST_SIDE
    quality: int = JPEG_QUALITY


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
            progress.step()
    for index, frame in frames_at(clip, missing, progress.look):
        cache.put((clip.token, "frame", index), frame, sum(plane.buffer_size for plane in frame.planes))
        parts[index] = _encoded(clip, index, frame, style, cache)
        progress.step()
    return dict(sorted(parts.items()))


def _encoded(clip: Clip, index: int, frame: VideoFrame, style: FrameStyle, cache: ClipCache) -> FramePart:
    time_s = clip.frame_times_s[index]
    upright = frame_size(clip, style)
    width, height = reversed(upright) if clip.rotation in (90, 270) else upright
    # Area averaging is best for downscaling. A reformatter of its own: the frame's is not made for two threads.
    small = VideoReformatter().reformat(
        frame, width, height, "bgr24", src_colorspace=_colour_space(frame), interpolation="AREA"
    )
    stored = small.to_ndarray()
    pixels = cv2.rotate(stored, _TURNS[clip.rotation]) if clip.rotation in _TURNS else stored
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, style.quality])
    if not done:
        raise MediaError(f"The frame at {time_s:.1f} s of {clip.name!r} cannot be encoded: leave the clip out.")
    part = FramePart(data.tobytes(), "image/jpeg", *upright, clip.name, time_s)
    cache.put((clip.token, "part", index, style), part, len(part.data))
    return part


def frame_size(clip: Clip, style: FrameStyle) -> tuple[int, int]:
    """Width and height in px that the frames of a clip are sent with."""
    scale = min(1.0, style.longest_side / max(clip.width, clip.height))
    return max(1, round(clip.width * scale)), max(1, round(clip.height * scale))


def _colour_space(frame: VideoFrame) -> int | None:
    """What is unspecified is BT.709 in high definition, as players take it; FFmpeg would take it for BT.601."""
    unspecified = frame.colorspace == _UNSPECIFIED and frame.height >= _HD_LINES
    return _BT709 if unspecified else None
