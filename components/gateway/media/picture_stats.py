"""Measures a picture: size, colours by name, brightness, contrast, sharpness, layout.

Everything is computed from pixels; nothing is recognised. Nothing here keeps an OpenCV object between calls: such
objects are not safe to share, and several pictures are measured at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.gateway.assumptions import IMAGE_PATCH_PX, IMAGE_TOKENS_MAX
from components.gateway.errors import bad_request
from components.gateway.media.colours import Colour, name_colours

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MEASURE_SIDE_PX = 512
_THUMB_PX = (64, 36)
_GRID = (
    "top left",
    "top centre",
    "top right",
    "left",
    "centre",
    "right",
    "bottom left",
    "bottom centre",
    "bottom right",
)


@dataclass(frozen=True, slots=True)
class PictureStats:
    """What was measured. `brightness`, `contrast`: mean and standard deviation of grey, 0 to 100%.

    `sharpness`: variance of the Laplacian on a copy of at most 512 px. `brightest`, `darkest`: fields of a
    3x3 grid. `thumb`: uint8 array (36, 64, 3), BGR, for comparing frames.
    """

    digest: str
    width: int
    height: int
    size_bytes: int
    format: str
    colours: tuple[Colour, ...]
    brightness: float
    contrast: float
    sharpness: float
    edges: float
    brightest: str
    darkest: str
    thumb: NDArray[np.uint8] = field(repr=False, compare=False)

    @property
    def tokens(self) -> int:
        """What the picture counts in a prompt: one token per 28x28 px, at most 4,096."""
        patches = math.ceil(self.width / IMAGE_PATCH_PX) * math.ceil(self.height / IMAGE_PATCH_PX)
        return min(patches, IMAGE_TOKENS_MAX)

    @property
    def orientation(self) -> str:
        """`landscape`, `portrait` or `square`."""
        if self.width == self.height:
            return "square"
        return "landscape" if self.width > self.height else "portrait"

    @property
    def brightness_word(self) -> str:
        """The brightness in a word."""
        return _word(
            self.brightness, ((15, "very dark"), (35, "dark"), (60, "moderately bright"), (80, "bright")), "very bright"
        )

    @property
    def contrast_word(self) -> str:
        """The contrast in a word."""
        return _word(self.contrast, ((4, "almost no"), (12, "low"), (24, "medium")), "high")

    @property
    def sharpness_word(self) -> str:
        """The sharpness in a word; a flat surface has no edges and therefore none to be sharp."""
        return _word(self.sharpness, ((3, "flat or very soft"), (100, "soft"), (500, "moderately sharp")), "sharp")


def measure_picture(data: bytes, digest: str, where: str) -> PictureStats:
    """Decodes and measures a picture; `digest` is kept with it.

    Raises: GatewayError 400 with `where` as `param` if it cannot be decoded.
    """
    import cv2
    import numpy as np

    try:
        bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        bgr = None
    if bgr is None:
        raise bad_request(
            f"'{where}' cannot be decoded as a picture ({len(data):,} bytes). Send PNG, JPEG, WebP or GIF.",
            where,
            "invalid_image",
        )
    return measure_pixels(np.asarray(bgr, np.uint8), digest, len(data), _format_of(data))


def measure_pixels(bgr: NDArray[np.uint8], digest: str, size_bytes: int, format: str) -> PictureStats:
    """Measures decoded pixels, uint8 array (height, width, 3) in OpenCV's BGR order."""
    import cv2
    import numpy as np

    height, width = bgr.shape[:2]
    scale = min(1.0, _MEASURE_SIDE_PX / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small: NDArray[np.uint8] = _resized(bgr, size)
    grey: NDArray[np.uint8] = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    fields = _resized(grey, (3, 3)).ravel()
    return PictureStats(
        digest=digest,
        width=width,
        height=height,
        size_bytes=size_bytes,
        format=format,
        colours=name_colours(_resized(small, (min(size[0], 160), min(size[1], 160)))),
        brightness=float(grey.mean()) / 2.55,
        contrast=float(grey.std()) / 2.55,
        sharpness=float(cv2.Laplacian(grey, cv2.CV_64F).var()),
        edges=float((cv2.Canny(grey, 80, 160) > 0).mean()),
        brightest=_GRID[int(fields.argmax())],
        darkest=_GRID[int(fields.argmin())],
        thumb=_resized(small, _THUMB_PX),
    )


def _resized(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _format_of(data: bytes) -> str:
    for start, name in (
        (b"\x89PNG", "PNG"),
        (b"\xff\xd8", "JPEG"),
        (b"GIF8", "GIF"),
        (b"BM", "BMP"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
    ):
        if data.startswith(start):
            return name
    return "WebP" if data[8:12] == b"WEBP" else "picture"


def _word(value: float, steps: tuple[tuple[float, str], ...], last: str) -> str:
    return next((word for limit, word in steps if value < limit), last)
