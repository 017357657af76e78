"""What the edit list of an MP4 shows of its samples: phones and players trim a clip by it, and leave the rest inside.

Decoders leave out what was trimmed away; OpenCV's table of packets has it all the same, from a zero of its own. So
times are read from the file's own tables where an edit list trims. Boxes: ISO/IEC 14496-12, sections 8.6.1 (`stts`,
`ctts`, `stss`), 8.6.6 (`elst`) and 8.7.3 (`stsz`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from components.media.tracks import box_inside, first_picture_track

# Fields of one edit, by the version of the box: duration (in the movie's ticks), start (in the track's), speed.
_EDIT = {0: struct.Struct(">Iii"), 1: struct.Struct(">Qqi")}
_NORMAL_SPEED = 1 << 16
_MOST_EDITS = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """When the frames of a trimmed clip are shown, in seconds from the first one, ascending; `keyframes_s` likewise.

    `hidden`: how many more the file holds that no edit shows.
    """

    times_s: list[float]
    keyframes_s: list[float]
    hidden: int


def trimmed(data: bytes, most_frames: int) -> Shown | None:
    """Gives the frames that an MP4's edit list leaves of its first picture track, in the order that it gives them.

    None where it leaves them as they are, plays them at another speed, shows more than `most_frames` or none, and where
    the frames are in fragments. Never raises.
    """
    tables = _tables(data, most_frames)
    if tables is None:
        return None
    parts: list[tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]] = []
    is_hidden = np.ones(tables.shown_at.size, np.bool_)
    begun, count = 0.0, 0
    for edit in tables.edits:
        if edit.start < 0:
            continue  # a pause, which the first frame stands for
        inside = tables.inside(edit)
        count += int(inside.sum())
        if edit.speed != _NORMAL_SPEED or count > most_frames:
            return None
        parts.append((begun + (tables.shown_at[inside] - edit.start) / tables.ticks, tables.is_key[inside]))
        is_hidden &= ~inside
        begun += edit.length / tables.ticks
    hidden = int(is_hidden.sum())
    if not count or (len(parts) == 1 and not hidden):
        return None
    times = np.concatenate([part for part, _ in parts])
    order = np.argsort(times, kind="stable")
    times, keys = times[order] - times.min(), np.concatenate([keys for _, keys in parts])[order]
    return Shown(times.tolist(), times[keys].tolist(), hidden)


def pause_s(data: bytes, most_frames: int) -> float:
    """Says how long after its beginning a player of the MP4 shows the first frame; 0 where nothing tells. Never raises.

    Pictures may begin behind the sound, and a piece of a recording where it was in the whole.
    """
    tables = _tables(data, most_frames)
    if tables is None:
        return 0.0
    waited = 0.0
    for edit in tables.edits:
        if edit.start >= 0:
            inside = tables.shown_at[tables.inside(edit)]
            return waited + (max(0.0, float(inside.min() - edit.start) / tables.ticks) if inside.size else 0.0)
        waited += edit.length / tables.ticks
    return float(tables.shown_at.min()) / tables.ticks if not tables.edits else 0.0


@dataclass(frozen=True, slots=True)
class _Edit:
    """`start`, `length`: in the track's ticks; a pause has the start -1, one that goes on to the end the length 0."""

    start: int
    length: int
    speed: int


@dataclass(frozen=True, slots=True)
class _Tables:
    """When each sample is shown, in `ticks` a second and in the order of decoding; whether decoding can begin there."""

    shown_at: npt.NDArray[np.int64]
    is_key: npt.NDArray[np.bool_]
    ticks: int
    edits: tuple[_Edit, ...]

    def inside(self, edit: _Edit) -> npt.NDArray[np.bool_]:
        inside = self.shown_at >= edit.start
        return inside & (self.shown_at < edit.start + edit.length) if edit.length else inside


def _tables(data: bytes, most: int) -> _Tables | None:
    try:
        return _read(data, most)
    except (struct.error, ValueError, IndexError, OverflowError):
        return None  # damaged: what OpenCV makes of it stands


def _read(data: bytes, most: int) -> _Tables | None:
    moov = box_inside(data, (0, len(data)), b"moov")
    track = first_picture_track(data)
    table = track and box_inside(data, track, b"mdia", b"minf", b"stbl")
    movie, media = moov and box_inside(data, moov, b"mvhd"), track and box_inside(data, track, b"mdia", b"mdhd")
    if not (table and movie and media and track):
        return None
    movie_ticks, ticks = _ticks(data, movie), _ticks(data, media)
    shown_at = _shown_at(data, table, most)
    if not (movie_ticks and ticks) or shown_at is None or not shown_at.size:
        return None
    edit_list = box_inside(data, track, b"edts", b"elst")
    edits = [
        _Edit(start, length * ticks // movie_ticks, speed)
        for length, start, speed in (_edits(data, edit_list) if edit_list else ())
    ]
    return _Tables(shown_at, _keyframes(data, table, shown_at.size), ticks, tuple(edits))


def _edits(data: bytes, box: tuple[int, int]) -> list[tuple[int, int, int]]:
    version, count = data[box[0]], int.from_bytes(data[box[0] + 4 : box[0] + 8], "big")
    if count > _MOST_EDITS:
        raise ValueError(f"{count} edits")
    edit = _EDIT[min(version, 1)]
    return [edit.unpack_from(data, box[0] + 8 + number * edit.size) for number in range(count)]


def _shown_at(data: bytes, table: tuple[int, int], most: int) -> npt.NDArray[np.int64] | None:
    """When each sample is shown, in the track's ticks and in the order of decoding; None if there are too many."""
    lengths = _runs(data, box_inside(data, table, b"stts"), "u4")
    count = int(lengths[:, 0].sum())
    if count > most:
        return None
    times = np.concatenate(([0], np.repeat(lengths[:, 1], lengths[:, 0]).cumsum()))[:count]
    late = _runs(data, box_inside(data, table, b"ctts"), "i4")
    if int(late[:, 0].sum()) == count:
        times = times + np.repeat(late[:, 1], late[:, 0])
    return times


def _runs(data: bytes, box: tuple[int, int] | None, kind: str) -> npt.NDArray[np.int64]:
    """Pairs of a number of samples and their value; int64 (runs, 2). Without the box there are none."""
    if box is None:
        return np.empty((0, 2), np.int64)
    count = min(int.from_bytes(data[box[0] + 4 : box[0] + 8], "big"), (box[1] - box[0] - 8) // 8)
    both = np.dtype([("count", ">u4"), ("value", f">{kind}")])
    runs = np.frombuffer(data, both, count, box[0] + 8)
    return np.column_stack((runs["count"].astype(np.int64), runs["value"].astype(np.int64)))


def _keyframes(data: bytes, table: tuple[int, int], count: int) -> npt.NDArray[np.bool_]:
    """Whether decoding can begin at each sample; at all of them where the file does not tell them apart."""
    box = box_inside(data, table, b"stss")
    if box is None:
        return np.ones(count, np.bool_)
    stated = min(int.from_bytes(data[box[0] + 4 : box[0] + 8], "big"), (box[1] - box[0] - 8) // 4)
    numbers = np.frombuffer(data, ">u4", stated, box[0] + 8).astype(np.int64) - 1
    keys = np.zeros(count, np.bool_)
    keys[numbers[(numbers >= 0) & (numbers < count)]] = True
    return keys


def _ticks(data: bytes, box: tuple[int, int]) -> int:
    """How many ticks a second has, by the header of the movie or of a track's media."""
    at = box[0] + (20 if data[box[0]] == 1 else 12)
    return int.from_bytes(data[at : at + 4], "big")
