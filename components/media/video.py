"""`Clip`: a video file held in memory, with the facts that sampling needs.

Owns opening and the table of frame times, read without decoding. `decoding` gets frames out, `sampling` chooses.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import isfinite
from statistics import median

import cv2

from components.core.clip_bytes import has_damaged_asf_header, may_be_sought
from components.core.errors import MediaError
from components.media import limits, matroska
from components.media.capture import capture
from components.media.edits import Shown, pause_s, trimmed
from components.media.signatures import ending_of, require
from components.media.tracks import has_sound, track_kinds

# FFmpeg's four letters -> the name people know; others are shown as they are.
_CODECS = {
    "h264": "H.264",
    "avc1": "H.264",
    "hevc": "H.265",
    "hvc1": "H.265",
    "hev1": "H.265",
    "vp80": "VP8",
    "vp8": "VP8",
    "vp90": "VP9",
    "vp9": "VP9",
    "av01": "AV1",
    "av1": "AV1",
    "fmp4": "MPEG-4",
    "mp4v": "MPEG-4",
    "mpeg": "MPEG-1",
    "mpg1": "MPEG-1",
    "mpg2": "MPEG-2",
    "mjpg": "Motion JPEG",
    **dict.fromkeys(("apco", "apcs", "apcn", "apch", "ap4h", "ap4x"), "ProRes"),
    "wmv1": "WMV 7",
    "wmv2": "WMV 8",
    "wmv3": "WMV 9",
    "wvc1": "VC-1",
    "flv1": "Sorenson H.263",
    "h263": "H.263",
}
# [own] Four hours at 60 frames a second: a table of a few dozen megabytes.
_FRAMES = 1_000_000
# A picture track that ends this much before the stated end was cut; less is a sound track that runs on a little.
_MISSING_S, _MISSING_PART = 1.0, 0.1
# Above it a rate is a container's clock (1,000 or 90,000 ticks a second), not a camera's; fast cameras reach 960.
_HIGHEST_FRAME_RATE = 1000.0


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip and its facts.

    `data`: the file as it came. `width` x `height`: px of a frame as shown, after `rotation` (degrees clockwise) and
    the shape of its pixels (`pixel_aspect`, width by height) are applied. `frame_rate`: the mean, in frames per
    second; 0 for a single frame. `bits`: of a colour. `duration_s`: until the end of the last frame, which is
    taken to stand as long as the others usually do. `frame_times_s`: when each frame is shown, in seconds from the
    first, ascending; `keyframes`: the numbers in it of those where decoding can begin. `origin_s` is the first frame's
    time on the reader's own clock, `seek_rate` the frames a second it counts in when it seeks, 0 if it does not (a
    recording without a table of contents, a WMV). `player_start_s`: where the first frame stands on a player's clock.
    `token` stands for the clip in caches.
    """

    name: str
    data: bytes = field(repr=False)
    width: int
    height: int
    rotation: int
    pixel_aspect: Fraction
    frame_rate: float
    codec: str
    bits: int
    has_audio: bool
    duration_s: float
    frame_times_s: tuple[float, ...] = field(repr=False)
    keyframes: tuple[int, ...] = field(repr=False)
    origin_s: float = field(repr=False)
    seek_rate: float = field(repr=False)
    player_start_s: float = field(default=0.0, repr=False)
    notes: tuple[str, ...] = ()
    token: object = field(default_factory=object, repr=False, compare=False)

    @property
    def size_bytes(self) -> int:
        """The size of the file."""
        return len(self.data)

    @property
    def frame_count(self) -> int:
        """How many frames the file holds, counted, not as it states."""
        return len(self.frame_times_s)

    @property
    def keyframe_times_s(self) -> tuple[float, ...]:
        """When the frames are shown where decoding can begin."""
        return tuple(self.frame_times_s[number] for number in self.keyframes)


