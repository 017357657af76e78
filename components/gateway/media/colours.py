"""Names for the colours of a picture: every pixel gets one of seventeen plain names, and the shares are counted.

Names come from hue, saturation and lightness by fixed borders; nothing is learned and nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NAMES = (
    "black",
    "dark grey",
    "grey",
    "light grey",
    "white",
    "red",
    "orange",
    "brown",
    "yellow",
    "olive",
    "green",
    "teal",
    "light blue",
    "blue",
    "violet",
    "magenta",
    "pink",
)


@dataclass(frozen=True, slots=True)
class Colour:
    """`share` of the pixels, 0 to 1; `hex` is the mean of the pixels that carry the name."""

    name: str
    share: float
    hex: str


def name_colours(bgr: NDArray[np.uint8], least_share: float = 0.03) -> tuple[Colour, ...]:
    """Counts the colour names of an image, most frequent first; rarer than `least_share` is left out.

    `bgr`: uint8 array (height, width, 3) in OpenCV's order; send a reduced copy, every pixel is looked at.
    """
    import numpy as np

    names = _name_index(bgr).ravel()
    pixels = bgr.reshape(-1, 3)
    counts = np.bincount(names, minlength=len(_NAMES))
    found: list[Colour] = []
    for index in np.argsort(counts)[::-1]:
        share = float(counts[index]) / len(names)
        if share < least_share and found or share == 0:
            break
        blue, green, red = (round(float(value)) for value in pixels[names == index].mean(axis=0))
        found.append(Colour(_NAMES[index], share, f"#{red:02x}{green:02x}{blue:02x}"))
    return tuple(found)


def _name_index(bgr: NDArray[np.uint8]) -> NDArray[np.int64]:
    import cv2
    import numpy as np

    hsv = cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV).astype(np.int64)
    hue, saturation, value = hsv[..., 0] * 2, hsv[..., 1], hsv[..., 2]
    # Dark or pale pixels have a hue too, but nobody would name it.
    colourless = (saturation < 38) | (value < 36)
    grey = np.digitize(value, [45, 100, 165, 225])
    dark = value < 150
    hued = np.select(
        [
            hue < 14,
            (hue < 44) & dark,
            hue < 44,
            (hue < 68) & dark,
            hue < 68,
            hue < 160,
            hue < 185,
            (hue < 250) & (saturation < 130) & (value > 150),
            hue < 250,
            hue < 288,
            hue < 325,
            (hue < 348) & ~dark,
            (hue >= 348) & (saturation < 110) & ~dark,
        ],
        [5, 7, 6, 9, 8, 10, 11, 12, 13, 14, 15, 16, 16],
        default=5,
    )
    return np.where(colourless, grey, hued).astype(np.int64)
