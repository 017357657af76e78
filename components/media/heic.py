"""HEIC pictures, unpacked in a process of their own: a damaged one ends it, not the app.

libheif's binding (pi_heif 1.4.0) runs into a segmentation fault where an item of a file has a damaged type; no check
here could know what else it does not bear. The process has a limit of memory and of time, and is run as
``python -m components.media.heic``: HEIC in, a line of JSON and an uncompressed PNG out.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from components.core.clip_bytes import MOST_PIXELS

_ROOT = Path(__file__).parents[2]
# A picture of as many pixels as are unpacked takes some three times 270 MB; the libraries map the rest.
_ADDRESS_SPACE = 4_000_000_000
_LONGEST_S = 60.0
# All that the process is told: where Python and its libraries are.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """`png`: its pixels, upright, with EXIF, XMP and colour profile; None if it has more pixels than are unpacked.

    `stills`: how many pictures the file holds.
    """

    png: bytes | None = field(repr=False)
    stills: int


def unpack(data: bytes) -> Unpacked:
    """Raises: OSError if the picture is damaged."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "components.media.heic"],
            cwd=_ROOT,
            # Keys that the app was started with are none of a decoder's business.
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            input=data,
            capture_output=True,
            timeout=_LONGEST_S,
            check=True,
        )
    except subprocess.SubprocessError as exc:
        raise OSError("the HEIC picture cannot be unpacked") from exc
    head, _, png = done.stdout.partition(b"\n")
    return Unpacked(png or None, json.loads(head)["stills"])


def main() -> None:
    """The process: reads a HEIC from its input and writes it out."""
    from pi_heif import HeifImageFile
    from PIL import PngImagePlugin

    # Where the system has such a limit.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
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
