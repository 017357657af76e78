"""Which of the pictures in a TIFF are pages: not the small copies and the masks that belong to another one."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

# NewSubfileType and the older SubfileType, TIFF 6.0, pages 36 and 40: bit 0 a smaller copy, bit 2 a mask; 2 a copy.
_NEW_SUBFILE, _SUBFILE = 254, 255
_COPY_OR_MASK, _COPY = 0b101, 2
# So many are looked at to find a second page; copies stand behind the page that they belong to.
_LOOKED_AT = 16


def is_page(image: Image.Image) -> bool:
    """Whether the picture at which a TIFF stands is a page of its own."""
    tags = getattr(image, "tag_v2", {})
    return not (int(tags.get(_NEW_SUBFILE, 0)) & _COPY_OR_MASK or tags.get(_SUBFILE) == _COPY)


def has_pages(data: bytes) -> bool:
    """Whether a TIFF has more than one page, as far as that can be read at all."""
    pages = 0
    try:
        with Image.open(BytesIO(data), formats=["TIFF"]) as image:
            for place in range(_LOOKED_AT):
                image.seek(place)
                pages += is_page(image)
    except Exception:  # noqa: BLE001 - it ends there, or is damaged: then reading it as a picture says so
        return pages > 1
    return pages > 1
