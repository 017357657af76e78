"""Makes frames and pages ready to send: square pixels, small, JPEG. What it returns is shown and sent.

Owns size and encoding; remembers both the decoded frames and the JPEGs in a `ClipCache`, so that another
quality or size decodes nothing, and going back to an earlier one encodes nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from components.core.errors import MediaError
from components.core.parts import FramePart, exact_clock
from components.media import limits
from components.media.burning import burnt
from components.media.clip_cache import ClipCache
from components.media.decoding import Check, Moving, Reel, frames_at
from components.media.documents import Document, Page
from components.media.orientation import Frame
from components.media.work import Progress

# 85 takes little more than half of what 95 takes (154 and 275 kB for a frame at 720p); video frames
# have lost their finest detail already.
JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True)
class FrameStyle:
    """How all frames of a clip are sent: the longest side in px (smaller ones stay), and the JPEG quality, 1 to 100.

    `burnt_times`: each has its time in its pixels, where there is room. `texts`: what is written on a document's pages
    goes with them.
    """

    longest_side: int = limits.FRAME_LONGEST_SIDE
    quality: int = JPEG_QUALITY
    burnt_times: bool = False
    texts: bool = False


def first_style(clip: Reel) -> FrameStyle:
    """What a new clip or document begins with."""
    return FrameStyle(limits.PAGE_LONGEST_SIDE) if isinstance(clip, Document) else FrameStyle()


def render(
    clip: Reel, indices: Sequence[int], style: FrameStyle, cache: ClipCache, progress: Progress | None = None
) -> dict[int, FramePart]:
    """Makes the parts of the frames number `indices` (ascending), each under its true number.

    There are fewer where a damaged clip or document has lost some. Raises: MediaError, Cancelled.
    """
    progress = progress or Progress()
    parts: dict[int, FramePart] = {}
    missing: list[int] = []
    progress.begin(f"Taking {clip.unit}s", len(indices))
    for index in indices:
        part = cache.get((clip.token, "part", index, style))
        if part is None:
            picture = cache.get(_picture_key(clip, index, style))
            part = _encoded(clip, index, picture, style, cache) if picture is not None else None
        if part is None:
            missing.append(index)
        else:
            parts[index] = part
            progress.step(part)
    for index, picture in _pictures(clip, missing, style, progress.check):
        size_bytes = picture.pixels.nbytes if isinstance(picture, Page) else picture.nbytes
        cache.put(_picture_key(clip, index, style), picture, size_bytes)
        parts[index] = _encoded(clip, index, picture, style, cache)
        progress.step(parts[index])
    return dict(sorted(parts.items()))


def frame_size(clip: Moving, style: FrameStyle) -> tuple[int, int]:
    """Width and height in px that the frames of a clip are sent with."""
    scale = min(1.0, style.longest_side / max(clip.width, clip.height))
    return max(1, round(clip.width * scale)), max(1, round(clip.height * scale))


def _pictures(
    clip: Reel, numbers: Sequence[int], style: FrameStyle, check: Check
) -> Iterator[tuple[int, Frame | Page]]:
    if isinstance(clip, Document):
        yield from ((page.number, page) for page in clip.pages_at(numbers, style.longest_side, check))
    else:
        yield from frames_at(clip, numbers, check)


def _picture_key(clip: Reel, index: int, style: FrameStyle) -> Hashable:
    # A page is drawn for each size anew: a smaller copy of a larger drawing would be less sharp.
    return (clip.token, "frame", index, style.longest_side if isinstance(clip, Document) else 0)


def _encoded(clip: Reel, index: int, picture: Frame | Page, style: FrameStyle, cache: ClipCache) -> FramePart:
    if isinstance(clip, Document):
        assert isinstance(picture, Page)
        data = _jpeg(clip, f"page {index + 1}", picture.pixels, style)
        height, width = picture.pixels.shape[:2]
        text = picture.text if style.texts else ""
        part = FramePart(data, "image/jpeg", width, height, clip.name, 0.0, index + 1, clip.frame_count, text)
    else:
        assert not isinstance(picture, Page)
        time_s = clip.frame_times_s[index]
        size = frame_size(clip, style)
        # Area averaging is best for downscaling.
        pixels = picture
        if picture.shape[1::-1] != size:
            pixels = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        if style.burnt_times:
            pixels = burnt(pixels, exact_clock(time_s))
        part = FramePart(_jpeg(clip, f"frame at {time_s:.1f} s", pixels, style), "image/jpeg", *size, clip.name, time_s)
    cache.put((clip.token, "part", index, style), part, len(part.data))
    return part


def _jpeg(clip: Reel, which: str, pixels: Frame, style: FrameStyle) -> bytes:
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, style.quality])
    if not done:
        raise MediaError(f"The {which} of {clip.name!r} cannot be encoded: leave it out.")
    return data.tobytes()
