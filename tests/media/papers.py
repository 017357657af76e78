"""Small PDFs, animations and TIFFs of several pages, written here: every page and frame tells its number."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

A4 = (595, 842)


def pdf(pages: int = 3, *, sizes: Sequence[tuple[int, int]] = (A4,), trailer: str = "") -> bytes:
    """A PDF whose pages have `sizes` in points, in turn, a text with their number, and a bar as long as it is high."""
    bodies: list[bytes] = []
    for number in range(pages):
        width, height = sizes[number % len(sizes)]
        text = f"BT /F1 24 Tf 30 100 Td (This is {number + 1}.) Tj ET"
        drawn = f"0.{number % 10} 0.5 0.2 rg 20 20 {20 + number * 9} 40 re f {text}"
        content = 4 + 2 * number
        box = f"/MediaBox [0 0 {width} {height}] /Resources << /Font << /F1 3 0 R >> >>"
        bodies.append(stream(drawn.encode()))
        bodies.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {content} 0 R >>".encode())
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(pages))
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            *bodies,
        ],
        trailer,
    )


def one_page(content: bytes, resources: bytes = b"", more: Sequence[bytes] = ()) -> bytes:
    """A PDF of one page that draws `content`, an object; `more` objects follow as number 5 and so on."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << " + resources + b" >> /Contents 4 0 R >>"
    )
    catalog, pages = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
    return assembled([catalog, pages, page, content, *more])


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A compressed stream object."""
    packed = zlib.compress(data)
    return b"<< /Length %d /Filter /FlateDecode " % len(packed) + entries + b">>\nstream\n" + packed + b"\nendstream"


def assembled(objects: Sequence[bytes], trailer: str = "") -> bytes:
    """A PDF of these objects, numbered from 1, of which the first is the catalog."""
    made = b"%PDF-1.5\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(made)}\n%%EOF\n"
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end.encode()


def protected() -> bytes:
    """A PDF that asks for a password: nobody knows it."""
    key = "<" + "41" * 32 + ">"
    secret = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >> /ID [<00> <00>]"
    return pdf(1, trailer=secret)


def pictures(count: int, size: tuple[int, int] = (96, 64), mode: str = "RGB") -> list[Image.Image]:
    """Pictures of which each has a bar of another length and another ground."""
    made = []
    for number in range(count):
        image = Image.new("RGB", size, (number * 40 % 256, 90, 255 - number * 30 % 256))
        ImageDraw.Draw(image).rectangle((4, 4, 10 + number * 6, 20), fill="white")
        made.append(image.convert(mode))
    return made


def saved(images: Sequence[Image.Image], format: str, **options: Any) -> bytes:
    """The pictures as one file."""
    file = BytesIO()
    images[0].save(file, format, save_all=True, append_images=images[1:], **options)
    return file.getvalue()
