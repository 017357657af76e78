"""How long a clip's file says that it is, against what is found in it: whether it was cut short.

A file that was cut short is read as far as it goes; this owns the sentence that says what is missing.
"""

from __future__ import annotations

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from components.media.source import Source

# A picture track that ends so much before the stated end was cut: a sound track may run on by less.
_MISSING_S = 1.0
# Readers by which FFmpeg gives the length that the file states; of others it is measured at the file's end, or guessed.
_STATING = frozenset({"mov", "matroska", "avi", "asf", "flv"})
# The "file properties" of a WMV: its identifier, then at these places the length in units of 100 ns, the time that
# players wait before they begin, in ms, and flags, of which the first says that nothing was known while it was written.
# Advanced Systems Format, section 3.2.
_ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_ASF_LENGTH, _ASF_WAIT, _ASF_FLAGS = slice(64, 72), slice(80, 88), slice(88, 92)
# Packets of a transport stream, of a camcorder's (each behind four bytes of time), of a broadcaster's; each begins with
# the same byte. ISO 13818-1, section 2.4.3.2.
_TS_PACKETS, _TS_FIRST = ((188, 0), (192, 4), (204, 0)), 0x47
# Sectors of a DVD, each of which begins as a pack does; what ends a program stream. ISO 13818-1, section 2.5.3.
_SECTOR_BYTES, _PACK, _PROGRAM_END = 2048, bytes.fromhex("000001ba"), bytes.fromhex("000001b9")
# A box begins with its size in 4 bytes and its kind in 4; if that size is 1, the true one follows in 8.
# ISO 14496-12, section 4.2.
_SHORT_HEAD, _LONG_HEAD, _LONG_BOX = 8, 16, 1
# So many packets or sectors in a row tell that a file is made of them.
_IN_A_ROW = 4


def stated_s(source: Source, container: InputContainer, stream: VideoStream, start_s: float) -> float:
    """How many seconds the picture track has by the file's own word; 0 where nothing tells.

    `start_s`: when its first frame is shown, by the file's clock. Where only the length of the whole is stated it may
    be that of the sound.
    """
    readers = set(container.format.name.split(","))
    if not _STATING & readers or stream.time_base is None:
        return 0.0
    if "asf" in readers and not container.duration:  # FFmpeg does not believe a header of another file size
        return _asf_s(source.head())
    if "avi" in readers and stream.frames and stream.average_rate:  # FFmpeg measures the length of one without index
        return float(stream.frames / stream.average_rate)
    if stream.duration and not _states_whole_only(container):
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / av.time_base - start_s


def notes(
    source: Source, container: InputContainer, stream: VideoStream, stated: float, found_s: float
) -> tuple[str, ...]:
    """Says what is missing at the end of a clip of which `found_s` seconds can be read; nothing if nothing is.

    `stated`: what `stated_s` gives.
    """
    if stated - found_s > _MISSING_S and not _is_sound(container, stream, stated):
        return (f"only the first {found_s:.1f} of {stated:.1f} seconds can be read; the file may be cut short",)
    if _ends_within_packet(source) or ("mov" in container.format.name and _ends_within_box(source)):
        return (f"the file breaks off after {found_s:.1f} seconds; how many are missing it does not say",)
    return ()


def _is_sound(container: InputContainer, stream: VideoStream, stated: float) -> bool:
    """Whether sound goes on until the stated end, so that it may be what is stated. Reads all of it."""
    sounds = [each for each in container.streams if each.type == "audio"]
    if not sounds or (stream.duration and not _states_whole_only(container)):
        return False
    for sound in sounds:
        sound.discard = av.stream.Discard.default
    container.seek(0)
    return any(
        packet.pts is not None and float(packet.pts * packet.time_base) >= stated - _MISSING_S
        for packet in container.demux(sounds)
    )


def _states_whole_only(container: InputContainer) -> bool:
    """Whether the file has one length for all its tracks, which FFmpeg may give each of them."""
    return "matroska" in container.format.name


def _asf_s(head: bytes) -> float:
    place = head.find(_ASF_PROPERTIES)
    if place < 0 or head[place:][_ASF_FLAGS][:1] not in (b"\x00", b"\x02"):
        return 0.0
    length, wait = (int.from_bytes(head[place:][field], "little") for field in (_ASF_LENGTH, _ASF_WAIT))
    return max(0.0, length / 1e7 - wait / 1e3)


def _ends_within_packet(source: Source) -> bool:
    """Whether a stream of packets of one size, which states no length, ends within one."""
    head = source.head()
    for size, first in _TS_PACKETS:
        if len(head) > _IN_A_ROW * size and all(head[first + n * size] == _TS_FIRST for n in range(_IN_A_ROW)):
            return source.size_bytes % size != 0
    sectors = range(0, _IN_A_ROW * _SECTOR_BYTES, _SECTOR_BYTES)
    if len(head) > sectors.stop and all(head.startswith(_PACK, at) for at in sectors):
        return source.size_bytes % _SECTOR_BYTES not in (0, len(_PROGRAM_END))
    return False


def _ends_within_box(source: Source) -> bool:
    """Whether an MP4, which may be written in fragments and then state no length, ends within one of its boxes."""
    at = 0
    with source.open() as file:
        while at < source.size_bytes:
            file.seek(at)
            head = file.read(_LONG_HEAD)
            size = int.from_bytes(head[:4], "big")
            if size == _LONG_BOX:
                size = int.from_bytes(head[_SHORT_HEAD:], "big")
            if size < _SHORT_HEAD:  # the last one, which may leave its size open, or no box
                return False
            at += size
    return at > source.size_bytes
