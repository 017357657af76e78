"""The same place of a photo before and after it was made small, pixel by pixel: are its details left?"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from components.media.crops import Crop
from components.media.images import PreparedImage, original_pixels

# Px of the original: a few words of a page, or a face.
_WIDTH, _HEIGHT = 320, 240
# Each of them is shown as a square of so many, on screens of any density.
_ENLARGED = 2


@dataclass(frozen=True, slots=True)
class Closeup:
    """`before` and `after` are PNGs of one size, every pixel a square. `region` is of the upright original.

    `sent_width` x `sent_height`: px of what is sent that the region has there.
    """

    region: Crop
    before: bytes
    after: bytes
    sent_width: int
    sent_height: int


def closeup(image: PreparedImage, across: float, down: float) -> Closeup:
    """Shows the place that is `across` and `down`, 0 to 1, of the way through the picture or what is cropped of it."""
    whole = image.crop or Crop(0, 0, image.original_width, image.original_height)
    width, height = min(_WIDTH, whole.width), min(_HEIGHT, whole.height)
    left, top = round(across * (whole.width - width)), round(down * (whole.height - height))
    region = Crop(whole.left + left, whole.top + top, whole.left + left + width, whole.top + top + height)
    size = (width * _ENLARGED, height * _ENLARGED)
    before = original_pixels(image, region).resize(size, Image.Resampling.NEAREST)
    scale = image.part.width / whole.width, image.part.height / whole.height
    box = (left * scale[0], top * scale[1], (left + width) * scale[0], (top + height) * scale[1])
    with Image.open(BytesIO(image.part.data)) as sent:
        after = sent.resize(size, Image.Resampling.NEAREST, box=box)
    return Closeup(region, _png(before), _png(after), round(width * scale[0]), round(height * scale[1]))


def busiest(image: PreparedImage) -> tuple[float, float]:
    """The place where most is to be lost: the one with the most edges, as `closeup` takes it."""
    with Image.open(BytesIO(image.small)) as small:
        grey = np.asarray(small.convert("L"), np.float64)
    whole = image.crop or Crop(0, 0, image.original_width, image.original_height)
    if image.crop:
        # `small` shows what was not cut off, too.
        rows, columns = grey.shape
        down, across = rows / image.original_height, columns / image.original_width
        grey = grey[
            int(whole.top * down) : max(int(whole.top * down) + 2, round(whole.bottom * down)),
            int(whole.left * across) : max(int(whole.left * across) + 2, round(whole.right * across)),
        ]
    if min(grey.shape) < 2:
        return 0.5, 0.5
    edges = np.abs(np.diff(grey, axis=0))[:, 1:] + np.abs(np.diff(grey, axis=1))[1:]
    rows, columns = edges.shape
    height = min(rows, max(1, round(rows * _HEIGHT / whole.height)))
    width = min(columns, max(1, round(columns * _WIDTH / whole.width)))
    sums = np.pad(edges.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    inside = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    top, left = np.unravel_index(int(inside.argmax()), inside.shape)
    return float(left) / max(1, columns - width), float(top) / max(1, rows - height)


def _png(pixels: Image.Image) -> bytes:
    pixels.info = {}
    stream = BytesIO()
    pixels.save(stream, "PNG", compress_level=1)
    return stream.getvalue()
