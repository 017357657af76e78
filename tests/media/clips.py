"""Clips whose frames show their own number, made by the tests, and the reader of that number."""

import io
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image

from components.core.parts import FramePart

MEDIA = Path(__file__).parents[1] / "fixtures" / "media"
BLOCK, BITS = 16, 10
SIZE = (BLOCK * BITS, BLOCK)
_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
# For `container_options`: copy protection, as shops sell clips with it.
ENCRYPTED = {
    "encryption_scheme": "cenc-aes-ctr",
    "encryption_key": "00112233445566778899aabbccddeeff",
    "encryption_kid": "00112233445566778899aabbccddeeff",
}
Picture = Callable[[int], np.ndarray]


def frame(index: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """uint8 (height, width, 3): ten blocks, the lowest bit of `index` first, white for 1."""
    bits = np.uint8([[(index >> bit & 1) * 255 for bit in range(BITS)]])
    return np.repeat(cv2.resize(bits, size, interpolation=cv2.INTER_NEAREST)[:, :, None], 3, axis=2)


def shown(pixels: np.ndarray) -> int:
    """The number that a frame shows, whatever its size; pixels (height, width) or (height, width, 3)."""
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    blocks = cv2.resize(grey.astype(np.float32), (BITS * 4, 4), interpolation=cv2.INTER_AREA)
    bits = blocks.reshape(4, BITS, 4)[:, :, 1:3].mean(axis=(0, 2))
    return sum(int(value > 127) << bit for bit, value in enumerate(bits))


def shown_by(part: FramePart) -> int:
    return shown(np.asarray(Image.open(io.BytesIO(part.data)).convert("L")))


def counted(path: Path, count: int, rate: float = 25.0, codec: str = "mp4v") -> bytes:
    """Writes a clip of `count` frames with the writer that comes with OpenCV; mp4v sets a keyframe every 12."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), rate, SIZE)
    assert writer.isOpened()
    for index in range(count):
        writer.write(frame(index))
    writer.release()
    return path.read_bytes()


def recorded(
    count: int,
    *,
    times_s: Sequence[float] | None = None,
    last_s: float | None = None,
    rate: int = 25,
    ticks: int = 1000,
    codec: str = "libx264",
    format: str = "mp4",
    pixel_format: str = "yuv420p",
    size: tuple[int, int] = SIZE,
    rotation: int = 0,
    pixel_aspect: Fraction | None = None,
    sound: bool = False,
    picture: Picture | None = None,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> bytes:
    """A clip of `count` frames that PyAV encodes, each shown at its one of `times_s` or at `rate`,
    the last one for `last_s`.

    `size`: px as stored, before the player turns it by `rotation` degrees clockwise. `picture` draws a frame as it is
    to be seen; without it the frame shows its number. `ticks`: the fineness of the times that are written, a second.
    """
    stream = io.BytesIO()
    with av.open(stream, "w", format=format, container_options=container_options or {}) as container:
        track = container.add_stream(codec, rate=rate, options=options or {})
        track.width, track.height, track.pix_fmt = *size, pixel_format
        track.time_base = track.codec_context.time_base = Fraction(1, ticks)
        if pixel_aspect is not None:
            track.codec_context.sample_aspect_ratio = track.sample_aspect_ratio = pixel_aspect
        if rotation:
            track.set_display_rotation(-rotation)
        tone = container.add_stream("aac", rate=8000, layout="mono") if sound else None
        upright = size[::-1] if rotation in (90, 270) else size
        for index in range(count):
            pixels = picture(index) if picture else frame(index, upright)
            if rotation:
                pixels = cv2.rotate(pixels, _TURNS[360 - rotation])
            still = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="bgr24")
            time_s = times_s[index] if times_s is not None else index / rate
            still.pts, still.time_base = round(time_s * ticks), Fraction(1, ticks)
            container.mux(track.encode(still))
        last = list(track.encode(None))
        if last_s is not None:
            max(last, key=lambda packet: packet.pts).duration = round(last_s * ticks)
        container.mux(last)
        if tone is not None:
            for start in range(0, 8000, 1024):
                silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
                silence.sample_rate, silence.pts = 8000, start
                container.mux(tone.encode(silence))
            container.mux(tone.encode(None))
    return stream.getvalue()


def without_samples(clip: bytes) -> bytes:
    """An MP4 of length zero: its sample-size table states no samples."""
    at = clip.index(b"stsz") + 12
    return clip[:at] + bytes(4) + clip[at + 4 :]


def without_index(clip: bytes) -> bytes:
    """An MP4 with a broken header: its index (`moov`) goes by no name."""
    at = clip.index(b"moov")
    return clip[:at] + bytes(4) + clip[at + 4 :]
