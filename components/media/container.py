"""Opens a clip's bytes with PyAV (FFmpeg): no temporary file, no noise on stderr, no way out of the file.

Owns the only `av.open` of the project and the border where FFmpeg's errors become `MediaError`. PyAV and not
OpenCV's reader, because it seeks to a keyframe and decodes that frame alone: 8 frames of 30 s at 1080p come in a
fifteenth of the time of reading it through, with OpenCV in half of it (`tests/benchmarks/frames.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from components.core.errors import MediaError
from components.media import limits
from components.media.signatures import recognise

# Format by content -> FFmpeg's reader of it. Named, so that FFmpeg never chooses by itself among readers of which
# some (playlists, lists of files) open other files and addresses.
_READERS = {"MP4": "mov", "WebM": "matroska", "AVI": "avi", "MPEG": "mpeg", "WMV": "asf", "FLV": "flv"}
_MPEG_WITHOUT_CONTAINER = b"\x00\x00\x01\xb3"
# A decoder asks for no more than this, whatever a damaged header states.
_OPTIONS = {"max_pixels": str(limits.PICTURE_PIXELS)}


@contextmanager
def opened(name: str, data: bytes) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Gives the open file and its first picture track; covers of sound files do not count as one.

    Raises: MediaError if there is none that can be read, or FFmpeg fails in the body.
    """
    reader = "mpegvideo" if data.startswith(_MPEG_WITHOUT_CONTAINER) else _READERS.get(recognise(data).format)
    try:
        with av.open(
            BytesIO(data), "r", reader, options=_OPTIONS, metadata_errors="replace", io_open=_refuse
        ) as container:
            tracks = [track for track in container.streams.video if not track.disposition & Disposition.attached_pic]
            if not tracks:
                raise MediaError(
                    f"{name!r} has no picture track: the model takes pictures only; attach a clip or a picture."
                )
            # Threads by frame would hold each picture back until a few more are read.
            tracks[0].thread_type = "SLICE"
            yield container, tracks[0]
    except av.FFmpegError as exc:
        raise MediaError(_unreadable(name, data)) from exc


def packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """Yields a track's packets from where the file stands; after the last, the decoder has to be emptied.

    Raises: av.FFmpegError where the file is damaged.
    """
    reading = container.demux(stream)
    while True:
        try:
            packet = next(reading)
        except StopIteration:
            return
        except IndexError:
            # NOTE: at the end PyAV (18.1) looks for tracks that came up while it was reading, and finds none.
            return
        if packet.size:
            yield packet


def _refuse(url: str, flags: int, options: dict[str, str]) -> None:
    """Called for every further file that a clip names."""
    raise PermissionError(f"a clip may not open {url!r}")


def _unreadable(name: str, data: bytes) -> str:
    if recognise(data).format == "MP4" and b"moov" not in data:
        return (
            f"{name!r} is cut short: the index that an MP4 needs (`moov`) is missing, so no frame can be found; "
            "copy or download it again."
        )
    return (
        f"{name!r} cannot be read as a clip: it may be damaged or cut short; play it in a viewer, save it anew as "
        "MP4 (H.264) and attach that."
    )