def open_clip(name: str, data: bytes) -> Clip:
    """Reads a clip's facts and proves that a frame decodes.

    A clip that was cut short is opened as far as it goes, with a note.
    Raises: MediaError if it is empty, too large, not what its name says, or has no frame that can be decoded.
    """
    if len(data) > limits.CLIP_UPLOAD_BYTES:
        raise MediaError(
            f"{name!r} has {len(data) / limits.MEGABYTE:.0f} MB, more than the "
            f"{limits.CLIP_UPLOAD_BYTES // limits.MEGABYTE} MB a clip may have: cut it or save it smaller."
        )
    format = require(name, data, limits.CLIP_ENDINGS)
    if format == "MP4":
        _require_pictures(name, data)
    elif has_damaged_asf_header(data):
        raise MediaError(f"{name!r} has a damaged beginning, so it cannot be read: copy or download it again.")
    shown = trimmed(data, _FRAMES) if format == "MP4" else None
    times, keyframe_times, count = (shown.times_s, shown.keyframes_s, 0) if shown else _times(name, data)
    with capture(name, data) as video:
        width, height = int(video.get(cv2.CAP_PROP_FRAME_WIDTH)), int(video.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if width * height > limits.PICTURE_PIXELS:
            raise MediaError(
                f"{name!r} has frames of {width} x {height} px, more than is unpacked here: save it smaller."
            )
        if not times or not video.grab() or not video.retrieve()[0]:
            raise MediaError(
                f"{name!r} has no frame that can be decoded: it is damaged, cut short or in a format unknown here; "
                "save it anew as MP4 (H.264) and attach that."
            )
        stated_rate, stated_count = video.get(cv2.CAP_PROP_FPS), video.get(cv2.CAP_PROP_FRAME_COUNT)
        origin_s = times[0]
        if format == "AVI" or shown:
            # An AVI's packets have the times of decoding, which B-frames put ahead of those of showing.
            origin_s = video.get(cv2.CAP_PROP_POS_MSEC) / 1000
        # To nanoseconds, as times are looked up: what subtracting leaves must not put a frame behind its own time.
        frames = [round(time_s - times[0], 9) for time_s in times]
        if format == "MPEG" and stated_rate > 0:
            # Not every packet has a time here, but all frames last as long.
            frames = [number / stated_rate for number in range(count)]
        rate = _frame_rate(stated_rate, frames)
        duration_s = _duration_s(frames, rate)
        rotation = int(video.get(cv2.CAP_PROP_ORIENTATION_META)) % 360
        aspect = _pixel_aspect(video)
        size = _shown(width, height, rotation, aspect)
        # Without a number of frames OpenCV does not seek, it only loses its place.
        seekable = stated_count > 1 and may_be_sought(data)
        return Clip(
            name=name,
            data=data,
            width=size[0],
            height=size[1],
            rotation=rotation,
            pixel_aspect=aspect,
            frame_rate=rate,
            codec=_codec(_letters(video, cv2.CAP_PROP_FOURCC)),
            bits=_bits(_letters(video, cv2.CAP_PROP_CODEC_PIXEL_FORMAT)),
            has_audio=has_sound(format, data),
            duration_s=duration_s,
            frame_times_s=tuple(frames),
            keyframes=_numbers(frames, [time_s - times[0] for time_s in keyframe_times]),
            origin_s=origin_s,
            seek_rate=stated_rate if isfinite(stated_rate) and stated_rate > 0 and seekable else 0.0,
            player_start_s=player_start_s(name, data),
            notes=_hidden(shown) if shown else _missing_end(_stated_s(format, data, video), duration_s),
        )


def player_start_s(name: str, data: bytes) -> float:
    """Says where a clip's first frame stands on a player's clock, which counts from the file's own zero.

    Pictures may begin behind the sound, and a piece of a recording where it was in the whole. 0 where nothing tells.
    """
    match limits.CLIP_ENDINGS.get(ending_of(name)):
        case "MP4":
            return pause_s(data, _FRAMES)
        case "WebM":
            return matroska.first_picture_s(data)
        case _:
            return 0.0


def _require_pictures(name: str, data: bytes) -> None:
    """Says of an MP4 what is known before it is decoded. Raises: MediaError."""
    kinds = track_kinds(data)
    if kinds is None:
        raise MediaError(
            f"{name!r} is cut short: the index that an MP4 needs (`moov`) is missing, so no frame can be found; "
            "copy or download it again."
        )
    if "vide" not in kinds:
        raise MediaError(f"{name!r} has no picture track: the model takes pictures only; attach a clip or a picture.")
    if "encv" in kinds:
        raise MediaError(
            f"{name!r} is encrypted (copy protection), so its frames cannot be seen: attach an unprotected copy."
        )


def _times(name: str, data: bytes) -> tuple[list[float], list[float], int]:
    """Reads the times of all frames and of the keyframes in one pass over the packets, in seconds, and counts these.

    Packets stand in decoding order, so they are sorted. One before the start is not to be shown and left out.
    """
    frames: set[float] = set()
    keyframes: set[float] = set()
    count = 0
    with capture(name, data, packets=True) as packets:
        while packets.grab():
            count += 1
            if count > _FRAMES:
                raise MediaError(f"{name!r} has more than {_FRAMES:,} frames: cut it and attach a part.")
            time_s = packets.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if not (isfinite(time_s) and time_s >= 0):
                continue
            frames.add(time_s)
            if packets.get(cv2.CAP_PROP_LRF_HAS_KEY_FRAME):
                keyframes.add(time_s)
    return sorted(frames), sorted(keyframes), count


def _numbers(frames: list[float], times_s: list[float]) -> tuple[int, ...]:
    """The numbers of the frames at given times, ascending; of the next frames where the table has other times."""
    last = len(frames) - 1
    return tuple(sorted({min(last, bisect_left(frames, time_s - 1e-6)) for time_s in times_s}))


def _letters(video: cv2.VideoCapture, property: int) -> str:
    number = int(video.get(property))
    return number.to_bytes(4, "little", signed=number < 0).decode("latin-1").rstrip("\0 ")


def _codec(letters: str) -> str:
    return _CODECS.get(letters.lower(), letters if letters and letters.isprintable() else "unknown")


def _bits(letters: str) -> int:
    """The depth by FFmpeg's name of a pixel format (libavcodec/raw.c): "Y3", the kind and the bits, from 9 on."""
    return ord(letters[3]) if len(letters) == 4 and letters.startswith("Y3") and 8 < ord(letters[3]) <= 16 else 8


def _pixel_aspect(video: cv2.VideoCapture) -> Fraction:
    """The shape of a pixel as stored; square where none is stated."""
    width, height = (int(video.get(name)) for name in (cv2.CAP_PROP_SAR_NUM, cv2.CAP_PROP_SAR_DEN))
    return Fraction(width, height) if width > 0 and height > 0 else Fraction(1)


def _shown(width: int, height: int, rotation: int, aspect: Fraction) -> tuple[int, int]:
    """The size on the screen of a frame that OpenCV has turned upright: its pixels made square."""
    if rotation in (90, 270):
        return width, max(1, round(height * aspect))
    return max(1, round(width * aspect)), height


def _frame_rate(stated: float, frames: list[float]) -> float:
    """Counts; a single frame has the rate that the file states, or none: 0."""
    if len(frames) > 1:
        return (len(frames) - 1) / (frames[-1] - frames[0])
    return stated if isfinite(stated) and 0 < stated <= _HIGHEST_FRAME_RATE else 0.0


def _duration_s(frames: list[float], rate: float) -> float:
    if len(frames) < 2:
        return 1 / rate if rate > 0 else 0.0
    return frames[-1] + median(later - earlier for earlier, later in pairwise(frames))


def _hidden(shown: Shown) -> tuple[str, ...]:
    """Notes that a trimmed clip still holds what was cut off."""
    if not shown.hidden:
        return ()
    return (
        f"trimmed: the file still holds {shown.hidden:,} {'frame' if shown.hidden == 1 else 'frames'} that players "
        "hide, which go along only if the clip itself is sent",
    )


def _stated_s(format: str, data: bytes, video: cv2.VideoCapture) -> float:
    """How long the picture track is by the file's own word; 0 where nothing depends on it."""
    rate, count = video.get(cv2.CAP_PROP_FPS), video.get(cv2.CAP_PROP_FRAME_COUNT)
    if rate <= 0 or (format == "WebM" and not matroska.ends_early(data)):
        # A WebM states when its last track ends, which may be sound that goes on behind the pictures.
        return 0.0
    return count / rate - (matroska.first_picture_s(data) if format == "WebM" else 0.0)


def _missing_end(stated_s: float, found_s: float) -> tuple[str, ...]:
    """Notes that the picture track ends early."""
    if stated_s - found_s <= max(_MISSING_S, _MISSING_PART * stated_s):
        return ()
    return (f"only the first {found_s:.1f} of {stated_s:.1f} seconds can be read; the file may be cut short",)
