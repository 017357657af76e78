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

from PIL import Image, ImageFile

from components.core.errors import MediaError
from components.core.parts import ImagePart
from components.media import limits
from components.media.colour import to_eight_bits, to_srgb
from components.media.crops import Crop, preview
from components.media.encoding import PNG_BYTES_PER_PIXEL, encoded, jpeg_tables
from components.media.heic import unpack
from components.media.signatures import misnamed, require

# Pillow only warns up to twice its limit. Its manual says to raise instead, for the whole process:
# https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.open (read 2026-11-23).
# `warnings.catch_warnings` is no way here: it changes the filters of all threads.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
# Pillow also warns of odd metadata, which nobody here will ever see: it is dropped.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

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


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """A picture as it will be sent (`part`), what came (`original_…`), and in `notes` what was done, in plain words.

    Width and height of the original are in px, upright, before anything was cut off. `data` is the file as it came,
    from which the picture is made again when `full_size` or `crop` change; `small` shows the whole of it, as JPEG.
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

    @property
    def downscaled(self) -> bool:
        """Says whether what is sent has fewer pixels than the file has there."""
        width = self.crop.width if self.crop else self.original_width
        return self.part.width < width


def prepare_image(name: str, data: bytes, *, full_size: bool = False, crop: Crop | None = None) -> PreparedImage:
    """Reads a picture file and makes the part that is sent: all of it or the `crop`, made small unless `full_size`.

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
        return _prepared(name, data, format, full_size, crop)
    except (MediaError, _NoRegion):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise _too_many_pixels(name) from exc
    except Exception as exc:  # Pillow's readers raise nearly every built-in exception on damaged files
        raise MediaError(
            f"{name!r} is a damaged or cut-off {format} picture: open it in a viewer, save it anew and attach that."
        ) from exc


def _prepared(name: str, data: bytes, format: str, full_size: bool, crop: Crop | None) -> PreparedImage:
    file, stored, stills = _stored(data, format)
    if file is None:
        raise _too_many_pixels(name)
    with _opened(file, stored) as image:
        width, height = image.size
        if width * height > limits.PICTURE_PIXELS:
            raise _too_many_pixels(name)
        image.verify()
    # `verify` checks what decoding skips (PNG's checksums) and leaves the picture unusable.
    with _opened(file, stored) as image:
        notes = _about_stills(stills or getattr(image, "n_frames", 1), format) + _about_depth(image)
        stored_orientation, _ = _metadata(image)
        image.load()
        # PNG may keep metadata behind the pixels; TIFF's pixels are upright once loaded.
        orientation, metadata = _metadata(image)
        profile = image.info.get("icc_profile")
        tables = jpeg_tables(image)
        pixels, changes = to_eight_bits(image)
    if orientation in _UPRIGHT:
        pixels = pixels.transpose(_UPRIGHT[orientation])
    if {orientation, stored_orientation} & _UPRIGHT.keys():
        notes += ("turned upright",)
    width, height = pixels.size
    whole = preview(pixels) if crop is not None else None
    if crop is not None:
        pixels = _cropped(pixels, crop)
        notes += (f"cropped to {crop.width} x {crop.height} px",)
    drawn = _is_drawn(data, format, width * height)
    small, shrinking = (pixels, ()) if full_size else _downscaled(pixels, drawn=drawn)
    # Colours last: a profile costs time by the pixel.
    final, colours = to_srgb(small, profile if isinstance(profile, bytes) else None)
    # A picture that has all its pixels loses nothing by the file's own tables; a smaller one has other pixels.
    file, media_type, encoding = encoded(final, format, tables if small is pixels else None, full_size=full_size)
    part = ImagePart(file, media_type, final.width, final.height, name)
    notes = (*misnamed(name, data), *notes, *shrinking, *changes, *colours, *metadata, *encoding)
    return PreparedImage(part, width, height, len(data), format, notes, data, whole or preview(final), full_size, crop)


def original_pixels(image: PreparedImage, region: Crop) -> Image.Image:
    """Gives a region of the file as it came: upright, in sRGB, nothing made small. L, RGB or RGBA."""
    file, stored, _ = _stored(image.data, image.original_format)
    assert file is not None  # else it would not have been prepared
    with _opened(file, stored) as opened:
        opened.load()
        orientation, _ = _metadata(opened)
        profile = opened.info.get("icc_profile")
        pixels, _ = to_eight_bits(opened)
    if orientation in _UPRIGHT:
        pixels = pixels.transpose(_UPRIGHT[orientation])
    return to_srgb(_cropped(pixels, region), profile if isinstance(profile, bytes) else None)[0]


def _stored(data: bytes, format: str) -> tuple[bytes | None, str, int]:
    """Gives what Pillow reads the picture from and as what, and how many stills there are where it cannot tell, else 0.

    None instead of a HEIC that claims too many pixels.
    """
    if format != "HEIC":
        return data, format.upper().replace(" ", ""), 0
    unpacked = unpack(data)
    return unpacked.png, "PNG", unpacked.stills


def _opened(file: bytes, stored: str) -> Image.Image:
    return Image.open(BytesIO(file), formats=[stored])


def _too_many_pixels(name: str) -> MediaError:
    return MediaError(
        f"{name!r} claims more than {limits.PICTURE_PIXELS // 1_000_000} million pixels, more than is unpacked here: "
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


class _NoRegion(ValueError):
    """The crop does not fit the picture: a caller's mistake, not the file's."""


def _cropped(pixels: Image.Image, crop: Crop) -> Image.Image:
    if not crop.fits(*pixels.size):
        raise _NoRegion(f"{crop} is no region of a picture of {pixels.width} x {pixels.height} px")
    return pixels.crop((crop.left, crop.top, crop.right, crop.bottom))


def _is_drawn(data: bytes, format: str, pixels: int) -> bool:
    """Tells screens, charts and scanned text from photos: lossless, and yet few bytes a pixel."""
    return format in ("PNG", "GIF") and len(data) <= PNG_BYTES_PER_PIXEL * pixels


def _downscaled(pixels: Image.Image, *, drawn: bool) -> tuple[Image.Image, tuple[str, ...]]:
    longest, most = max(pixels.size), limits.DRAWN_LONGEST_SIDE if drawn else limits.IMAGE_LONGEST_SIDE
    if longest <= most:
        return pixels, ()
    size = tuple(max(1, round(side * most / longest)) for side in pixels.size)
    note = "downscaled from {} x {} to {} x {} px".format(*pixels.size, *size)
    if drawn:
        note += ": small text in it may no longer be readable, so crop it or send it at full size"
    return pixels.resize((size[0], size[1]), Image.Resampling.LANCZOS, reducing_gap=3.0), (note,)
