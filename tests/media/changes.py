"""A moving clip with known cuts, dissolves, fades through black, and flashes that are no change of scene."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from .clips import recorded

# Each change: when it begins and how long it takes, in seconds, and whether it goes through black.
Change = tuple[float, float, bool]
CHANGES: Sequence[Change] = (
    (3.0, 0.0, False),
    (6.0, 1.0, False),
    (9.0, 0.0, False),
    (12.0, 2.0, True),
    (18.0, 0.5, False),
    (21.0, 2.0, False),
    (26.0, 0.0, False),
    (29.0, 1.0, True),
)
# Frames that a flash makes white.
FLASHES = frozenset({265, 400, 401, 610, 611})
RATE, FRAMES = 25, 825


def changing(size: tuple[int, int], speed: float, seed: int) -> bytes:
    """An MP4 of `size` px whose camera moves by `speed` quarters of a pixel a second, in pictures drawn from `seed`."""
    options = {"sc_threshold": "0"}  # so that an encoder's keyframes tell nothing
    return recorded(FRAMES, rate=RATE, size=size, picture=_picture(size, speed, seed), options=options)


def _picture(size: tuple[int, int], speed: float, seed: int) -> Callable[[int], np.ndarray]:
    width, height = size
    span = 140 * width // 160
    chance = np.random.default_rng(seed)
    grounds = [
        0.4 * cv2.GaussianBlur(chance.integers(0, 255, (height, 300 * width // 160, 3)).astype(np.float32), (0, 0), 8)
        + 0.6 * chance.integers(0, 255, 3)
        for _ in range(len(CHANGES) + 1)
    ]

    def picture(index: int) -> np.ndarray:
        if index in FLASHES:
            return np.full((height, width, 3), 250, np.uint8)
        time_s = index / RATE
        left = int(span - abs(span - speed * time_s / 4 % (2 * span)))  # there and back
        views = [ground[:, left : left + width] for ground in grounds]
        number = sum(begin + length <= time_s for begin, length, _ in CHANGES)
        seen = views[number]
        if number < len(CHANGES) and CHANGES[number][0] < time_s:
            begin, length, through_black = CHANGES[number]
            share = (time_s - begin) / length
            seen = (1 - share) * seen + share * views[number + 1]
            if through_black:
                seen = (1 - 2 * share) * views[number] if share < 0.5 else (2 * share - 1) * views[number + 1]
        return np.clip(seen, 0, 255).astype(np.uint8)

    return picture
