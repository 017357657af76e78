"""Chooses which frames of a clip are sent, from its table of times alone: nothing is decoded here.

Owns the rules and the cap on their number. `scenes` finds the cuts that one rule asks for, `rendering` makes the
frames ready.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, isfinite
from typing import Literal

from components.core.errors import MediaError
from components.core.parts import clock
from components.media import limits
from components.media.decoding import Reel, landings
from components.media.documents import Document, page_list

Rule = Literal["count", "rate", "interval", "scenes", "marks"]
Sensitivity = Literal["low", "medium", "high"]

DEFAULT_FRAMES = 8
# How many frames those of one keyframe stand apart in fast mode. More would show more of the clip and take longer.
_APART = 6
# What is looked at exactly without being asked to: 3,000 frames of 1080p, a second or two.
_EXACT_PIXELS = 3000 * 1920 * 1080


@dataclass(frozen=True, slots=True)
class Sampling:
    """How frames are chosen: by `rule`, with the one value that belongs to it, within `start_s` and `end_s`.

    `rate` is in frames a second, `interval_s` the seconds between two; `end_s` None is the clip's end. `exact` takes
    the very frames; else they are moved to where decoding is quick, the nearest keyframe. Marks are always exact.
    """

    rule: Rule = "count"
    count: int = DEFAULT_FRAMES
    rate: float = 1.0
    interval_s: float = 5.0
    sensitivity: Sensitivity = "medium"
    marks_s: tuple[float, ...] = ()
    start_s: float = 0.0
    end_s: float | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The chosen frames, as ascending numbers into `clip.frame_times_s`, and what there is to say about them."""

    indices: tuple[int, ...]
    notes: tuple[str, ...] = ()


def first_sampling(clip: Reel, count: int | None = None) -> Sampling:
    """What a new clip begins with: fast where its keyframes allow frames that are spread as well, else exact.

    Long clips with few keyframes are taken fast all the same: exact would read them through. Of a document the first
    pages are taken, all of them if they are few. `count`: how many are asked for; else there is a default.
    """
    if isinstance(clip, Document):
        pages = min(count or limits.DOCUMENT_PAGES, clip.frame_count)
        return Sampling(count=pages, end_s=None if pages == clip.frame_count else float(pages), exact=True)
    count = count or DEFAULT_FRAMES
    spread = clip.duration_s / max(1, count)
    quick = [*(clip.frame_times_s[number] for number in landings(clip)), clip.duration_s]
    widest = max((later - earlier for earlier, later in pairwise(quick)), default=clip.duration_s)
    work = clip.frame_count * clip.width * clip.height
    return Sampling(count=count, exact=widest > spread and work <= _EXACT_PIXELS)


def plan(clip: Reel, sampling: Sampling, cuts_s: Sequence[float] = ()) -> Plan:
    """Chooses frames. `cuts_s`: where new scenes begin, ascending; only the rule for scenes looks at them.

    No frame comes twice, and no more than `limits.CLIP_FRAMES` do: of more, as many are spread over the same part,
    with a note. Raises: MediaError, with one sentence to show, if the values allow no frame at all.
    """
    first, last = _part(clip, sampling)
    if sampling.rule == "marks":
        return _marked(clip, sampling, first, last)
    if sampling.rule == "scenes":
        return _of_scenes(clip, sampling, cuts_s, first, last)
    start_s = clip.frame_times_s[first]
    end_s = clip.duration_s if last == clip.frame_count - 1 else clip.frame_times_s[last + 1]
    asked, notes = _asked(clip, sampling, end_s - start_s)
    count = min(asked, limits.CLIP_FRAMES, last - first + 1)
    if asked > limits.CLIP_FRAMES or sampling.rule == "count":
        # The part is cut into equal spans; of each, the frame on screen at its centre: neither the first nor the
        # last, which are so often black.
        span = (end_s - start_s) / count
        times = [start_s + (number + 0.5) * span for number in range(count)]
    else:
        step = sampling.interval_s if sampling.rule == "interval" else 1 / sampling.rate
        times = [start_s + number * step for number in range(asked)]
    indices = _distinct([shown_at(clip, time_s) for time_s in times], first, last)
    if sampling.exact:
        return Plan(tuple(indices), notes)
    quick = _distinct(_quick(clip, indices, first, last), first, last)
    return Plan(tuple(quick), (*notes, *_moved(clip, times, quick)))


def _part(clip: Reel, sampling: Sampling) -> tuple[int, int]:
    """The numbers of the first and the last frame between start and end."""
    end_s = clip.duration_s if sampling.end_s is None else sampling.end_s
    if sampling.start_s >= clip.duration_s > 0:
        end = f"page {clip.frame_count:,}" if isinstance(clip, Document) else clock(clip.duration_s)
        raise MediaError(f"{clip.name!r} ends at {end}: let the part start before that.")
    if not (isfinite(sampling.start_s) and isfinite(end_s)) or sampling.start_s < 0 or end_s < sampling.start_s:
        raise MediaError(f"The part of {clip.name!r} must end after it starts, and start at 0 or later.")
    first = shown_at(clip, sampling.start_s)
    # A frame that begins at the end is not part of it, unless the part is that one moment.
    last = bisect_left(clip.frame_times_s, round(end_s, 6)) - 1
    return first, max(first, min(last, clip.frame_count - 1))


