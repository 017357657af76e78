"""Finds where new scenes begin in a clip. Looks through the whole part once, at thumbnails, and keeps only figures.

Two measures, both the mean difference of thumbnails in levels of 256: to the frame looked at just before, which a
cut raises for one frame, and to the one about a second before, which a fade or dissolve raises for as long as it
lasts. A change counts when it stands out from what is usual around it, so that a shaking camera is not a scene.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass
from itertools import chain

import av
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from components.media.clip_cache import ClipCache
from components.media.container import opened, packets
from components.media.decoding import frame_number, seek
from components.media.sampling import Sensitivity
from components.media.video import Clip
from components.media.work import Progress

_THUMB = (64, 36)
_LAG_S = 0.8
# What is usual is the median this far around.
_AROUND_S = 2.0
# Levels of 256 that a change must have, and how many times the usual it must be.
_LEAST = {"low": 34.0, "medium": 18.0, "high": 9.0}
_TIMES = {"low": 4.0, "medium": 3.0, "high": 2.5}
# Changes closer than this are one: a flash of light, or a fade in steps.
_SHORTEST_S = 0.25
# In longer parts only keyframes are looked at: encoders set one at nearly every cut.
_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class Profile:
    """How much a clip changes: `changes` to the frame before, `drifts` to the one about `_LAG_S` before.

    All arrays have one float64 for each frame looked at; `times_s` ascends. `keyframes_only`: the part is long.
    """

    times_s: npt.NDArray[np.float64]
    changes: npt.NDArray[np.float64]
    drifts: npt.NDArray[np.float64]
    keyframes_only: bool


def look_through(clip: Clip, start_s: float, end_s: float, cache: ClipCache, progress: Progress) -> Profile:
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
    sudden = [float(profile.times_s[max(run, key=lambda place: profile.changes[place])]) for run in runs]
    slow = [] if profile.keyframes_only else _fades(profile, sudden, least, times)
    return tuple(sorted((*sudden, *slow)))


def _measured(clip: Clip, start_s: float, end_s: float, progress: Progress) -> Profile:
    first, last = bisect_left(clip.frame_times_s, start_s), bisect_left(clip.frame_times_s, end_s)
    keyframes_only = last - first > _LOOKED_AT
    times: list[float] = []
    changes: list[float] = []
    drifts: list[float] = []
    # No more than the thumbnails of one lag are held, however long the clip is.
    recent: deque[tuple[float, npt.NDArray[np.int16]]] = deque(maxlen=256)
    progress.begin("Looking for scenes", last - first)
    with opened(clip.name, clip.data) as (container, stream):
        seek(clip, container, stream, max(0, bisect_left(clip.keyframe_times_s, start_s + 1e-6) - 1))
        context = stream.codec_context
        context.skip_frame = "NONKEY" if keyframes_only else "NONREF"
        reformatter = VideoReformatter()
        over = False
        for packet in chain(packets(container, stream), [None]):
            progress.look()
            frames: list[VideoFrame] = []
            with contextlib.suppress(av.FFmpegError):
                frames = context.decode(packet)
            for frame in frames:
                number = frame_number(clip, frame)
                if not first <= number < last:
                    over = over or number >= last
                    continue
                time_s = clip.frame_times_s[number]
                if times and time_s <= times[-1]:
                    continue  # a damaged clip may go back in time
                thumb = _thumb(reformatter, frame)
                while len(recent) > 1 and recent[0][0] < time_s - _LAG_S:
                    recent.popleft()
                times.append(time_s)
                changes.append(_difference(thumb, recent[-1][1]) if recent else 0.0)
                drifts.append(_difference(thumb, recent[0][1]) if recent else 0.0)
                recent.append((time_s, thumb))
                progress.done = number - first
            if over:
                break
    return Profile(np.array(times), np.array(changes), np.array(drifts), keyframes_only)


def _thumb(reformatter: VideoReformatter, frame: VideoFrame) -> npt.NDArray[np.int16]:
    small = reformatter.reformat(frame, *_THUMB, "bgr24", interpolation="AREA")
    return small.to_ndarray().astype(np.int16)


def _difference(one: npt.NDArray[np.int16], other: npt.NDArray[np.int16]) -> float:
    return float(np.abs(one - other).mean())


def _usual(times_s: npt.NDArray[np.float64], values: npt.NDArray[np.float64], place: int) -> float:
    low, high = np.searchsorted(times_s, (times_s[place] - _AROUND_S, times_s[place] + _AROUND_S))
    around = np.delete(values[low:high], place - low)
    return float(np.median(around)) if around.size else 0.0


def _fades(profile: Profile, cuts_s: list[float], least: float, times: float) -> list[float]:
    """The ends of slow changes: runs of drifts that stand out and have no cut inside the lag."""
    if profile.drifts.size == 0:
        return []
    usual = float(np.median(profile.drifts))
    high = profile.drifts >= max(least, times * usual)
    found: list[float] = []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], high, [False])).astype(np.int8)))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        peak = begin + int(profile.drifts[begin:end].argmax())
        time_s = float(profile.times_s[peak])
        # A cut raises the drift, too, for one lag.
        begin_s, end_s = float(profile.times_s[begin]), float(profile.times_s[end - 1])
        if not any(begin_s - _LAG_S <= cut <= end_s + _LAG_S for cut in cuts_s):
            found.append(time_s)
    return found
