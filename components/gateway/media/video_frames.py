"""Takes stills out of a video file that was sent whole, spread over its length; never more than its bytes are good for.

Its header is not believed: frames and their times are counted. What keeps FFmpeg within the file is `core.clip_bytes`'.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.core.clip_bytes import MOST_PIXELS, SAFE_OPTIONS, ClipBytes, has_damaged_asf_header

if TYPE_CHECKING:
    import numpy as np
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

_STILLS = 12
# Nearer than this a frame is read up to: a seek decodes from the keyframe before.
_STEPS_MAX = 120
# Four hours at 60 frames a second; a damaged table can go on for longer.
_FRAMES_MAX = 1_000_000
# Damaged places in a row after which nothing more is expected.
_ERRORS_MAX = 256
_USUAL_RATE, _HIGHEST_RATE = 25.0, 1000.0


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
            if not container.streams.video:
                return None
            stream = container.streams.video[0]
            if stream.codec_context is None:
                return None
            size = stream.codec_context.width * stream.codec_context.height
            if not 0 < size <= MOST_PIXELS or stream.time_base is None:
                return None
            stamps = _stamps(container, stream)
            frames = tuple(_spread(container, stream, stamps))
            seconds = float((stamps[-1] - stamps[0]) * stream.time_base) if stamps else 0.0
            return SampledFrames(frames, len(stamps), _rate(len(stamps), seconds, stream)) if frames else None
    except (av.FFmpegError, ValueError, OSError, LookupError, OverflowError, MemoryError):
        return None


def _stamps(container: InputContainer, stream: VideoStream) -> list[int]:
    """When each frame is shown, in ticks of the stream, ascending."""
    import av

    stamps: set[int] = set()
    errors = 0
    while errors < _ERRORS_MAX and len(stamps) < _FRAMES_MAX:
        try:
            for packet in container.demux(stream):
                if packet.size and packet.pts is not None and not packet.is_discard:
                    stamps.add(packet.pts)
        except (av.FFmpegError, ValueError, OSError, LookupError):
            errors += 1
        else:
            break
    return sorted(stamps)


def _spread(container: InputContainer, stream: VideoStream, stamps: list[int]) -> list[tuple[float, NDArray[np.uint8]]]:
    assert stream.time_base is not None
    stream.thread_type = "AUTO"
    wanted = min(_STILLS, len(stamps))
    taken: list[tuple[float, NDArray[np.uint8]]] = []
    latest: int | None = None
    container.seek(0)
    frames = _decoded(container, stream)
    for place in range(wanted):
        number = place * len(stamps) // wanted
        if place and len(stamps) // wanted > _STEPS_MAX:
            container.seek(stamps[number], stream=stream)
            frames = _decoded(container, stream)
        at_or_after = (each for each in frames if each.pts is not None and each.pts >= stamps[number])
        frame = next(at_or_after, None)
        if frame is None or frame.pts is None or (latest is not None and frame.pts <= latest):
            continue
        latest = frame.pts
        taken.append((float((frame.pts - stamps[0]) * stream.time_base), _pixels(frame)))
    return taken


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yields the sound frames from where the file stands."""
    import av

    errors = 0
    while errors < _ERRORS_MAX:
        try:
            for frame in container.decode(stream):
                if not frame.is_corrupt:
                    yield frame
        except (av.FFmpegError, ValueError, OSError, LookupError):
            errors += 1
        else:
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
