"""`Clip`: a video file held in memory, with the facts that sampling needs.

Owns opening and the table of frame times, read without decoding. `decoding` gets frames out, `storyboard` chooses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from statistics import median

import cv2

from components.core.errors import MediaError
from components.media import limits
from components.media.capture import capture
from components.media.signatures import require
from components.media.tracks import track_kinds

# FFmpeg's four letters -> the name people know; others are shown as they are.
_CODECS = {
    "h264": "H.264",
    "avc1": "H.264",
    "hevc": "H.265",
    "hvc1": "H.265",
    "hev1": "H.265",
    "vp80": "VP8",
    "vp90": "VP9",
    "av01": "AV1",
    "fmp4": "MPEG-4",
    "mp4v": "MPEG-4",
    "mpg1": "MPEG-1",
    "mpg2": "MPEG-2",
    "mjpg": "Motion JPEG",
    "wmv1": "WMV 7",
    "wmv2": "WMV 8",
    "wmv3": "WMV 9",
    "flv1": "Sorenson H.263",
    "h263": "H.263",
}
# Above it a rate is a container's clock (1,000 or 90,000 ticks a second), not a camera's; fast cameras reach 960.
_HIGHEST_FRAME_RATE = 1000.0
# A picture track that ends this much before the stated end was cut; less is a sound track that runs on a little.
_MISSING_S, _MISSING_PART = 1.0, 0.1


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip and its facts.

    `data`: the file as it came. `width` x `height`: px of a frame as shown, after `rotation` (degrees clockwise) is
    applied. `frame_rate`: the mean, in frames per second. `has_audio`: None when unknown. `frame_times_s`: when each
    frame is shown, in seconds from the first, ascending; `keyframe_times_s`: those of it where decoding can begin.
    """

    name: str
    data: bytes = field(repr=False)
    width: int
    height: int
    rotation: int
    frame_rate: float
    codec: str
    has_audio: bool | None
    frame_times_s: tuple[float, ...] = field(repr=False)
    keyframe_times_s: tuple[float, ...] = field(repr=False)
    notes: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """The size of the file."""
        return len(self.data)

    @property
    def frame_count(self) -> int:
        """How many frames the file holds, counted, not as it states."""
        return len(self.frame_times_s)

    @property
    def duration_s(self) -> float:
        """Until the end of the last frame, which is taken to stand as long as the others usually do."""
        return _duration_s(self.frame_times_s, self.frame_rate)


def open_clip(name: str, data: bytes) -> Clip:
    """Reads a clip's facts and proves that its first frame decodes.

    A clip that was cut short is opened as far as it goes, with a note.
    Raises: MediaError if it is empty, too large, not what its name says, or has no frame that can be decoded.
    """
    if len(data) > limits.CLIP_UPLOAD_BYTES:
        raise MediaError(
            f"{name!r} has {len(data) / limits.MEGABYTE:.0f} MB, more than the "
            f"{limits.CLIP_UPLOAD_BYTES // limits.MEGABYTE} MB a clip may have: cut it or save it smaller."
        )
    has_audio = _has_audio(name, data) if require(name, data, limits.CLIP_ENDINGS) == "MP4" else None
    frames, keyframes = _times(name, data)
    with capture(name, data) as video:
        width, height = int(video.get(cv2.CAP_PROP_FRAME_WIDTH)), int(video.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if width * height > limits.PICTURE_PIXELS:
            raise MediaError(
                f"{name!r} has frames of {width} x {height} px, more than is unpacked here: save it smaller."
            )
        if not frames or not video.grab():
            raise MediaError(
                f"{name!r} has no frame that can be decoded: it is damaged, cut short or in a format unknown here; "
                "save it anew as MP4 (H.264) and attach that."
            )
        stated_rate = video.get(cv2.CAP_PROP_FPS)
        rate = _frame_rate(stated_rate, frames)
        stated_count = video.get(cv2.CAP_PROP_FRAME_COUNT)
        return Clip(
            name=name,
            data=data,
            width=width,
            height=height,
            rotation=int(video.get(cv2.CAP_PROP_ORIENTATION_META)) % 360,
            frame_rate=rate,
            codec=_codec(int(video.get(cv2.CAP_PROP_FOURCC))),
            has_audio=has_audio,
            frame_times_s=frames,
            keyframe_times_s=keyframes,
            notes=_missing_end(stated_count / stated_rate if stated_rate > 0 else 0.0, _duration_s(frames, rate)),
        )


def _has_audio(name: str, data: bytes) -> bool:
    kinds = track_kinds(data)
    if kinds is None:
        raise MediaError(
            f"{name!r} is cut short: the index that an MP4 needs (`moov`) is missing, so no frame can be found; "
            "copy or download it again."
        )
    if "vide" not in kinds:
        raise MediaError(f"{name!r} has no picture track: the model takes pictures only; attach a clip or a picture.")
    return "soun" in kinds


def _times(name: str, data: bytes) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Reads the times of all frames and of the keyframes in one pass over the packets, in seconds.

    Packets stand in decoding order, so they are sorted. One without a usable time is left out.
    """
    frames: set[float] = set()
    keyframes: set[float] = set()
    with capture(name, data, packets=True) as packets:
        while packets.grab():
            time_s = packets.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if not (isfinite(time_s) and time_s >= 0):
                continue
            frames.add(time_s)
            if packets.get(cv2.CAP_PROP_LRF_HAS_KEY_FRAME):
                keyframes.add(time_s)
    return tuple(sorted(frames)), tuple(sorted(keyframes))


def _frame_rate(stated: float, frames: tuple[float, ...]) -> float:
    """Takes the container's mean rate where it is a rate; else counts. A single frame has none: 0."""
    if isfinite(stated) and 0 < stated <= _HIGHEST_FRAME_RATE:
        return stated
    span = frames[-1] - frames[0]
    return (len(frames) - 1) / span if span > 0 else 0.0


def _duration_s(frames: tuple[float, ...], rate: float) -> float:
    if len(frames) < 2:
        return 1 / rate if rate > 0 else 0.0
    return frames[-1] + median(later - earlier for earlier, later in zip(frames, frames[1:], strict=False))


def _codec(fourcc: int) -> str:
    letters = fourcc.to_bytes(4, "little", signed=fourcc < 0).decode("latin-1").strip("\0 ")
    return _CODECS.get(letters.lower(), letters if letters.isprintable() else "unknown")


def _missing_end(stated_s: float, found_s: float) -> tuple[str, ...]:
    """Notes that the picture track ends early. A stated length of 0 or less means that none is stated."""
    if stated_s - found_s <= max(_MISSING_S, _MISSING_PART * stated_s):
        return ()
    return (f"only the first {found_s:.1f} of {stated_s:.1f} seconds can be read; the file may be cut short",)
