"""How a clip's frames are turned and mirrored to be upright, by the display matrix of its file."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import atan2, degrees

import cv2
import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[np.uint8]

_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, slots=True)
class Orientation:
    """What makes a stored frame upright: mirrored left to right first if `mirrored`, then turned by `rotation`.

    `rotation`: degrees clockwise, one of 0, 90, 180 and 270.
    """

    rotation: int = 0
    mirrored: bool = False

    @property
    def swaps_sides(self) -> bool:
        """Whether width and height change places."""
        return self.rotation in (90, 270)

    def upright(self, frame: Frame) -> Frame:
        """Gives a stored frame, uint8 array (height, width, 3), as it is to be seen."""
        if self.mirrored:
            frame = frame[:, ::-1]
        if self.rotation:
            frame = cv2.rotate(frame, _TURNS[self.rotation]).astype(np.uint8, copy=False)
        return np.ascontiguousarray(frame)


def read_orientation(matrix: bytes) -> Orientation:
    """Reads FFmpeg's display matrix, nine 32-bit numbers; other angles than whole quarters are left as stored.

    `x' = a x + c y` and `y' = b x + d y` carry a stored point to its place on the screen (both axes as on a screen, y
    down): libavutil/display.h and ISO/IEC 14496-12, section 8.3.2.
    """
    if len(matrix) < 36:
        return Orientation()
    a, b, _, c, d, *_ = struct.unpack("=9i", matrix[:36])
    mirrored = a * d - b * c < 0
    if mirrored:
        # The stored x axis is turned round first.
        a, b = -a, -b
    angle = degrees(atan2(b, a)) % 360
    rotation = round(angle / 90) * 90
    return Orientation(rotation % 360, mirrored) if abs(angle - rotation) <= 1 else Orientation()
