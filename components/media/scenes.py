"""Finds where new scenes begin in a clip. Reads the whole part once, looks at thumbnails, and keeps only figures.

Two measures, both mean differences in levels of 256: of thumbnails, to the frame looked at just before, which a cut
raises for one frame; and of the colours of a few large fields, which motion within a scene hardly changes, to the frame
two seconds before, which a fade or dissolve raises for as long as it lasts. A change counts when it stands out from
what is usual around it, so that a shaking camera is not a scene, and when the picture does not come back after it, so
that a flash is none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from components.media.clip_cache import ClipCache
from components.media.decoding import Moving, frames_at, landings
from components.media.orientation import Frame
from components.media.sampling import Sensitivity
from components.media.work import Progress

_THUMB = (64, 36)
# Fields across and down whose colours make the second measure.
_FIELDS = (4, 4)
_LAG_S = 2.0
# Frames that lie this close to a sudden change may show a part of it.
_NEXT_S = 0.1
# So large a part of what is looked at is calm in any clip.
_CALM = 0.25
# A picture that stands again, this long after a sudden change, as it did before, was lit by a flash.
_BACK_S = 0.8
# What is usual is the median this far around.
_AROUND_S = 2.0
# Levels of 256 that a change must have, and how many times the usual it must be.
_LEAST = {"low": 34.0, "medium": 18.0, "high": 9.0}
_TIMES = {"low": 4.0, "medium": 3.0, "high": 2.5}
# Changes closer than this are one: a flash of light, or a fade in steps.
_SHORTEST_S = 0.25
# Unpacking a frame costs as much as decoding it; at half the usual rate a cut is found to within a frame.
_LOOKS_PER_S = 15.0
# In longer parts only the frames close behind keyframes are looked at, and of these no more than are reached by
# decoding as many: encoders set a keyframe at nearly every cut.
_DECODED = 20_000


@dataclass(frozen=True, slots=True)
class Profile:
    """How much a clip changes: `changes` to the frame before, `drifts` to the one about `_LAG_S` before.

    All arrays have one float64 for each frame looked at; `times_s` ascends. `keyframes_only`: the part is
    long, and only frames close behind keyframes were looked at.
    """

    times_s: npt.NDArray[np.float64]
    changes: npt.NDArray[np.float64]
    drifts: npt.NDArray[np.float64]
    keyframes_only: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say about how thoroughly it was looked at."""
        if not self.keyframes_only:
            return ()
        return (
            f"a long part: scenes were looked for in {self.times_s.size:,} frames close behind keyframes, so short "
            "ones may be missing; a shorter part is looked at closely",
        )


def look_through(clip: Moving, start_s: float, end_s: float, cache: ClipCache, progress: Progress) -> Profile:
    """Measures the part from `start_s` to `end_s`. Raises: MediaError, Cancelled."""
    key = (clip.token, "profile", start_s, end_s)
    profile: Profile | None = cache.get(key)
    if profile is None:
        profile = _measured(clip, start_s, end_s, progress)
        cache.put(key, profile, 3 * profile.times_s.nbytes)
    return profile


def cuts(profile: Profile, sensitivity: Sensitivity) -> tuple[float, ...]:
    """The times in seconds at which new scenes begin, the start of the part not among them."""
    least, times = _LEAST[sensitivity], _TIMES[sensitivity]
    found = [
        int(place)
        for place in np.flatnonzero(profile.changes >= least)
        if profile.changes[place] >= times * _usual(profile.times_s, profile.changes, int(place))
    ]
    # Of changes that follow each other closely only the strongest begins a scene.
    runs: list[list[int]] = []
    for place in found:
        if runs and profile.times_s[place] - profile.times_s[runs[-1][-1]] < _SHORTEST_S:
            runs[-1].append(place)
        else:
            runs.append([place])
    sudden: list[float] = []
    for at, run in enumerate(runs):
        begin_s = float(profile.times_s[max(run, key=lambda place: profile.changes[place])])
        is_short = bool(sudden) and begin_s - sudden[-1] < _BACK_S  # back from a short scene, which was one
        end = runs[at + 1][0] if at + 1 < len(runs) else profile.times_s.size
        if is_short or not _comes_back(profile, run, end, least):
            sudden.append(begin_s)
    slow = [] if profile.keyframes_only else _fades(profile, runs, sudden, least, times)
    return tuple(sorted((*sudden, *slow)))


def _comes_back(profile: Profile, run: Sequence[int], end: int, least: float) -> bool:
    """Whether the frames after a sudden change, and before the place `end`, look as those before it did."""
    first, last = run[0], run[-1]
    until_s = profile.times_s[last] + _BACK_S
    after = [place for place in range(last + 1, end) if profile.times_s[place] <= until_s]
    # Fewer tell nothing: the part ends, another change follows, or frames lie far apart.
    if len(after) < 3:
        return False
    apart = float(np.median(profile.drifts[after]))
    return apart < min(0.5 * float(profile.changes[first : last + 1].max()), 0.75 * least)


