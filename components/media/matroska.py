"""What a Matroska or WebM states that OpenCV does not tell: its tracks, its length in bytes, when its pictures begin.

Elements: RFC 9559, section 5.1. Nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterator

PICTURE, SOUND = 1, 2
_SEGMENT, _INFO, _SCALE = 0x18538067, 0x1549A966, 0x2AD7B1
_TRACKS, _TRACK, _TRACK_NUMBER, _TRACK_TYPE = 0x1654AE6B, 0xAE, 0xD7, 0x83
_CLUSTER, _TIME, _SIMPLE_BLOCK, _BLOCK_GROUP, _BLOCK = 0x1F43B675, 0xE7, 0xA3, 0xA0, 0xA1
# Nanoseconds that a tick has where the file does not say.
_USUAL_SCALE = 1_000_000


def track_types(data: bytes) -> frozenset[int]:
    """The types of all tracks: `PICTURE`, `SOUND` and others."""
    return frozenset(kind for kind, _ in _tracks(data))


def ends_early(data: bytes) -> bool:
    """Whether it states more bytes than it has; never of a recording that states none."""
    return any(
        stated is not None and first + stated > len(data)
        for _, first, _, stated in _stated_elements(data, 0, len(data))
    )


def first_picture_s(data: bytes) -> float:
    """Says when its first picture is shown, by the file's own clock, which players count by; 0 where nothing tells."""
    picture = next((number for kind, number in _tracks(data) if kind == PICTURE), None)
    if picture is None or not 0 < picture < 128:
        return 0.0
    scale = _USUAL_SCALE
    for name, start, end in _segment(data):
        if name == _INFO:
            scale = _number(data, _child(data, start, end, _SCALE)) or _USUAL_SCALE
        elif name == _CLUSTER:
            begun = _number(data, _child(data, start, end, _TIME)) or 0
            for first in _blocks(data, start, end):
                # A block begins with the number of its track, one byte up to 127, and its time in the cluster.
                if data[first : first + 1] == bytes([0x80 | picture]):
                    after = int.from_bytes(data[first + 1 : first + 3], "big", signed=True)
                    return max(0.0, (begun + after) * scale / 1e9)
    return 0.0


def _tracks(data: bytes) -> Iterator[tuple[int, int]]:
    """Yields type and number of every track; 0 where one is not stated."""
    for name, start, end in _segment(data):
        if name == _TRACKS:
            for track, first, last in _elements(data, start, end):
                if track == _TRACK:
                    kind, number = (_number(data, _child(data, first, last, it)) for it in (_TRACK_TYPE, _TRACK_NUMBER))
                    yield kind or 0, number or 0


def _blocks(data: bytes, start: int, end: int) -> Iterator[int]:
    """Yields where the content of each block of a cluster begins."""
    for name, first, last in _elements(data, start, end):
        if name == _SIMPLE_BLOCK:
            yield first
        elif name == _BLOCK_GROUP and (block := _child(data, first, last, _BLOCK)):
            yield block[0]


def _segment(data: bytes) -> Iterator[tuple[int, int, int]]:
    for name, start, end in _elements(data, 0, len(data)):
        if name == _SEGMENT:
            yield from _elements(data, start, end)


def _child(data: bytes, start: int, end: int, wanted: int) -> tuple[int, int] | None:
    return next(((first, last) for name, first, last in _elements(data, start, end) if name == wanted), None)


def _number(data: bytes, place: tuple[int, int] | None) -> int | None:
    return int.from_bytes(data[place[0] : place[1]], "big") if place and place[1] - place[0] <= 8 else None


def _elements(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yields number, first byte and end of the content of the elements in a range; the last may be cut."""
    for number, first, last, _ in _stated_elements(data, start, end):
        yield number, first, last


def _stated_elements(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int | None]]:
    """As `_elements`, with the size that each states, which may be more than there is; None for an unknown one."""
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
        yield int.from_bytes(data[start:size_at], "big"), first, last, None if size == unknown else size
        start = last
