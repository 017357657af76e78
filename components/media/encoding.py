"""Writes the picture that is sent: PNG where that loses nothing at a fair size, else JPEG; pixels only, no metadata."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, JpegImagePlugin

from components.media import limits

JPEG_QUALITY = 90
# Screens, text and drawings take 0.05 to 0.5 bytes a pixel as PNG, photos 1.5 to 2.5: where it pays, lossless stays.
PNG_BYTES_PER_PIXEL = 1.0
# Below this size nothing is gained by giving up lossless.
SMALL_PNG_BYTES = 64_000
_SAMPLE_SIDE = 384
WHITENED = "transparent parts made white"


@dataclass(frozen=True, slots=True)
class JpegTables:
    """How a JPEG file was compressed; written the same way, its pixels lose next to nothing more."""

    quantization: dict[int, list[int]]
    subsampling: int


def jpeg_tables(image: Image.Image) -> JpegTables | None:
    """Gives the tables of a JPEG that was read; None for other files and for kinds that cannot be written alike."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or image.mode not in ("L", "RGB"):
        return None
    subsampling = JpegImagePlugin.get_sampling(image) if image.mode == "RGB" else 0
    return JpegTables(image.quantization, subsampling) if subsampling >= 0 else None


def encoded(
    pixels: Image.Image, format: str, tables: JpegTables | None, *, full_size: bool
) -> tuple[bytes, str, tuple[str, ...]]:
    """Gives the file, its media type, and notes. `pixels`: L, RGB or RGBA; `format`: of the file that came.

    A JPEG stays one: its loss is done. With `full_size` what came lossless stays so up to the size of one picture.
    """
    # Pillow's writers take comments, profiles and resolutions from here unless told otherwise.
    pixels.info = {}
    notes: tuple[str, ...] = ()
    if format not in ("JPEG", "HEIC") and (full_size or pixels.mode == "RGBA" or _may_be_small_png(pixels)):
        png = _saved(pixels, "PNG")
        fair = max(SMALL_PNG_BYTES, PNG_BYTES_PER_PIXEL * pixels.width * pixels.height)
        if len(png) <= (limits.IMAGE_BYTES if pixels.mode == "RGBA" or full_size else fair):
            return png, "image/png", () if format == "PNG" else (f"converted from {format} to PNG",)
    if format != "JPEG":
        notes = (f"converted from {format} to JPEG",)
    if pixels.mode == "RGBA":
        pixels, notes = whitened(pixels), (WHITENED, *notes)
    if tables is not None:
        alike = _saved(pixels, "JPEG", qtables=tables.quantization, subsampling=tables.subsampling)
        if len(alike) <= limits.IMAGE_BYTES:
            return alike, "image/jpeg", notes
    # At 2048 x 2048 px the worst picture, noise, has 3.8 MB at this quality: no check against IMAGE_BYTES is needed.
    return _saved(pixels, "JPEG", quality=JPEG_QUALITY), "image/jpeg", notes


def whitened(pixels: Image.Image) -> Image.Image:
    """Lays an RGBA picture on white: RGB."""
    return Image.alpha_composite(Image.new("RGBA", pixels.size, "white"), pixels).convert("RGB")


def _may_be_small_png(pixels: Image.Image) -> bool:
    """Tells large photos, which as PNG would take seconds to be found too heavy, by a piece of them."""
    if pixels.width * pixels.height <= 4 * _SAMPLE_SIDE**2:
        return True
    left, top = max(0, (pixels.width - _SAMPLE_SIDE) // 2), max(0, (pixels.height - _SAMPLE_SIDE) // 2)
    sample = pixels.crop((left, top, min(pixels.width, left + _SAMPLE_SIDE), min(pixels.height, top + _SAMPLE_SIDE)))
    # Half as much again: the fastest compression is not the best, and the middle may be busier than the rest.
    return len(_saved(sample, "PNG", compress_level=1)) <= 1.5 * PNG_BYTES_PER_PIXEL * sample.width * sample.height


def _saved(pixels: Image.Image, format: str, **options: Any) -> bytes:
    stream = BytesIO()
    pixels.save(stream, format, **options)
    return stream.getvalue()
