"""Measures a clip over time: from frames that came as pictures with their times, or from a whole video file.

It finds what changes between frames and when. `picture_stats` measures single frames, `video_frames` decodes a file.
"""

from __future__ import annotations

import math
import re
import statistics
from dataclasses import dataclass

from components.core.parts import clock
from components.gateway.assumptions import CLIP_FRAME_TOKENS, CLIP_FRAMES_PER_S
from components.gateway.errors import bad_request
from components.gateway.media.picture_stats import PictureStats, measure_pixels
from components.gateway.media.video_frames import sample_frames

_CAPTION = re.compile(
    r"\[\s*(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)\s*\](?:\s*frame\s+of\s+(\S.*?))?\s*$", re.IGNORECASE
)
_PAGE_CAPTION = re.compile(r"\[Page \d+ of \d+\] of \S")
_CUT_PERCENT = 12.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A still and its time in seconds from the clip's start. `change`: difference to the frame before, 0 to 100%."""

    time_s: float
    stats: PictureStats
    change: float

    @property
    def mark(self) -> str:
        """The time as it is cited, e.g. ``[00:12.4]``."""
        return f"[{clock(self.time_s)}]"


@dataclass(frozen=True, slots=True)
class ClipStats:
    """What was measured over the frames. `cuts`: indices in `frames` where a new scene seems to begin.

    `duration_s`, `frames_per_s`: of a whole video file; None when only frames came.
    """

    name: str
    frames: tuple[Frame, ...]
    cuts: tuple[int, ...]
    duration_s: float | None = None
    frames_per_s: float | None = None
    digest: str = ""

    @property
    def tokens(self) -> int:
        """What a whole video counts in a prompt; frames that came as pictures are counted as pictures."""
        if self.duration_s is None:
            return sum(frame.stats.tokens for frame in self.frames)
        return max(1, math.ceil(self.duration_s * CLIP_FRAMES_PER_S)) * CLIP_FRAME_TOKENS


def read_caption(text: str) -> tuple[float, str] | None:
    """Reads ``[00:12.4] frame of clip.mp4`` (also ``[h:mm:ss.t]``, also without the name) at the end of a text.

    Returns seconds and the clip's name (empty if absent), or None if the text is no caption.
    """
    match = _CAPTION.search(text)
    if match is None:
        return None
    hours, minutes, seconds, name = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", ".")), name or ""


def is_page_caption(text: str) -> bool:
    """Whether the text says which page the picture behind it is: ``[Page 3 of 12] of report.pdf``, and what it says."""
    return _PAGE_CAPTION.match(text) is not None


def compare_frames(name: str, stills: list[tuple[float, PictureStats]]) -> ClipStats:
    """Compares stills, given as (seconds, stats), in the order of their times."""
    frames: list[Frame] = []
    for time_s, stats in sorted(stills, key=lambda still: still[0]):
        frames.append(Frame(time_s, stats, difference(frames[-1].stats, stats) if frames else 0.0))
    return ClipStats(name, tuple(frames), _cuts([frame.change for frame in frames]))


def measure_clip(data: bytes, digest: str, where: str) -> ClipStats:
    """Decodes a video file and measures stills spread over it.

    Raises: GatewayError 400 with `where` as `param` if no frame can be decoded.
    """
    sampled = sample_frames(data)
    if sampled is None:
        raise bad_request(f"'{where}' cannot be decoded as a video ({len(data):,} bytes).", where, "invalid_video")
    stills = [
        (time_s, measure_pixels(bgr, f"{digest}:{index}", 0, "frame"))
        for index, (time_s, bgr) in enumerate(sampled.frames)
    ]
    clip = compare_frames("the clip", stills)
    return ClipStats(clip.name, clip.frames, clip.cuts, sampled.duration_s, sampled.frames_per_s, digest)


def difference(first: PictureStats, second: PictureStats) -> float:
    """The mean absolute difference of two pictures' reduced copies, 0 (equal) to 100 (black against white)."""
    import numpy as np

    return float(np.abs(first.thumb.astype(np.int16) - second.thumb.astype(np.int16)).mean()) / 2.55


def _cuts(changes: list[float]) -> tuple[int, ...]:
    """A cut stands out from the clip's usual change: more than 12% and more than twice the median."""
    if len(changes) < 2:
        return ()
    usual = statistics.median(changes[1:])
    # Few frames or a clip of cuts only have no usual change to stand out from.
    limit = max(_CUT_PERCENT, min(2 * usual, 30.0))
    return tuple(index for index, change in enumerate(changes) if index and change > limit)