def _asked(clip: Reel, sampling: Sampling, length_s: float) -> tuple[int, tuple[str, ...]]:
    """How many frames the rule asks for, and the note that they are too many."""
    if sampling.rule == "count":
        if not 1 <= sampling.count <= limits.CLIP_FRAMES:
            raise MediaError(
                f"From 1 to {limits.CLIP_FRAMES} {clip.unit}s can be taken of {clip.name!r}, not {sampling.count}."
            )
        return sampling.count, ()
    if sampling.rule == "rate":
        _require_positive(clip, sampling.rate, "frames a second")
        asked = max(1, ceil(round(length_s * sampling.rate, 6)))
        words = f"{sampling.rate:g} {'frame' if sampling.rate == 1 else 'frames'} a second"
    else:
        _require_positive(clip, sampling.interval_s, "seconds between frames")
        asked = max(1, ceil(round(length_s / sampling.interval_s, 6)))
        words = f"One frame every {sampling.interval_s:g} s"
    if asked <= limits.CLIP_FRAMES:
        return asked, ()
    if isinstance(clip, Document):
        return asked, (f"that would be {asked:,} pages; {limits.CLIP_FRAMES} are taken: the most of one document",)
    return asked, (
        f"{words} of {clock(length_s)} would be {asked:,} frames; {limits.CLIP_FRAMES} are taken, one every "
        f"{length_s / limits.CLIP_FRAMES:.1f} s: the most of one clip",
    )


def _require_positive(clip: Reel, value: float, words: str) -> None:
    if not (isfinite(value) and value > 0):
        raise MediaError(f"The {words} of {clip.name!r} must be more than 0, not {value:g}.")


def _marked(clip: Reel, sampling: Sampling, first: int, last: int) -> Plan:
    inside = [mark for mark in sampling.marks_s if first <= shown_at(clip, mark) <= last and mark >= 0]
    kept = sorted(inside)[: limits.CLIP_FRAMES]
    notes: tuple[str, ...] = ()
    if isinstance(clip, Document):
        left_out = [int(mark) for mark in sorted(sampling.marks_s)[limits.CLIP_FRAMES :]]
        notes = (f"pages {page_list(left_out)} are more than the most of one document",) if left_out else ()
        return Plan(tuple(sorted({shown_at(clip, mark) for mark in kept})), notes)
    if outside := len(sampling.marks_s) - len(inside):
        notes = (f"{outside} marked {'time lies' if outside == 1 else 'times lie'} outside of the chosen part",)
    if len(inside) > len(kept):
        notes = (*notes, f"{len(inside)} times are marked; the first {len(kept)} are taken, the most of one clip")
    return Plan(tuple(sorted({shown_at(clip, mark) for mark in kept})), notes)


def _of_scenes(clip: Reel, sampling: Sampling, cuts_s: Sequence[float], first: int, last: int) -> Plan:
    """One frame of each scene: the middle one, or in fast mode the quick one next to the middle, if there is one."""
    starts = sorted({first, *(index for cut in cuts_s if first < (index := shown_at(clip, cut)) <= last)})
    notes: tuple[str, ...] = (f"{len(starts)} {'scene' if len(starts) == 1 else 'scenes'}",)
    if len(starts) > limits.CLIP_FRAMES:
        notes = (f"{len(starts)} scenes were found; every {limits.CLIP_FRAMES}th part of them is shown once",)
        starts = [starts[number * len(starts) // limits.CLIP_FRAMES] for number in range(limits.CLIP_FRAMES)]
    quick = landings(clip)
    chosen = []
    for start, end in pairwise([*starts, last + 1]):
        middle = (start + end) // 2
        inside = [] if sampling.exact else quick[bisect_left(quick, start) : bisect_left(quick, end)]
        chosen.append(min(inside, key=lambda index: abs(index - middle)) if inside else middle)
    return Plan(tuple(chosen), notes)


def shown_at(clip: Reel, time_s: float) -> int:
    """The number of the frame on screen at a time."""
    # Rounded to nanoseconds: a time that meets a frame's start must not fall just before it.
    return max(0, bisect_right(clip.frame_times_s, round(time_s, 9)) - 1)


def _distinct(indices: Sequence[int], first: int, last: int) -> list[int]:
    """Makes the numbers strictly ascending within the part, moving as few as need be; drops what has no room."""
    chosen: list[int] = []
    indices = indices[: last - first + 1]
    for number, index in enumerate(indices):
        free = chosen[-1] + 1 if chosen else first
        chosen.append(min(max(index, free), last - (len(indices) - number - 1)))
    return chosen


def _quick(clip: Reel, indices: Sequence[int], first: int, last: int) -> list[int]:
    """Moves each frame to the nearest keyframe, which is decoded alone.

    Of frames that share one the further ones are decoded from it in one pass: they stand `_APART` frames from each
    other, not side by side.
    """
    landed = [first, *(number for number in landings(clip) if first < number <= last)]
    quick: list[int] = []
    shared, landing = 0, -1
    for index in indices:
        place = bisect_right(landed, index) - 1
        later = landed[place + 1] if place + 1 < len(landed) else None
        nearest = later if later is not None and later - index < index - landed[place] else landed[place]
        shared = shared + 1 if nearest == landing else 0
        landing = nearest
        quick.append(nearest + shared * _APART)
    return quick


def _moved(clip: Reel, times: Sequence[float], indices: Sequence[int]) -> tuple[str, ...]:
    farthest = max(
        (abs(clip.frame_times_s[index] - time_s) for time_s, index in zip(times, indices, strict=False)), default=0.0
    )
    if farthest < 0.5:
        return ()
    return (f"fast: frames stand up to {farthest:.1f} s beside the times asked for; exact takes the very ones",)
