"""Real picture files of every format that is taken, and ways to damage them: for the tests and for the long fuzz."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

from PIL import Image, features

MEDIA = Path(__file__).parents[1] / "fixtures" / "media"


def picture_files() -> dict[str, bytes]:
    """Ending -> a small file: colours, a palette, transparency, several pages, metadata, and what a phone writes."""
    photo = Image.open(MEDIA / "china.jpg").resize((96, 64))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 14.1)})
    clear = photo.convert("RGBA")
    clear.putalpha(128)
    files = {
        "jpg": _file(photo, "JPEG", exif=exif, progressive=True),
        "png": _file(clear, "PNG"),
        "gif": _file(photo, "GIF", save_all=True, append_images=[photo.rotate(90), photo.rotate(180)]),
        "webp": _file(photo, "WebP", exif=exif),
        "tif": _file(photo.convert("CMYK"), "TIFF", compression="tiff_lzw"),
        "bmp": _file(photo.convert("P"), "BMP"),
        "heic": (MEDIA / "phone.heic").read_bytes(),
    }
    if features.check("avif"):
        files["avif"] = _file(photo, "AVIF")
    return files


def damaged(data: bytes, chance: random.Random, other: bytes = b"") -> bytes:
    """The file with one to six things done to it; `other` is a file to splice from."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made) + 1)
        size = chance.choice((1, 2, 4, 16, 200))
        match chance.randrange(7):
            case 0 if made:
                made[at % len(made)] ^= 1 << chance.randrange(8)
            case 1:
                made[at : at + size] = chance.randbytes(size)
            case 2:
                del made[at : at + size]
            case 3:
                made[at:at] = made[at : at + size] * chance.randint(1, 8)
            case 4:  # a length, a size or a count
                made[at : at + 4] = chance.choice(
                    (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\xff\xff")
                )
            case 5:
                del made[at:]
            case _:
                made[at : at + size] = other[at : at + size]
    return bytes(made)


def _file(image: Image.Image, format: str, **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()
