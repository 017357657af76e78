"""A region of a picture, in px of the whole picture standing upright, and a small picture to choose it on."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

# As large as a dialog shows it.
PREVIEW_SIDE = 700
_SHADE = 0.35
_LINE = "#ff7a1a"


@dataclass(frozen=True, slots=True)
class Crop:
    """`left`, `top` are the first column and row that are kept, `right`, `bottom` the first that are not."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In px; at least 1 in a crop that fits a picture."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In px; at least 1 in a crop that fits a picture."""
        return self.bottom - self.top

    def fits(self, width: int, height: int) -> bool:
        """Says whether this is a region of a picture of that size."""
        return 0 <= self.left < self.right <= width and 0 <= self.top < self.bottom <= height


def reduced(pixels: Image.Image) -> Image.Image:
    """A picture no larger than a `preview` is made of: to turn or convert a whole one copies all of it."""
    return pixels.reduce(max(1, max(pixels.size) // (2 * PREVIEW_SIDE)))


def preview(pixels: Image.Image) -> bytes:
    """Makes the small picture of a whole upright one (RGB or what converts to it), as JPEG."""
    small = reduced(pixels)
    small = small.convert("RGBA") if small.has_transparency_data else small.convert("RGB")
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), reducing_gap=2.0)
    if small.mode == "RGBA":
        white = Image.new("RGBA", small.size, "white")
        small = Image.alpha_composite(white, small).convert("RGB")
    return _jpeg(small)


def marked(small: bytes, crop: Crop, width: int, height: int) -> bytes:
    """Gives the `preview` of a picture of `width` x `height` px with all but the crop dimmed and a line round it."""
    image = Image.open(BytesIO(small)).convert("RGB")
    across, down = image.width / width, image.height / height
    box = (round(crop.left * across), round(crop.top * down), round(crop.right * across), round(crop.bottom * down))
    dim = image.point(lambda value: round(value * _SHADE))
    dim.paste(image.crop(box), box[:2])
    right, bottom = max(box[0], box[2] - 1), max(box[1], box[3] - 1)
    ImageDraw.Draw(dim).rectangle((box[0], box[1], right, bottom), outline=_LINE, width=2)
    return _jpeg(dim)


def _jpeg(image: Image.Image) -> bytes:
    image.info = {}
    stream = BytesIO()
    image.save(stream, "JPEG", quality=80)
    return stream.getvalue()
