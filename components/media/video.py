"""`Clip`: a video file held in memory, with the facts that sampling needs.

Owns opening and the table of frame times, read without decoding. `decoding` gets frames out, `sampling` chooses.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, islice, pairwise
from statistics import median

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from components.core.errors import MediaError
from components.media import limits
from components.media.container import opened, packets
from components.media.signatures import require

# FFmpeg's name -> the name people know; others are shown as they are.
_CODECS = {
    "h264": "H.264",
    "hevc": "H.265",
    "vp8": "VP8",
    "vp9": "VP9",
    "av1": "AV1",
    "libdav1d": "AV1",
    "mpeg4": "MPEG-4",
    "msmpeg4v3": "MPEG-4",
    "mpeg1video": "MPEG-1",
    "mpeg2video": "MPEG-2",
    "mjpeg": "Motion JPEG",
    "prores": "ProRes",
    "wmv1": "WMV 7",
    "wmv2": "WMV 8",
    "wmv3": "WMV 9",
    "vc1": "VC-1",
    "flv": "Sorenson H.263",
    "h263": "H.263",
}
# [own] Four hours at 60 frames a second: a table of a few dozen megabytes.
_FRAMES = 1_000_000
# A picture track that ends this much before the stated end was cut; less is a sound track that runs on a little.
_MISSING_S, _MISSING_PART = 1.0, 0.1
# Frames that are looked at for the first that decodes: a recording may begin in the middle of a group.
_TRIED = 300


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip and its facts.

    `data`: the file as it came. `width` x `height`: px of a frame as shown, after `rotation` (degrees clockwise) and
    the shape of its pixels (`pixel_aspect`, width by height) are applied. `frame_rate`: the mean, in frames per
    second; 0 for a single frame. `bits`: of a colour. `duration_s`: until the end of the last frame, which is
    taken to stand as long as the others usually do. `frame_times_s`: when each frame is shown, in seconds from the
    first, ascending; `keyframe_times_s`: those of it where decoding can begin. `time_base` and `first_timestamp` take
    these back to the file's own clock. `token` stands for the clip in caches.
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
    keyframe_times_s: tuple[float, ...] = field(repr=False)
    time_base: Fraction = field(repr=False)
    first_timestamp: int = field(repr=False)
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

    def timestamp(self, time_s: float) -> int:
        """A time of the clip on the file's own clock."""
        return self.first_timestamp + round(time_s / self.time_base)


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
    require(name, data, limits.CLIP_ENDINGS)
    with opened(name, data) as (container, stream):
        if stream.codec_context is None:
            raise MediaError(_undecodable(name))
        stated_s = _stated_s(container, stream)
        timestamps, keyframes = _timestamps(name, container, stream)
        frame = _first_frame(container, stream) if timestamps else None
        if frame is None:
            raise MediaError(_undecodable(name))
        if frame.width * frame.height > limits.PICTURE_PIXELS:
            raise MediaError(
                f"{name!r} has frames of {frame.width} x {frame.height} px, more than is unpacked here: save it "
                "smaller."
            )
        base = stream.time_base or Fraction(1, 1000)
        first = timestamps[0]
        frames = tuple(float((stamp - first) * base) for stamp in timestamps)
        rate = _frame_rate(stream, frames)
        duration_s = _duration_s(frames, rate)
        # PyAV counts degrees against the clock.
        rotation = -frame.rotation % 360
        aspect = stream.sample_aspect_ratio or Fraction(1)
        width, height = _shown(frame, rotation, aspect)
        return Clip(
            name=name,
            data=data,
            width=width,
            height=height,
            rotation=rotation,
            pixel_aspect=aspect,
            frame_rate=rate,
            codec=_CODECS.get(stream.codec_context.name, stream.codec_context.name),
            bits=max((part.bits for part in frame.format.components), default=8),
            has_audio=bool(container.streams.audio),
            duration_s=duration_s,
            frame_times_s=frames,
            keyframe_times_s=tuple(float((stamp - first) * base) for stamp in keyframes),
            time_base=base,
            first_timestamp=first,
            notes=_missing_end(stated_s, duration_s),
        )


def _timestamps(name: str, container: InputContainer, stream: VideoStream) -> tuple[list[int], list[int]]:
    """Reads the timestamps of all frames and of the keyframes in one pass over the packets.

    Packets stand in decoding order, so they are sorted. One without a time is left out, and so is one that the file
    says is not to be shown.
    """
    frames: set[int] = set()
    keyframes: set[int] = set()
    try:
        for packet in packets(container, stream):
            stamp = packet.dts if packet.pts is None else packet.pts
            if packet.has_sidedata("encryption_info"):
                raise MediaError(
                    f"{name!r} is encrypted (copy protection), so its frames cannot be seen: attach an unprotected "
                    "copy."
                )
            if stamp is None or packet.is_discard:
                continue
            frames.add(stamp)
            if packet.is_keyframe:
                keyframes.add(stamp)
            if len(frames) > _FRAMES:
                raise MediaError(f"{name!r} has more than {_FRAMES:,} frames: cut it and attach a part.")
    except av.FFmpegError:
        pass  # what stands before the damage can still be used
    return sorted(frames), sorted(keyframes)


def _first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame | None:
    """Decodes the first frame that can be."""
    try:
        container.seek(0, stream=stream, backward=True)
    except av.FFmpegError:
        return None
    for packet in chain(islice(packets(container, stream), _TRIED), [None]):
        # One that is damaged is passed over; the next may be whole.
        with contextlib.suppress(av.FFmpegError):
            for frame in stream.decode(packet):
                return frame
    return None


def _undecodable(name: str) -> str:
    return (
        f"{name!r} has no frame that can be decoded: it is damaged, cut short or in a format unknown here; "
        "save it anew as MP4 (H.264) and attach that."
    )


def _shown(frame: VideoFrame, rotation: int, aspect: Fraction) -> tuple[int, int]:
    """The size of a frame on the screen: its pixels made square, then turned."""
    width, height = max(1, round(frame.width * aspect)), frame.height
    return (height, width) if rotation in (90, 270) else (width, height)


def _stated_s(container: InputContainer, stream: VideoStream) -> float:
    """The length that the file states, 0 if it states none."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else 0.0


def _frame_rate(stream: VideoStream, frames: tuple[float, ...]) -> float:
    """Counts; a single frame has the rate that the file states, or none: 0."""
    if len(frames) > 1:
        return (len(frames) - 1) / (frames[-1] - frames[0])
    return float(stream.average_rate or 0)


def _duration_s(frames: tuple[float, ...], rate: float) -> float:
    if len(frames) < 2:
        return 1 / rate if rate > 0 else 0.0
    return frames[-1] + median(later - earlier for earlier, later in pairwise(frames))


def _missing_end(stated_s: float, found_s: float) -> tuple[str, ...]:
    """Notes that the picture track ends early."""
    if stated_s - found_s <= max(_MISSING_S, _MISSING_PART * stated_s):
        return ()
    return (f"only the first {found_s:.1f} of {stated_s:.1f} seconds can be read; the file may be cut short",)
