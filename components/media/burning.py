"""Burns a moment into a frame's pixels: light digits on a dark box in the upper left, legible on any ground."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from components.media.orientation import Frame

_FONT = ImageFont.FreeTypeFont | ImageFont.ImageFont
# [own] A digit as high as a subtitle's, in parts of the frame's shorter side.
_OF_SIDE = 1 / 18
# [own] Smaller ones do not survive JPEG, larger ones hide what is shown.
_LEAST_PX, _MOST_PX = 12, 48
_INK, _GROUND = (255, 255, 255), (16, 16, 16)


def burnt(frame: Frame, words: str) -> Frame:
    """Gives a copy of the frame, uint8 array (height, width, 3), with `words` in it; itself where they do not fit."""
    height, width = frame.shape[:2]
    box = label_box(width, height, words)
    if box is None:
        return frame
    left, top, right, bottom = box
    made = frame.copy()
    made[top:bottom, left:right] = _label(words, right - left, bottom - top, _size_px(width, height, words))
    return made


def label_box(width: int, height: int, words: str) -> tuple[int, int, int, int] | None:
    """Where the words stand in a frame of that size, in px: left, top, right, bottom. None where they do not fit."""
    size_px = _size_px(width, height, words)
    if not size_px:
        return None
    box_width, box_height = _box(words, size_px)
    margin = _margin(size_px)
    return margin, margin, margin + box_width, margin + box_height


def _size_px(width: int, height: int, words: str) -> int:
    """The largest size of the letters that is wanted and fits; 0 if none does."""
    wanted = round(min(_MOST_PX, max(_LEAST_PX, min(width, height) * _OF_SIDE)))
    for size_px in range(wanted, _LEAST_PX - 1, -1):
        box_width, box_height = _box(words, size_px)
        margin = _margin(size_px)
        if box_width + 2 * margin <= width and box_height + 2 * margin <= height:
            return size_px
    return 0


def _margin(size_px: int) -> int:
    return size_px // 3


def _box(words: str, size_px: int) -> tuple[int, int]:
    return round(font(size_px).getlength(words)) + size_px, round(1.5 * size_px)


def _label(words: str, width: int, height: int, size_px: int) -> Frame:
    label = Image.new("RGB", (width, height), _GROUND)
    # On the middle of the digits: the line's own middle is lower.
    ImageDraw.Draw(label).text((width / 2, height / 2), words, _INK, font(size_px), anchor="mm")
    return np.asarray(label, np.uint8)


@cache
def font(size_px: int) -> _FONT:
    """Pillow's own letters (Latin only), which every machine has."""
    return ImageFont.load_default(size_px)
