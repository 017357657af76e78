"""Which kinds of track an MP4 or QuickTime file has, read from its boxes. OpenCV cannot tell that there is sound.

Reads `moov/trak/mdia/hdlr` only; everything else about a clip comes from the decoder. Box layout: ISO/IEC 14496-12,
sections 4.2 and 8.4.3; https://developer.apple.com/documentation/quicktime-file-format.
"""

from __future__ import annotations

from collections.abc import Iterator


def track_kinds(data: bytes) -> frozenset[str] | None:
    """Gives the handler of every track: ``vide`` picture, ``soun`` sound, others such as ``text``.

    None when the file has no index (`moov`), as a recording that was cut short, or is no MP4. Never raises.
    """
    moov = _inside(data, 0, len(data), b"moov")
    if moov is None:
        return None
    kinds: set[str] = set()
    for name, start, end in _boxes(data, *moov):
        if name != b"trak":
            continue
        mdia = _inside(data, start, end, b"mdia")
        hdlr = mdia and _inside(data, *mdia, b"hdlr")
        if hdlr and hdlr[1] - hdlr[0] >= 12:
            # 4 bytes of version and flags, 4 of component type, then the handler.
            kinds.add(data[hdlr[0] + 8 : hdlr[0] + 12].decode("latin-1"))
    return frozenset(kinds)


def _inside(data: bytes, start: int, end: int, wanted: bytes) -> tuple[int, int] | None:
    """Gives the first byte and the end of the content of the first box called `wanted`."""
    return next(((first, last) for name, first, last in _boxes(data, start, end) if name == wanted), None)


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yields name, first byte and end of the content of the boxes in a range; stops at the first that does not fit."""
    while start + 8 <= end:
        size, header = int.from_bytes(data[start : start + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            return
        yield data[start + 4 : start + 8], start + header, start + size
        start += size
