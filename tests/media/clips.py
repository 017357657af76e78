"""Clips whose frames show their own index, made by OpenCV alone, and the reader of that index."""

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from components.core.parts import FramePart

MEDIA = Path(__file__).parents[1] / "fixtures" / "media"
BLOCK, BITS = 16, 10


def frame(index: int) -> np.ndarray:
    """uint8 (16, 160, 3): ten blocks, the lowest bit of `index` first, white for 1."""
    bits = [(index >> bit & 1) * 255 for bit in range(BITS)]
    return np.repeat(np.tile(np.repeat(np.uint8(bits), BLOCK), (BLOCK, 1))[:, :, None], 3, axis=2)


def shown(pixels: np.ndarray) -> int:
    """The index that a frame shows; pixels (16, 160) or (16, 160, 3)."""
    grey = pixels.reshape(BLOCK, BITS, BLOCK, -1).mean(axis=(0, 2, 3))
    return sum(int(value > 127) << bit for bit, value in enumerate(grey))


def shown_by(part: FramePart) -> int:
    return shown(np.asarray(Image.open(BytesIO(part.data)).convert("L")))


def counted(path: Path, count: int, rate: float = 25.0, codec: str = "mp4v") -> bytes:
    """Writes a clip of `count` frames with the writer that comes with OpenCV; mp4v sets a keyframe every 12."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), rate, (BLOCK * BITS, BLOCK))
    assert writer.isOpened()
    for index in range(count):
        writer.write(frame(index))
    writer.release()
    return path.read_bytes()
