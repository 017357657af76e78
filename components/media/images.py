"""Makes a picture ready to send: checked to be whole, upright, free of metadata, in sRGB, no larger than of use.

Owns reading, turning, size, encoding and the notes that say what was done; colours are `colour`'s, limits `limits`'.
Every picture is encoded anew: what is not a pixel (EXIF with the place it was taken, XMP, IPTC, comments, thumbnails,
whatever follows the end) cannot come along.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from components.core.errors import MediaError
from components.core.parts import ImagePart
from components.media import limits
from components.media.colour import to_eight_bits, to_srgb
from components.media.signatures import require

# Pillow only warns up to twice its limit. Its manual says to raise instead, for the whole process:
# https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.open (read 2026-11-23).
# `warnings.catch_warnings` is no way here: it changes the filters of all threads.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
# Pillow also warns of odd metadata, which nobody here will ever see: it is dropped.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

JPEG_QUALITY = 90
# Screens, text and drawings take 0.05 to 0.5 bytes a pixel as PNG, photos 1.5 to 2.5: where it pays, lossless stays.
PNG_BYTES_PER_PIXEL = 1.0
# Below this size nothing is gained by giving up lossless.
SMALL_PNG_BYTES = 64_000

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

    Width and height of the original are as stored, in px, before it was turned upright.
    """

    part: ImagePart
    original_width: int
    original_height: int
    original_bytes: int
    original_format: str
    notes: tuple[str, ...]


def prepare_image(name: str, data: bytes) -> PreparedImage:
    """Reads a picture file and makes the part that is sent.

    Raises: MediaError if the file is empty, too large, damaged, cut short, or not what its name says.
    """
    if len(data) > limits.IMAGE_UPLOAD_BYTES:
        raise MediaError(
            f"{name!r} has {len(data) / limits.MEGABYTE:.0f} MB, more than the "
            f"{limits.IMAGE_UPLOAD_BYTES // limits.MEGABYTE} MB a picture may have: save it smaller."
        )
    format = require(name, data, limits.PICTURE_ENDINGS)
    try:
        return _prepared(name, data, format)
    except MediaError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise _too_many_pixels(name) from exc
    except Exception as exc:  # Pillow's readers raise nearly every built-in exception on damaged files
        raise MediaError(
            f"{name!r} is a damaged or cut-off {format} picture: open it in a viewer, save it anew and attach that."
        ) from exc


def _prepared(name: str, data: bytes, format: str) -> PreparedImage:
    with Image.open(BytesIO(data), formats=[format.upper()]) as image:
        width, height = image.size
        if width * height > limits.PICTURE_PIXELS:
            raise _too_many_pixels(name)
        image.verify()
    # `verify` checks what decoding skips (PNG's checksums) and leaves the picture unusable.
    with Image.open(BytesIO(data), formats=[format.upper()]) as image:
        notes = _about_stills(image, format)
        stored_orientation, _ = _metadata(image)
        image.load()
        # PNG may keep metadata behind the pixels; TIFF's pixels are upright once loaded.
        orientation, metadata = _metadata(image)
        profile = image.info.get("icc_profile")
        pixels, changes = to_eight_bits(image)
    if orientation in _UPRIGHT:
        pixels = pixels.transpose(_UPRIGHT[orientation])
    if {orientation, stored_orientation} & _UPRIGHT.keys():
        notes += ("turned upright",)
    small = _downscaled(pixels)
    if small.size != pixels.size:
        size = "from {} x {} to {} x {} px".format(*pixels.size, *small.size)
        notes += (f"downscaled {size}",)
    # Colours last: a profile costs time by the pixel.
    final, colours = to_srgb(small, profile if isinstance(profile, bytes) else None)
    encoded, media_type, encoding = _encoded(final, format)
    part = ImagePart(encoded, media_type, final.width, final.height, name)
    notes += (*changes, *colours, *metadata, *encoding)
    return PreparedImage(part, width, height, len(data), format, notes)


def _too_many_pixels(name: str) -> MediaError:
    return MediaError(
        f"{name!r} claims more than {limits.PICTURE_PIXELS // 1_000_000} million pixels, more than is unpacked here: "
        "scale it down and attach that."
    )


def _about_stills(image: Image.Image, format: str) -> tuple[str, ...]:
    """Notes that a file holds more pictures than the one that is sent. A JPEG's further ones are copies of it."""
    count = getattr(image, "n_frames", 1)
    return (f"only the first of {count} pictures in it is sent",) if count > 1 and format != "JPEG" else ()


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


def _downscaled(pixels: Image.Image) -> Image.Image:
    longest = max(pixels.size)
    if longest <= limits.IMAGE_LONGEST_SIDE:
        return pixels
    scale = limits.IMAGE_LONGEST_SIDE / longest
    size = (max(1, round(pixels.width * scale)), max(1, round(pixels.height * scale)))
    return pixels.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(pixels: Image.Image, format: str) -> tuple[bytes, str, tuple[str, ...]]:
    """Encodes as PNG where that loses nothing at a fair size, else as JPEG; never for a JPEG, whose loss is done."""
    # Pillow's writers take comments, profiles and resolutions from here unless told otherwise.
    pixels.info = {}
    notes: tuple[str, ...] = ()
    if format != "JPEG":
        png = _saved(pixels, "PNG")
        fair = max(SMALL_PNG_BYTES, PNG_BYTES_PER_PIXEL * pixels.width * pixels.height)
        if len(png) <= (limits.IMAGE_BYTES if pixels.mode == "RGBA" else fair):
            return png, "image/png", () if format == "PNG" else (f"converted from {format} to PNG",)
        notes = (f"converted from {format} to JPEG",)
    if pixels.mode == "RGBA":
        white = Image.new("RGBA", pixels.size, "white")
        pixels = Image.alpha_composite(white, pixels).convert("RGB")
        notes = ("transparent parts made white", *notes)
    # At 2048 x 2048 px the worst picture, noise, has 3.8 MB at this quality: no check against IMAGE_BYTES is needed.
    return _saved(pixels, "JPEG", quality=JPEG_QUALITY), "image/jpeg", notes


def _saved(pixels: Image.Image, format: str, **options: int) -> bytes:
    stream = BytesIO()
    pixels.save(stream, format, **options)
    return stream.getvalue()
