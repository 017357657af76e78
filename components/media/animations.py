"""`Animation`: a moving GIF, WebP, PNG or AVIF, its frames as Pillow composes them.

Owns opening and the frames; to everything behind it, it is a clip without a player.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PIL import Image

from components.core.errors import MediaError
from components.media import limits
from components.media.clip_cache import Token
from components.media.colour import to_eight_bits, to_srgb
from components.media.signatures import misnamed, recognise
from components.media.source import OfSource, Source

if TYPE_CHECKING:  # it brings OpenCV, which a photo that does not move has no need of
    from components.media.orientation import Frame

MEDIA_TYPES = {"GIF": "image/gif", "WebP": "image/webp", "PNG": "image/png", "AVIF": "image/avif"}
# A frame of at most 10 ms is shown for 100 ms by every browser, since old files say 0 and mean that:
# `ImageDecoder::FrameDurationAtIndex` and its kin in Chromium (gif_image_decoder.cc), as in Firefox and WebKit.
_SHORTEST_MS, _USUAL_MS = 10, 100
# [own] 290 frames of 1080p: Pillow composes some 100 million pixels a second.
_MOST_PIXELS = 600_000_000
# What Pillow's readers raise on damaged files.
_FAILURES = (
    OSError,
    ValueError,
    SyntaxError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


@dataclass(frozen=True, slots=True)
class Animation(OfSource):
    """An animation and its facts, by the names that a `Clip` has for them; its loops are not counted.

    `first`: the place of its first frame in the file, 1 where a PNG has a still for those who play none in front.
    """

    kind: ClassVar = "animation"
    unit: ClassVar = "frame"

    name: str
    source: Source = field(repr=False)
    format: str
    width: int
    height: int
    frame_times_s: tuple[float, ...] = field(repr=False)
    duration_s: float
    first: int = field(repr=False)
    notes: tuple[str, ...] = ()
    token: Token = field(default_factory=Token, repr=False, compare=False)

    @property
    def frame_count(self) -> int:
        """How many frames it shows."""
        return len(self.frame_times_s)

    @property
    def frame_rate(self) -> float:
        """The mean, in frames per second."""
        return self.frame_count / self.duration_s

    def frames_at(self, numbers: Sequence[int], check: Callable[[], None]) -> Iterator[tuple[int, Frame]]:
        """Yields the frames of ascending `numbers`: uint8 (height, width, 3), BGR, on white where they are clear.

        Each is composed of those before it. Raises: whatever `check`, called for each of them, raises.
        """
        with _opened(self.data, self.format) as image:
            for number in range(max(numbers, default=-1) + 1):
                check()
                image.seek(self.first + number)
                if number in numbers:
                    yield number, _pixels(image)


def is_animation(data: bytes) -> bool:
    """Whether a picture moves, as far as that can be read at all."""
    format = recognise(data).format
    if format not in MEDIA_TYPES:
        return False
    try:
        with _opened(data, format) as image:
            # Of a GIF Pillow would count the frames by reading it through.
            moves: bool = getattr(image, "is_animated", False)
            return moves and (format == "GIF" or getattr(image, "n_frames", 1) - _stills_in_front(image) > 1)
    except Exception:  # noqa: BLE001 - reading it as a picture says what is wrong with it
        return False


def open_animation(name: str, data: bytes, check: Callable[[], None] = lambda: None) -> Animation:
    """Reads when each frame is shown, by composing them all once: how long one stands is known then.

    One that was cut short is opened as far as it goes, with a note. Raises: MediaError if no frame can be read, or it
    claims too many pixels; whatever `check` raises.
    """
    if len(data) > limits.IMAGE_UPLOAD_BYTES:
        raise MediaError(
            f"{name!r} has {len(data) / limits.MEGABYTE:.0f} MB, more than the "
            f"{limits.IMAGE_UPLOAD_BYTES // limits.MEGABYTE} MB a picture may have: save it as a clip (MP4)."
        )
    format = recognise(data).format
    durations: list[float] = []
    notes: tuple[str, ...] = ()
    try:
        with _opened(data, format) as image:
            first, (width, height) = _stills_in_front(image), image.size
            if width * height > limits.PICTURE_PIXELS:
                raise MediaError(f"{name!r} has frames of {width} x {height} px, more than is unpacked here.")
            for frame in _walk(image, first, check):
                if (len(durations) + 1) * width * height > _MOST_PIXELS:
                    notes = (f"only its first {len(durations):,} frames are taken: more would take too long to unpack",)
                    break
                durations.append(float(frame.info.get("duration") or 0))
    except _FAILURES as exc:
        if not durations:
            raise MediaError(f"{name!r} is a damaged {format} animation: save it anew and attach that.") from exc
        notes = (f"only its first {len(durations):,} frames can be read; the file may be cut short",)
    shown = [_USUAL_MS if each <= _SHORTEST_MS else each for each in durations]
    if shown != durations:
        notes = (*notes, f"frames of at most {_SHORTEST_MS} ms count as {_USUAL_MS}, as browsers show them")
    times = [0.0, *(round(time_ms / 1000, 9) for time_ms in accumulate(shown))]
    notes = (*misnamed(name, data), *notes)
    return Animation(name, Source(data), format, width, height, tuple(times[:-1]), times[-1], first, notes)


@contextmanager
def _opened(data: bytes, format: str) -> Iterator[Image.Image]:
    with Image.open(BytesIO(data), formats=[format.upper()]) as image:
        yield image


def _stills_in_front(image: Image.Image) -> int:
    return int(bool(image.info.get("default_image")))


def _walk(image: Image.Image, first: int, check: Callable[[], None]) -> Iterator[Image.Image]:
    """Composes one frame after the other."""
    number = first
    while True:
        check()
        try:
            image.seek(number)
        except EOFError:
            return
        image.load()
        yield image
        number += 1


def _pixels(image: Image.Image) -> Frame:
    profile = image.info.get("icc_profile")
    pixels, _ = to_eight_bits(image.copy())
    pixels, _ = to_srgb(pixels, profile if isinstance(profile, bytes) else None)
    if pixels.mode == "RGBA":
        pixels = Image.alpha_composite(Image.new("RGBA", pixels.size, "white"), pixels)
    return np.ascontiguousarray(np.asarray(pixels.convert("RGB"))[:, :, ::-1])
