"""Decodes stills of a video file that was sent whole, spread over its length; no more than its bytes are good for.

Its header is not believed: frames and their times are counted. What keeps FFmpeg within the file is `core.clip_bytes`'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from components.core.clip_bytes import MOST_PIXELS, SAFE_OPTIONS, ClipBytes, has_damaged_asf_header

if TYPE_CHECKING:
    import numpy as np
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

_STILLS = 12
# Frames nearer than this are reached by decoding on: a seek decodes from the keyframe before.
_STEPS_MAX = 120
# Four hours at 60 frames a second; a damaged table can go on for longer.
_FRAMES_MAX = 1_000_000
# Damaged places in a row after which nothing more is expected.
_ERRORS_MAX = 256
_USUAL_RATE, _HIGHEST_RATE = 25.0, 1000.0
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class SampledFrames:
    """Decoded frames as (seconds from the first, uint8 array (height, width, 3), BGR), and the clip's own length."""

    frames: tuple[tuple[float, NDArray[np.uint8]], ...]
    frame_count: int
    frames_per_s: float

    @property
    def duration_s(self) -> float:
        """Until the end of the last frame."""
        return self.frame_count / self.frames_per_s


def sample_frames(data: bytes) -> SampledFrames | None:
    """Decodes a few frames; None where there is none to decode."""
    import av

    av.logging.set_libav_level(av.logging.PANIC)
    if has_damaged_asf_header(data):
        return None
    try:
        with av.open(ClipBytes(data), "r", options=SAFE_OPTIONS, metadata_errors="replace") as container:
            stream = container.streams.video[0]
            if stream.codec_context is None or stream.time_base is None:
                return None
            if not 0 < stream.codec_context.width * stream.codec_context.height <= MOST_PIXELS:
                return None
            stamps = _stamps(container, stream)
            frames = tuple(_spread(container, stream, stamps))
            seconds = float((stamps[-1] - stamps[0]) * stream.time_base) if stamps else 0.0
            return SampledFrames(frames, len(stamps), _rate(len(stamps), seconds, stream)) if frames else None
    except (av.FFmpegError, ValueError, OSError, LookupError, OverflowError, MemoryError):
        return None


def _stamps(container: InputContainer, stream: VideoStream) -> list[int]:
    """When each frame is shown, in ticks of the stream, ascending."""
    stamps: set[int] = set()
    for packet in _past_damage(lambda: container.demux(stream)):
        if packet.size and packet.pts is not None and not packet.is_discard:
            stamps.add(packet.pts)
        if len(stamps) >= _FRAMES_MAX:
            break
    return sorted(stamps)


def _spread(
    container: InputContainer, stream: VideoStream, stamps: list[int]
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Yields up to `_STILLS` frames, evenly spread, with their seconds from the first."""
    assert stream.time_base is not None
    stream.thread_type = "AUTO"
    container.seek(0)
    frames = _frames(container, stream)
    latest: int | None = None
    count = min(_STILLS, len(stamps))
    for still in range(count):
        wanted = stamps[still * len(stamps) // count]
        if still and len(stamps) // count > _STEPS_MAX:
            container.seek(wanted, stream=stream)
            frames = _frames(container, stream)
        frame = next((each for each in frames if each.pts is not None and each.pts >= wanted), None)
        if frame is not None and frame.pts is not None and (latest is None or frame.pts > latest):
            latest = frame.pts
            yield float((frame.pts - stamps[0]) * stream.time_base), _pixels(frame)


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """The sound frames from the container's current position on."""
    return (frame for frame in _past_damage(lambda: container.decode(stream)) if not frame.is_corrupt)


def _past_damage(read: Callable[[], Iterable[_Item]]) -> Iterator[_Item]:
    """Yields what `read` gives, and reads on behind damaged places, up to `_ERRORS_MAX` of them."""
    import av

    for _ in range(_ERRORS_MAX):
        try:
            yield from read()
        except (av.FFmpegError, ValueError, OSError, LookupError):
            continue
        return


def _pixels(frame: VideoFrame) -> NDArray[np.uint8]:
    import numpy as np

    if frame.interlaced_frame:
        # Every second line is of another moment: one field is enough to be measured.
        pixels = frame.reformat(format="bgr24", width=frame.width, height=frame.height).to_ndarray()[::2]
        return np.asarray(pixels.repeat(2, axis=0)[: frame.height], np.uint8)
    return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def _rate(count: int, seconds: float, stream: VideoStream) -> float:
    """Frames a second: counted, else as the header states it, else the usual."""
    if seconds > 0:
        return (count - 1) / seconds
    stated = float(stream.average_rate or 0)
    return stated if 0 < stated <= _HIGHEST_RATE else _USUAL_RATE
