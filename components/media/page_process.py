"""The process that reads documents: PDFs with PDFium, TIFFs with Pillow. Never imported by the app itself.

Run by `documents` as ``python -m components.media.page_process``. In: a line of JSON (`format`; `pages`, the places of
those to draw; `side`, the px of their longest side; `page_s`, the seconds of work for each), then the file. Out: a line
of JSON about the document, then for each page a line of JSON, and its pixels as BGR behind it unless it `failed`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, Protocol

from PIL import Image

from components.core.clip_bytes import MOST_PIXELS
from components.media.fence import limit_memory, limit_time
from components.media.tiff_pages import is_page

# [own] A page of as many pixels as are unpacked, twice, and the libraries; a scan of A4 at 600 dpi takes 0.2 GB.
_ADDRESS_SPACE = 2_000_000_000
_OPENING_S = 10.0
# [own] Finer than most scans, and than print is read: a label of a few centimetres need not fill the longest side.
_DOTS_PER_INCH = 300
_POINTS_PER_INCH = 72
# [own] Some 10,000 tokens; a page of a newspaper has half of it.
_CHARACTERS = 40_000
# PDFium's number for a document that asks for a password (FPDF_ERR_PASSWORD in fpdfview.h).
_ASKS_PASSWORD = 4


class _Reader(Protocol):
    """`places`: where in the file each page is; `size`: width and height of the first, in points or px.

    `cut`: behind the last of them the file cannot be read.
    """

    places: Sequence[int]
    size: tuple[float, float]
    cut: bool

    def draw(self, place: int, side: int) -> tuple[Image.Image, str]:
        """The page as RGB, no longer than `side` px, and its text."""


class _Refused(Exception):
    """The document cannot be read; the text says why, in a word that `documents` knows."""


class _Pdf:
    cut = False

    def __init__(self, data: bytes) -> None:
        from pypdfium2 import PdfDocument, PdfiumError

        try:
            self._document = PdfDocument(data)
            # What is filled in stands on the page, as in a viewer.
            self._document.init_forms()
            self.places: Sequence[int] = range(len(self._document))
            self.size = self._document.get_page_size(0) if self.places else (0.0, 0.0)
        except PdfiumError as error:
            raise _Refused("password" if error.err_code == _ASKS_PASSWORD else "damaged") from error

    def draw(self, place: int, side: int) -> tuple[Image.Image, str]:
        page = self._document[place]
        longest = max(page.get_size())
        # A grain smaller: PDFium rounds each side up.
        scale = min(side / longest, _DOTS_PER_INCH / _POINTS_PER_INCH) * (1 - 1e-9)
        pixels = page.render(scale=scale).to_pil().convert("RGB")
        return pixels, page.get_textpage().get_text_range()


class _Tiff:
    def __init__(self, data: bytes) -> None:
        try:
            self._image = Image.open(BytesIO(data), formats=["TIFF"])
            self.places: Sequence[int] = list(self._walk())
        except Exception as error:  # Pillow's readers raise nearly every built-in exception on damaged files
            raise _Refused("damaged") from error

    def _walk(self) -> Iterator[int]:
        place = 0
        self.size, self.cut = (0.0, 0.0), False
        while True:
            try:
                self._image.seek(place)
            except EOFError:
                return
            except Exception:  # noqa: BLE001 - as above
                self.cut = True
                return
            if is_page(self._image):
                self.size = self.size if any(self.size) else (float(self._image.width), float(self._image.height))
                yield place
            place += 1

    def draw(self, place: int, side: int) -> tuple[Image.Image, str]:
        # Here, since it takes as long to be loaded as a PDF to be drawn.
        from components.media.colour import to_eight_bits, to_srgb

        image = self._image
        image.seek(place)
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        profile = image.info.get("icc_profile")
        across, down = (float(dots) for dots in image.info.get("dpi", (1, 1)))
        image.load()
        pixels, _ = to_eight_bits(image)
        width, height = map(float, pixels.size)
        # A fax has twice as many dots across as down.
        if across > 0 and down > 0 and 0.25 <= across / down <= 4:
            width, height = (width, height * across / down) if across > down else (width * down / across, height)
        scale = min(1.0, side / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        if size != pixels.size:
            pixels = pixels.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        pixels, _ = to_srgb(pixels, profile if isinstance(profile, bytes) else None)
        if pixels.mode == "RGBA":
            pixels = Image.alpha_composite(Image.new("RGBA", pixels.size, "white"), pixels)
        return pixels.convert("RGB"), ""


def main() -> None:
    """The process."""
    limit_memory(_ADDRESS_SPACE)
    asked: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    limit_time(_OPENING_S)
    reader: _Reader
    try:
        reader = _Pdf(data) if asked["format"] == "PDF" else _Tiff(data)
    except _Refused as refused:
        _write({"refused": str(refused)})
        return
    is_new = not asked["pages"]
    places: int | list[int] = len(reader.places) if isinstance(reader.places, range) else list(reader.places)
    _write({"places": places, "size": reader.size, "cut": reader.cut} if is_new else {})
    for place in asked["pages"]:
        limit_time(asked["page_s"])
        try:
            pixels, text = reader.draw(place, asked["side"])
        except Exception:  # noqa: BLE001 - whatever is wrong with a page, the next one may be sound
            _write({"failed": True})
            continue
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        cut = len(text) > _CHARACTERS
        _write({"width": pixels.width, "height": pixels.height, "text": text[:_CHARACTERS], "cut": cut})
        sys.stdout.buffer.write(pixels.tobytes("raw", "BGR"))
        sys.stdout.buffer.flush()


def _write(line: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
