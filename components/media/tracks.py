"""Which kinds of track a clip has, read from its container. OpenCV cannot tell that there is sound, or protection.

Reads the few fields that say so; everything else about a clip comes from the decoder. MP4 and QuickTime boxes: ISO/IEC
14496-12, sections 4.2 and 8.4.3, https://developer.apple.com/documentation/quicktime-file-format; AVI's `strh` and
ASF's stream types: Microsoft's file references; FLV header: Adobe's FLV specification, annex E.2; MPEG stream numbers:
ISO/IEC 13818-1, table 2-22. Matroska is `matroska`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from components.media import matroska

# Where headers are, in containers that have no table of contents to walk through.
_HEAD = 1_000_000
_ASF_SOUND = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")


def has_sound(format: str, data: bytes) -> bool:
    """Whether a clip of a format of `limits.CLIP_ENDINGS` has a sound track. Never raises."""
    match format:
        case "MP4":
            return "soun" in (track_kinds(data) or ())
        case "WebM":
            return matroska.SOUND in matroska.track_types(data)
        case "AVI":
            return re.search(rb"strh.{4}auds", data[:_HEAD], re.DOTALL) is not None
        case "WMV":
            return _ASF_SOUND in data[:_HEAD]
        case "FLV":
            return bool(data[4:5] and data[4] & 4)
        case _:
            return re.search(rb"\0\0\x01[\xbd\xc0-\xdf]", data[:_HEAD]) is not None


def track_kinds(data: bytes) -> frozenset[str] | None:
    """Gives the handler of every track of an MP4: ``vide`` picture, ``soun`` sound, others such as ``text``.

    ``encv`` is added where a picture track is encrypted. None when the file has no index (`moov`), as a recording that
    was cut short, or is no MP4. Never raises.
    """
    moov = box_inside(data, (0, len(data)), b"moov")
    if moov is None:
        return None
    kinds: set[str] = set()
    for track in _tracks(data, moov):
        if kind := _kind(data, track):
            kinds.add(kind)
        entries = box_inside(data, track, b"mdia", b"minf", b"stbl", b"stsd")
        # 4 bytes of version and flags, 4 of the number of entries, then the first entry: size and name.
        if entries and data[entries[0] + 12 : entries[0] + 16] == b"encv":
            kinds.add("encv")
    return frozenset(kinds)


def first_picture_track(data: bytes) -> tuple[int, int] | None:
    """Gives the first byte and the end of the content of an MP4's first picture track, the one that is decoded."""
    moov = box_inside(data, (0, len(data)), b"moov")
    return next((track for track in _tracks(data, moov) if _kind(data, track) == "vide"), None) if moov else None


def box_inside(data: bytes, place: tuple[int, int], *path: bytes) -> tuple[int, int] | None:
    """Gives the first byte and the end of the content of the first box on a path of names, each inside the last."""
    for wanted in path:
        found = next(((first, last) for name, first, last in _boxes(data, *place) if name == wanted), None)
        if found is None:
            return None
        place = found
    return place


def _tracks(data: bytes, moov: tuple[int, int]) -> list[tuple[int, int]]:
    return [(first, last) for name, first, last in _boxes(data, *moov) if name == b"trak"]


def _kind(data: bytes, track: tuple[int, int]) -> str | None:
    hdlr = box_inside(data, track, b"mdia", b"hdlr")
    # 4 bytes of version and flags, 4 of component type, then the handler.
    return data[hdlr[0] + 8 : hdlr[0] + 12].decode("latin-1") if hdlr and hdlr[1] - hdlr[0] >= 12 else None


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
