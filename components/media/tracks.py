"""Which kinds of track a clip has, read from its container. OpenCV cannot tell that there is sound, or protection.

Reads the few fields that say so; everything else about a clip comes from the decoder. MP4 and QuickTime boxes: ISO/IEC
14496-12, sections 4.2 and 8.4.3, https://developer.apple.com/documentation/quicktime-file-format; Matroska elements:
RFC 9559, section 5.1.4; AVI's `strh` and ASF's stream types: Microsoft's file references; FLV header: Adobe's FLV
specification, annex E.2; MPEG stream numbers: ISO/IEC 13818-1, table 2-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Where headers are, in containers that have no table of contents to walk through.
_HEAD = 1_000_000
_SEGMENT, _TRACKS, _TRACK, _TRACK_TYPE = 0x18538067, 0x1654AE6B, 0xAE, 0x83
_ASF_SOUND = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")


def has_sound(format: str, data: bytes) -> bool:
    """Whether a clip of a format of `limits.CLIP_ENDINGS` has a sound track. Never raises."""
    match format:
        case "MP4":
            return "soun" in (track_kinds(data) or ())
        case "WebM":
            return b"\x02" in _matroska_types(data)
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
        minf = mdia and _inside(data, *mdia, b"minf")
        stbl = minf and _inside(data, *minf, b"stbl")
        stsd = stbl and _inside(data, *stbl, b"stsd")
        # 4 bytes of version and flags, 4 of the number of entries, then the first entry: size and name.
        if stsd and data[stsd[0] + 12 : stsd[0] + 16] == b"encv":
            kinds.add("encv")
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


def _matroska_types(data: bytes) -> set[bytes]:
    """The types of all tracks: 1 picture, 2 sound."""
    for segment, start, end in _elements(data, 0, len(data)):
        if segment != _SEGMENT:
            continue
        for tracks, first, last in _elements(data, start, end):
            if tracks == _TRACKS:
                return {
                    data[value:value_end]
                    for track, inner, inner_end in _elements(data, first, last)
                    if track == _TRACK
                    for field, value, value_end in _elements(data, inner, inner_end)
                    if field == _TRACK_TYPE
                }
    return set()


def _elements(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yields number, first byte and end of the content of the elements in a range; the last may be cut."""
    while start + 2 <= end:
        number_bytes = 9 - data[start].bit_length()
        size_at = start + number_bytes
        if size_at >= end:
            return
        size_bytes = 9 - data[size_at].bit_length()
        first = size_at + size_bytes
        if number_bytes > 4 or size_bytes > 8 or first > end:
            return
        unknown = (1 << 7 * size_bytes) - 1
        size = int.from_bytes(data[size_at:first], "big") & unknown
        # A size of all ones is unknown: a live recording's segment goes on to the end.
        last = end if size == unknown else min(first + size, end)
        yield int.from_bytes(data[start:size_at], "big"), first, last
        start = last
