"""`Filmstrip`: small pictures along a clip's length, to find one's way in it. Shown only, never sent."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from components.core.errors import MediaError
from components.media.clip_cache import ClipCache
from components.media.decoding import Moving, frames_at
from components.media.orientation import Frame
from components.media.sampling import first_sampling, plan, shown_at
from components.media.work import Progress

# px of a picture's height, twice of what is shown: for screens of any density.
_HEIGHT = 72
# How much wider than high the strip is, about; pictures that stand upright are more, within reason.
_SHAPE, _FEWEST, _MOST = 21, 8, 24
_QUALITY = 70


@dataclass(frozen=True, slots=True)
class Filmstrip:
    """`count` pictures side by side in one JPEG, `data`; each stands for an equal share of the clip, in order."""

    data: bytes = field(repr=False)
    count: int


def cached_filmstrip(clip: Moving, cache: ClipCache) -> Filmstrip | None:
    """The strip of a clip, if it was made."""
    found: Filmstrip | None = cache.get((clip.token, "filmstrip"))
    return found


def make_filmstrip(clip: Moving, cache: ClipCache, progress: Progress) -> Filmstrip:
    """Makes the strip and keeps it; of long clips near keyframes. Raises: MediaError, Cancelled."""
    share = clip.height / max(1, clip.width)
    count = min(clip.frame_count, max(_FEWEST, min(_MOST, round(_SHAPE * share))))
    width = max(1, min(round(_HEIGHT / share), 4 * _HEIGHT))
    numbers = plan(clip, first_sampling(clip, count)).indices
    progress.begin("Drawing the filmstrip", len(numbers))
    pictures: list[tuple[int, Frame]] = []
    for number, frame in frames_at(clip, numbers, progress.check):
        small = cv2.resize(frame, (width, _HEIGHT), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        pictures.append((number, small))
        progress.step(None)
    if not pictures:
        raise MediaError(f"{clip.name!r} has no frame that can be decoded: save it anew as MP4 (H.264).")
    # Each share shows the frame on screen at its middle, or the nearest of those that were decoded.
    middles = [shown_at(clip, (place + 0.5) * clip.duration_s / count) for place in range(count)]
    shown = [min(pictures, key=lambda each: abs(each[0] - middle))[1] for middle in middles]
    done, data = cv2.imencode(".jpg", np.hstack(shown), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        raise MediaError(f"The filmstrip of {clip.name!r} cannot be drawn.")
    strip = Filmstrip(data.tobytes(), count)
    cache.put((clip.token, "filmstrip"), strip, len(strip.data))
    return strip
