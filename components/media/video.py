"""`Clip`: a video file with the facts that sampling needs.

Owns opening; the table of frame times is `index`'s. `decoding` gets frames out, `sampling` chooses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from math import isfinite
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.packet import Packet
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from components.core.clip_bytes import has_damaged_asf_header
from components.core.errors import MediaError
from components.media import limits, truncation
from components.media.clip_cache import Token
from components.media.codecs import codec_name
from components.media.containers import FAILURES, Unreadable, opened, packets, picture_stream, unreadable
from components.media.index import Index, read_index
from components.media.orientation import Orientation, read_orientation
from components.media.pixels import Sample, has_wide_colours, pixels, sample
from components.media.signatures import misnamed, require
from components.media.source import OfSource, Source

# A rate above it is a container's clock (1,000 or 90,000 ticks a second), not a camera's; fast cameras reach 960.
_HIGHEST_FRAME_RATE = 1000.0
# Packets in which a frame must have come out of the decoder: some hold 16 back, and the first may be damaged.
_FIRST_PACKETS = 400
# So many packets tell when the first picture is shown: encoders reorder fewer.
_REORDERED = 64


@dataclass(frozen=True, slots=True)
class Clip(OfSource):
    """A clip and its facts.

    `source`: the file as it came. `width` x `height`: px of a frame as shown, after `orientation` and the shape of its
    pixels (`pixel_aspect`, width by height) are applied; `stored`: width and height of what is decoded. `frame_rate`:
    the mean, in frames per second; 0 for a single frame. `bits`: of a colour. `duration_s`: until the end of the last
    frame, which stands as long as the file says, and no shorter than the others usually do. `frame_times_s`: when each
    frame is shown, in seconds from the first, ascending; `keyframes`: the numbers in it of those where decoding can
    begin.
    `first`: some pixels from all over the first frame that decodes, as stored; `first_number`: its number; decoders are
    tested against it.
    `interlaced`: it holds fields of two moments. `wide_colours`: more colours or brightness than are sent (HDR).
    `player_start_s`: where the first frame stands on a player's clock.
    `token` stands for the clip in caches.
    """

    kind: ClassVar = "clip"
    unit: ClassVar = "frame"

    name: str
    source: Source = field(repr=False)
    width: int
    height: int
    stored: tuple[int, int] = field(repr=False)
    orientation: Orientation
    pixel_aspect: Fraction
    frame_rate: float
    codec: str
    bits: int
    has_audio: bool
    interlaced: bool
    wide_colours: bool
    duration_s: float
    frame_times_s: tuple[float, ...] = field(repr=False)
    keyframes: tuple[int, ...] = field(repr=False)
    index: Index = field(repr=False, compare=False)
    first: Sample = field(repr=False, compare=False)
    first_number: int = field(repr=False)
    player_start_s: float = field(default=0.0, repr=False)
    notes: tuple[str, ...] = ()
    token: Token = field(default_factory=Token, repr=False, compare=False)

    @property
    def rotation(self) -> int:
        """Degrees clockwise by which a stored frame is turned to be upright."""
        return self.orientation.rotation

    @property
    def frame_count(self) -> int:
        """How many frames the file holds, counted, not as it states."""
        return len(self.frame_times_s)


def open_clip(name: str, file: bytes | Source) -> Clip:
    """Reads a clip's facts and proves that a frame decodes.

    A clip that was cut short is opened as far as it goes, with a note.
    Raises: MediaError if it is empty, too large, not what its name says, or has no frame that can be decoded.
    """
    source = file if isinstance(file, Source) else Source(file)
    if source.size_bytes > limits.CLIP_UPLOAD_BYTES:
        raise MediaError(
            f"{name!r} has {source.size_bytes / limits.MEGABYTE:,.0f} MB, more than the "
            f"{limits.CLIP_UPLOAD_BYTES // limits.MEGABYTE:,} MB a clip may have: cut it or save it smaller."
        )
    head = source.head()
    format = require(name, head, limits.CLIP_ENDINGS)
    if has_damaged_asf_header(head):
        raise MediaError(f"{name!r} has a damaged beginning, so it cannot be read: copy or download it again.")
    try:
        with opened(source) as container:
            return _read(name, source, format, container)
    except Unreadable as exc:
        if format == "MP4":
            raise MediaError(
                f"{name!r} is cut short: the index that an MP4 needs (`moov`) is missing or damaged, so no frame can "
                "be found; copy or download it again."
            ) from exc
        raise unreadable(name) from exc
    except FAILURES as exc:
        raise MediaError(f"{name!r} cannot be read: save it anew as MP4 (H.264) and attach that.") from exc


def player_start_s(name: str, data: bytes) -> float:
    """Says where a clip's first frame stands on a player's clock, which counts from the file's own zero.

    Pictures may begin behind the sound, and a piece of a recording where it was in the whole. 0 where nothing tells.
    """
    try:
        with opened(Source(data)) as container:
            stream = picture_stream(container)
            if stream is None or stream.time_base is None:
                return 0.0
            first = islice((packet for packet in packets(container, stream) if not packet.is_discard), _REORDERED)
            stamps = [packet.pts for packet in first if packet.pts is not None]
            return _player_start_s(container, min(stamps), stream.time_base) if stamps else 0.0
    except (Unreadable, *FAILURES):
        return 0.0


def _read(name: str, source: Source, format: str, container: InputContainer) -> Clip:
    stream = picture_stream(container)
    if stream is None or stream.time_base is None:
        raise MediaError(f"{name!r} has no picture track: the model takes pictures only; attach a clip or a picture.")
    context = stream.codec_context
    if context.width * context.height > limits.PICTURE_PIXELS:
        raise MediaError(
            f"{name!r} has frames of {context.width} x {context.height} px, more than is unpacked here: save it "
            "smaller."
        )
    # First: where an edit list goes through a part several times, no seeking leads back to the beginning.
    index = read_index(name, container, stream)
    container.seek(0)
    first = _first_frame(name, container, stream)
    if first is None or not index.shown.size:
        raise MediaError(
            f"{name!r} has no frame that can be decoded: it is damaged, cut short or in a format unknown here; "
            "save it anew as MP4 (H.264) and attach that."
        )
    times = (index.shown - index.shown[0]) * float(stream.time_base)
    # To nanoseconds, as times are looked up: what subtracting leaves must not put a frame behind its own time.
    frames = tuple(np.round(times, 9).tolist())
    rate = _frame_rate(stream, frames)
    stated_s = truncation.stated_s(source, container, stream, float(index.shown[0] * stream.time_base))
    duration_s = _duration_s(times, rate, index.last_s, stated_s)
    orientation = _orientation(first)
    aspect = stream.sample_aspect_ratio or context.sample_aspect_ratio or Fraction(1)
    stored = (first.width, first.height)
    size = _shown(*stored, orientation, aspect if aspect > 0 else Fraction(1))
    interlaced = first.interlaced_frame
    fields = ("interlaced: each frame is made of its fields anew",) if interlaced else ()
    notes = (*_hidden(index), *truncation.notes(source, container, stream, stated_s, duration_s))
    return Clip(
        name=name,
        source=source,
        width=size[0],
        height=size[1],
        stored=stored,
        orientation=orientation,
        pixel_aspect=aspect if aspect > 0 else Fraction(1),
        frame_rate=rate,
        codec=codec_name(context),
        bits=max((part.bits for part in first.format.components), default=8),
        has_audio=any(each.type == "audio" for each in container.streams),
        interlaced=interlaced,
        wide_colours=has_wide_colours(first),
        duration_s=duration_s,
        frame_times_s=frames,
        keyframes=tuple(index.keyframes.tolist()),
        index=index,
        first=sample(pixels(first)),
        first_number=index.number(first.pts if first.pts is not None else int(index.shown[0])),
        player_start_s=_player_start_s(container, int(index.shown[0]), stream.time_base),
        notes=(*misnamed(name, source.head()), *fields, *notes),
    )


def _first_frame(name: str, container: InputContainer, stream: VideoStream) -> VideoFrame | None:
    """Decodes up to the first frame. Raises: MediaError if it is encrypted."""
    stream.thread_type = "SLICE"
    for number, packet in enumerate(islice(packets(container, stream), _FIRST_PACKETS)):
        if packet.has_sidedata("encryption_info"):
            raise MediaError(
                f"{name!r} is encrypted (copy protection), so its frames cannot be seen: attach an unprotected copy."
            )
        if number == 0 and (frame := _alone(stream, packet)) is not None:
            return frame
        try:
            for frame in stream.decode(packet):
                if not frame.is_corrupt:
                    return frame
        except FAILURES:
            continue
    return next((frame for frame in stream.decode(None) if not frame.is_corrupt), None)


def _alone(stream: VideoStream, packet: Packet[VideoStream]) -> VideoFrame | None:
    """The frame of a packet that needs no other: a decoder told that none follows gives it at once."""
    try:
        frames = [*stream.decode(packet), *stream.decode(None)]
    except FAILURES:
        frames = []
    stream.codec_context.flush_buffers()
    return next((frame for frame in frames if not frame.is_corrupt), None)


def _orientation(frame: VideoFrame) -> Orientation:
    matrix = frame.side_data.get("DISPLAYMATRIX")
    return read_orientation(bytes(matrix) if isinstance(matrix, SideData) else b"")


def _shown(width: int, height: int, orientation: Orientation, aspect: Fraction) -> tuple[int, int]:
    """The size on the screen of a frame: its pixels made square, then upright."""
    if orientation.swaps_sides:
        return height, max(1, round(width * aspect))
    return max(1, round(width * aspect)), height


def _frame_rate(stream: VideoStream, frames: tuple[float, ...]) -> float:
    """Counts; a single frame has the rate that the file states, or none: 0."""
    if len(frames) > 1:
        return (len(frames) - 1) / (frames[-1] - frames[0])
    stated = float(stream.average_rate or 0)
    return stated if isfinite(stated) and 0 < stated <= _HIGHEST_FRAME_RATE else 0.0


def _duration_s(times: npt.NDArray[np.float64], rate: float, last_s: float, stated_s: float) -> float:
    """Until the end of the last frame, which stands for `last_s` by its own word, if what the file states allows it."""
    usual_s = float(np.median(np.diff(times))) if times.size > 1 else 1 / rate if rate > 0 else 0.0
    return float(times[-1]) + max(usual_s, min(last_s, stated_s - float(times[-1])))


def _player_start_s(container: InputContainer, stamp: int, time_base: Fraction) -> float:
    # Of other containers no browser plays what would have to be found again.
    is_played = {"mov", "matroska"} & set(container.format.name.split(","))
    return max(0.0, float(stamp * time_base)) if is_played else 0.0


def _hidden(index: Index) -> tuple[str, ...]:
    """Notes that a trimmed clip still holds what was cut off."""
    if index.hidden <= 0:
        return ()
    return (
        f"trimmed: the file still holds {index.hidden:,} {'frame' if index.hidden == 1 else 'frames'} that players "
        "hide, which go along only if the clip itself is sent",
    )
