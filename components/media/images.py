"""Makes a picture ready to send: checked to be whole, upright, free of metadata, in sRGB, no larger than of use.

Owns reading, turning, cropping, size, and the notes that say what was done; colours are `colour`'s, the files that are
written `encoding`'s, limits `limits`'.
Every picture is encoded anew: what is not a pixel (EXIF with the place it was taken, XMP, IPTC, comments, thumbnails,
whatever follows the end) cannot come along.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image, ImageFile, JpegImagePlugin

from components.core.errors import MediaError
from components.core.parts import ImagePart
from components.media import limits
from components.media.colour import to_eight_bits, to_srgb
from components.media.crops import Crop, preview, reduced
from components.media.encoding import PNG_BYTES_PER_PIXEL, WHITENED, encoded, jpeg_tables, whitened
from components.media.heic import unpack
from components.media.signatures import misnamed, require
from components.media.svg import draw

# Pillow only warns up to twice its limit. Its manual says to raise instead, for the whole process:
# https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.open (read 2026-11-23).
# `warnings.catch_warnings` is no way here: it changes the filters of all threads.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
# Pillow also warns of odd metadata, which nobody here will ever see: it is dropped.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

# What is said of a long picture that loses most of its detail.
PANORAMA = "so long a picture is sent small: crop it to what the question is about, and more of it can be seen"

_METADATA = frozenset(
    {"exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif", "Raw profile type iptc", "photoshop", "comment"}
)
_ORIENTATION, _GPS = 0x0112, 0x8825
# EXIF orientation -> what undoes it; as Pillow's own `ImageOps.exif_transpose`. 1 is upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """A picture as it will be sent (`part`), what came (`original_…`), and in `notes` what was done, in plain words.

    Width and height of the original are in px, upright, before anything was cut off. `data` is the file as it came,
    from which the picture is made again when `full_size`, `crop` or `on_white` change; `small` shows the whole of it,
    as JPEG. `transparent`: parts of the file are; `on_white`: they are white in what is sent.
    """

    part: ImagePart
    original_width: int
    original_height: int
    original_bytes: int
    original_format: str
    notes: tuple[str, ...]
    data: bytes = field(repr=False)
    small: bytes = field(repr=False)
    full_size: bool = False
    crop: Crop | None = None
    transparent: bool = False
    on_white: bool = False

    @property
    def downscaled(self) -> bool:
        """Says whether what is sent has fewer pixels than the file has there."""
        width = self.crop.width if self.crop else self.original_width
        return self.part.width < width


def prepare_image(
    name: str, data: bytes, *, full_size: bool = False, crop: Crop | None = None, on_white: bool = False
) -> PreparedImage:
    """Reads a picture file and makes the part that is sent: all of it or the `crop`, made small unless `full_size`.

    `on_white`: transparent parts are made white; else they stay as they are. SVG is drawn.

    Raises: MediaError if the file is empty, too large, damaged, cut short, or not what its name says; ValueError if the
    crop is no region of it.
    """
    if len(data) > limits.IMAGE_UPLOAD_BYTES:
        raise MediaError(
            f"{name!r} has {len(data) / limits.MEGABYTE:.0f} MB, more than the "
            f"{limits.IMAGE_UPLOAD_BYTES // limits.MEGABYTE} MB a picture may have: save it smaller."
        )
    format = require(name, data, limits.PICTURE_ENDINGS)
    try:
        return _prepared(name, data, format, full_size, crop, on_white)
    except (MediaError, _NoRegion):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise _too_many_pixels(name, limits.PICTURE_PIXELS) from exc
    except Exception as exc:  # Pillow's readers raise nearly every built-in exception on damaged files
        raise MediaError(
            f"{name!r} is a damaged or cut-off {format} picture: open it in a viewer, save it anew and attach that."
        ) from exc


def _prepared(name: str, data: bytes, format: str, full_size: bool, crop: Crop | None, on_white: bool) -> PreparedImage:
    most = limits.JPEG_PIXELS if format == "JPEG" and not full_size else limits.PICTURE_PIXELS
    file, stored, stills, drawing = _stored(name, data, format)
    if file is None:
        raise _too_many_pixels(name, most)
    with _opened(file, stored) as image:
        width, height = image.size
        if full_size and format == "JPEG" and width * height > most:
            raise MediaError(
                f"{name!r} has too many pixels to be sent at full size: crop it, and the region has them all."
            )
        if width * height > most:
            raise _too_many_pixels(name, most)
        image.verify()
    # `verify` checks what decoding skips (PNG's checksums) and leaves the picture unusable.
    with _opened(file, stored) as image:
        notes = drawing + _about_stills(stills or getattr(image, "n_frames", 1), format) + _about_depth(image)
        stored_orientation, _ = _metadata(image)
        _unpack_no_more_than_needed(image, full_size, crop)
        shrunk = width / image.width
        image.load()
        # PNG may keep metadata behind the pixels; TIFF's pixels are upright once loaded.
        orientation, metadata = _metadata(image)
        profile = image.info.get("icc_profile")
        tables = jpeg_tables(image)
        pixels, changes = to_eight_bits(image)
    if {orientation, stored_orientation} & _UPRIGHT.keys():
        notes += ("turned upright",)
    if shrunk == 1:  # loading turns a TIFF
        width, height = pixels.size
    if orientation in _SIDEWAYS:
        width, height = height, width
    whole = None
    if crop is not None:
        whole = preview(_upright(reduced(pixels), orientation))
        pixels = _cropped(pixels, crop, (width, height), orientation, shrunk)
        notes += (f"cropped to {crop.width} x {crop.height} px",)
    pixels = _upright(pixels, orientation)
    drawn = _is_drawn(data, format, width * height)
    size = (crop.width, crop.height) if crop is not None else (width, height)
    small, shrinking = (pixels, ()) if full_size else _downscaled(pixels, size, drawn=drawn)
    # Colours last: a profile costs time by the pixel.
    final, colours = to_srgb(small, profile if isinstance(profile, bytes) else None)
    transparent = final.mode == "RGBA"
    if transparent and on_white:
        final, changes = whitened(final), (*changes, WHITENED)
    # A picture that has all its pixels loses nothing by the file's own tables; a smaller one has other pixels.
    file, media_type, encoding = encoded(final, format, tables if small is pixels else None, full_size=full_size)
    part = ImagePart(file, media_type, final.width, final.height, name)
    notes = (*misnamed(name, data), *notes, *shrinking, *changes, *colours, *metadata, *encoding)
    return PreparedImage(
        part,
        width,
        height,
        len(data),
        format,
        notes,
        data,
        whole or preview(final),
        full_size,
        crop,
        transparent,
        on_white,
    )


def original_pixels(image: PreparedImage, region: Crop) -> Image.Image:
    """Gives a region of the file as it came: upright, in sRGB, nothing made small. L, RGB or RGBA."""
    file, stored, _, _ = _stored(image.part.name, image.data, image.original_format)
    assert file is not None  # else it would not have been prepared
    with _opened(file, stored) as opened:
        opened.load()
        orientation, _ = _metadata(opened)
        profile = opened.info.get("icc_profile")
        pixels, _ = to_eight_bits(opened)
    size = pixels.size[::-1] if orientation in _SIDEWAYS else pixels.size
    found = _upright(_cropped(pixels, region, size, orientation), orientation)
    return to_srgb(found, profile if isinstance(profile, bytes) else None)[0]


def _stored(name: str, data: bytes, format: str) -> tuple[bytes | None, str, int, tuple[str, ...]]:
    """Gives what Pillow reads the picture from and as what, how many stills there are where it cannot tell, else 0, and
    notes on a drawing. None instead of a HEIC that claims too many pixels.
    """
    if format == "SVG":
        try:
            drawn = draw(data)
        except OSError as exc:
            raise MediaError(
                f"{name!r} cannot be drawn: send its source text, or save it as PNG and attach that."
            ) from exc
        except ValueError as reason:
            raise MediaError(f"{name!r} is not drawn, as {reason}: send its source text instead.") from reason
        return drawn.png, "PNG", 0, drawn.notes
    if format != "HEIC":
        return data, format.upper().replace(" ", ""), 0, ()
    unpacked = unpack(data)
    return unpacked.png, "PNG", unpacked.stills, ()


def _opened(file: bytes, stored: str) -> Image.Image:
    if stored == "JPEG":  # `Image.open` has one limit of pixels for all formats
        return JpegImagePlugin.JpegImageFile(BytesIO(file))
    return Image.open(BytesIO(file), formats=[stored])


def _unpack_no_more_than_needed(image: Image.Image, full_size: bool, crop: Crop | None) -> None:
    """Has a large JPEG unpacked at a half to an eighth of its size, larger than it is sent; others are left."""
    longest = max(crop.width, crop.height) if crop is not None else max(image.size)
    share = _SPARE * limits.IMAGE_LONGEST_SIDE / longest
    if isinstance(image, JpegImagePlugin.JpegImageFile) and not full_size and share < 1:
        image.draft(None, (round(image.width * share), round(image.height * share)))


def _too_many_pixels(name: str, most: int) -> MediaError:
    return MediaError(
        f"{name!r} claims more than {most // 1_000_000} million pixels, more than is unpacked here: "
        "scale it down and attach that."
    )


def _about_stills(count: int, format: str) -> tuple[str, ...]:
    """Notes that a file holds more pictures than the one that is sent. A JPEG's further ones are copies of it."""
    return (f"only the first of {count} pictures in it is sent",) if count > 1 and format != "JPEG" else ()


