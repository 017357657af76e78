"""HEIC pictures, unpacked in a process of their own: a damaged one ends it, not the app.

libheif's binding (pi_heif 1.4.0) runs into a segmentation fault where an item of a file has a damaged type; no check
here could know what else it does not bear. Run as ``python -m components.media.heic``: HEIC in, a line of JSON and an
uncompressed PNG out.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from io import BytesIO

from components.core.clip_bytes import MOST_PIXELS
from components.media.fence import limit_memory, output_of

# A picture of as many pixels as are unpacked takes some three times 270 MB; the libraries map the rest.
_ADDRESS_SPACE = 4_000_000_000
_LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Unpacked:
    """`png`: its pixels, upright, with EXIF, XMP and colour profile; None if it has more pixels than are unpacked.

    `stills`: how many pictures the file holds.
    """

    png: bytes | None = field(repr=False)
    stills: int


def unpack(data: bytes) -> Unpacked:
    """Raises: OSError if the picture is damaged."""
    head, _, png = output_of("components.media.heic", data, _LONGEST_S).partition(b"\n")
    return Unpacked(png or None, json.loads(head)["stills"])


def main() -> None:
    """The process: reads a HEIC from its input and writes it out."""
    from pi_heif import HeifImageFile
    from PIL import PngImagePlugin

    limit_memory(_ADDRESS_SPACE)
    image = HeifImageFile(BytesIO(sys.stdin.buffer.read()))
    out = sys.stdout.buffer
    out.write(json.dumps({"stills": getattr(image, "n_frames", 1)}).encode() + b"\n")
    if image.width * image.height > MOST_PIXELS:
        return
    texts = PngImagePlugin.PngInfo()
    if xmp := image.info.get("xmp"):
        texts.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", "replace"))
    options = {name: image.info[name] for name in ("exif", "icc_profile") if image.info.get(name)}
    image.save(out, "PNG", pnginfo=texts, compress_level=0, **options)


if __name__ == "__main__":
    main()