def _measured(clip: Moving, start_s: float, end_s: float, progress: Progress) -> Profile:
    first, last = bisect_left(clip.frame_times_s, start_s), bisect_left(clip.frame_times_s, end_s)
    keyframes_only = last - first > _DECODED
    times: list[float] = []
    changes: list[float] = []
    drifts: list[float] = []
    # No more than the fields of one lag are held, however long the clip is.
    recent: deque[tuple[float, npt.NDArray[np.int16]]] = deque(maxlen=256)
    before: npt.NDArray[np.int16] | None = None
    progress.begin("Looking for scenes", last - first)
    for number, frame in frames_at(clip, _numbers_to_read(clip, first, last, keyframes_only), progress.check):
        if number >= last:
            break
        time_s = clip.frame_times_s[number]
        thumb = _thumb(frame)
        fields = cv2.resize(thumb, _FIELDS, interpolation=cv2.INTER_AREA).astype(np.int16)
        while len(recent) > 1 and recent[0][0] < time_s - _LAG_S:
            recent.popleft()
        times.append(time_s)
        changes.append(_difference(thumb, before) if before is not None else 0.0)
        drifts.append(_difference(fields, recent[0][1]) if recent else 0.0)
        recent.append((time_s, fields))
        before = thumb
        progress.done = number - first
    return Profile(np.array(times), np.array(changes), np.array(drifts), keyframes_only)


def _numbers_to_read(clip: Moving, first: int, last: int, keyframes_only: bool) -> Sequence[int]:
    """The numbers of the frames from `first` to before `last` that are looked at."""
    if not keyframes_only:
        return range(first, last, max(1, round(clip.frame_rate / _LOOKS_PER_S)))
    behind = [number for number in landings(clip) if first <= number < last]
    return behind[:: -(-len(behind) // _DECODED) or 1]


def _thumb(frame: Frame) -> npt.NDArray[np.int16]:
    return cv2.resize(frame, _THUMB, interpolation=cv2.INTER_AREA).astype(np.int16)


def _difference(one: npt.NDArray[np.int16], other: npt.NDArray[np.int16]) -> float:
    return float(np.abs(one - other).mean())


def _usual(times_s: npt.NDArray[np.float64], values: npt.NDArray[np.float64], place: int) -> float:
    low, high = np.searchsorted(times_s, (times_s[place] - _AROUND_S, times_s[place] + _AROUND_S))
    around = np.delete(values[low:high], place - low)
    return float(np.median(around)) if around.size else 0.0


def _fades(
    profile: Profile, runs: Sequence[Sequence[int]], cuts_s: Sequence[float], least: float, times: float
) -> list[float]:
    """The ends of slow changes: runs of drifts that stand out.

    `runs`: the places of sudden changes, which tell nothing of slow ones where they are looked at or compared with.
    After those that are cuts nothing does until a lag is over.
    """
    if profile.drifts.size == 0:
        return []
    tells = np.ones(profile.drifts.size, bool)
    for run in runs:
        begin_s, end_s = profile.times_s[run[0]], profile.times_s[run[-1]]
        for later_s in (0.0, _LAG_S):
            tells &= np.abs(profile.times_s - (begin_s + end_s) / 2 - later_s) > (end_s - begin_s) / 2 + _NEXT_S
    for cut_s in cuts_s:
        tells &= (profile.times_s < cut_s) | (profile.times_s > cut_s + _LAG_S + _NEXT_S)
    drifts = profile.drifts[tells]
    if drifts.size == 0:
        return []
    # Not the median: in a clip of short scenes half of what is looked at may be compared with the scene before.
    high = drifts >= max(0.75 * least, times * float(np.quantile(drifts, _CALM)))
    shown_s = profile.times_s[tells]
    found: list[float] = []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], high, [False])).astype(np.int8)))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        # It stays until the lag is over, and what it is compared with then changes: it has come where, within one lag,
        # it is close to its most.
        first = int(np.searchsorted(shown_s, shown_s[begin] + _LAG_S, side="right"))
        rising = drifts[begin : min(end, first)]
        peak = begin + int((rising >= 0.8 * rising.max()).argmax())
        # The black between two fades is seen a second time when it is what is compared with.
        is_again = bool(found) and shown_s[peak] - found[-1] <= _LAG_S + _SHORTEST_S
        if shown_s[end - 1] - shown_s[begin] >= _SHORTEST_S and not is_again:
            found.append(float(shown_s[peak]))
    return found