def _about_depth(image: Image.Image) -> tuple[str, ...]:
    """Notes that Pillow unpacks a picture's 16 bits of a colour to 8; of grey ones `colour` does. Ask before `load`."""
    tiles = image.tile if isinstance(image, ImageFile.ImageFile) else ()
    kinds = (tile.args if isinstance(tile.args, str) else str((tile.args or ("",))[0]) for tile in tiles)
    is_deep = image.mode in ("RGB", "RGBA", "LA") and any(";16" in kind for kind in kinds)
    return ("converted from 16 bits a colour",) if is_deep else ()


def _metadata(image: Image.Image) -> tuple[int, tuple[str, ...]]:
    """Gives the EXIF orientation (1 to 8, 1 when unknown) and a note on what is dropped."""
    try:
        exif = image.getexif()
        orientation, has_place = exif.get(_ORIENTATION, 1), bool(exif.get_ifd(_GPS))
    except Exception:  # noqa: BLE001 - a camera's broken EXIF raises anything and is no reason to refuse its picture
        orientation, has_place = 1, False
    if not has_place and not (_METADATA & image.info.keys() or getattr(image, "text", None)):
        return orientation, ()
    return orientation, (f"metadata dropped{', with the place it was taken' if has_place else ''}",)


# So many times larger than it is sent, or more, a JPEG is unpacked: resampling makes up for how coarse that is.
_SPARE = 1.5


class _NoRegion(ValueError):
    """The crop does not fit the picture: a caller's mistake, not the file's."""


def _cropped(
    pixels: Image.Image, crop: Crop, size: tuple[int, int], orientation: int, shrunk: float = 1.0
) -> Image.Image:
    """The region of a picture of that size in px, as it lies in `pixels`, which were unpacked `shrunk` times smaller.

    Cut out before it is turned: to turn a large picture takes its memory again.
    """
    width, height = size
    if not crop.fits(width, height):
        raise _NoRegion(f"{crop} is no region of a picture of {width} x {height} px")
    across, down = (crop.left, crop.right), (crop.top, crop.bottom)
    if orientation in (2, 3, 7, 6):  # upright, its left is the right or the bottom of what is stored
        across = (width - crop.right, width - crop.left)
    if orientation in (3, 4, 7, 8):
        down = (height - crop.bottom, height - crop.top)
    if orientation in _SIDEWAYS:
        across, down = down, across
    (left, right), (top, bottom) = ((round(start / shrunk), round(end / shrunk)) for start, end in (across, down))
    return pixels.crop((left, top, max(right, left + 1), max(bottom, top + 1)))


def _upright(pixels: Image.Image, orientation: int) -> Image.Image:
    return pixels.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else pixels


def _is_drawn(data: bytes, format: str, pixels: int) -> bool:
    """Tells screens, charts and scanned text from photos: lossless, and yet few bytes a pixel."""
    return format == "SVG" or (format in ("PNG", "GIF") and len(data) <= PNG_BYTES_PER_PIXEL * pixels)


def _downscaled(pixels: Image.Image, size: tuple[int, int], *, drawn: bool) -> tuple[Image.Image, tuple[str, ...]]:
    """`size`: what the file has there in px, `pixels` as much of it as was unpacked."""
    longest, most = max(size), limits.DRAWN_LONGEST_SIDE if drawn else limits.IMAGE_LONGEST_SIDE
    if longest <= most:
        return pixels, ()
    width, height = (max(1, round(side * most / longest)) for side in size)
    note = f"downscaled from {size[0]} x {size[1]} to {width} x {height} px"
    if drawn:
        note += ": small text in it may no longer be readable, so crop it or send it at full size"
    is_panorama = not drawn and longest >= limits.PANORAMA * min(size) and longest >= 1.5 * most
    notes = (note, PANORAMA) if is_panorama else (note,)
    return pixels.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0), notes
