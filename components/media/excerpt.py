"""`Excerpt`: the packets of a clip that some frames need and no others, as a stream that OpenCV reads from its start.

PyAV finds the packets and writes them, unchanged, into a container that is made while it is read. So OpenCV never has
to seek, which it does by decoding up to a group of frames for one (`seek` in cap_ffmpeg_impl.hpp, 4.14), and it is not
given a container that was not written here.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from io import SEEK_CUR, SEEK_END, BufferedIOBase, RawIOBase

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from components.core.errors import MediaError
from components.media.containers import FAILURES, Unreadable, opened, packets, picture_stream
from components.media.index import Index
from components.media.source import Source

# A packet's time in the excerpt is its rank among all packets of the clip, one second each (OpenCV counts in what it
# takes for frames, some of a second), so that the time of a frame that comes back tells which it is. It is shown later
# than it is decoded, by more than encoders reorder.
REORDERED = 64


@dataclass(frozen=True, slots=True)
class Span:
    """Packets in the order of decoding: from the place `first`, where decoding can begin, to `last`, both included."""

    first: int
    last: int


def spans_of(index: Index, numbers: Sequence[int]) -> list[Span]:
    """The spans to decode for the frames of ascending numbers; frames that share packets share a span."""
    spans: list[Span] = []
    for number in numbers:
        first, last = index.entry(number), index.place(int(index.shown[number]))
        if spans and first <= spans[-1].last + 1:
            spans[-1] = Span(spans[-1].first, max(spans[-1].last, last))
        else:
            spans.append(Span(first, last))
    return spans


def packets_of(
    index: Index, container: InputContainer, stream: VideoStream, spans: Sequence[Span]
) -> Iterator[Packet[VideoStream]]:
    """Yields the packets of ascending spans, going to the beginning of each. Ends where the file gives others."""
    reader: Iterator[Packet[VideoStream]] | None = None
    at = -1
    for span in spans:
        if reader is None or not at < span.first <= at + 32:
            reader = _sought(index, container, stream, span.first)
        for packet in reader:
            assert packet.pts is not None
            at = index.place(packet.pts)
            if span.first <= at <= span.last:
                yield packet
            if at >= span.last:
                break


def _sought(index: Index, container: InputContainer, stream: VideoStream, first: int) -> Iterator[Packet[VideoStream]]:
    """Packets from a place on; where seeking does not lead to it, from the beginning.

    In an MPEG program stream not every packet has a time: those after a seek may be given others than by reading on.
    """
    if first > 0:
        try:
            container.seek(int(index.decoded[first]), stream=stream)
            reader = packets(container, stream)
            for packet in reader:
                assert packet.pts is not None
                place = index.place(packet.pts)
                if place == first:
                    return _behind(packet, reader)
                if not 0 <= place < first:
                    break
        except FAILURES:
            pass
    container.seek(0)
    return packets(container, stream)


def _behind(first: Packet[VideoStream], others: Iterator[Packet[VideoStream]]) -> Iterator[Packet[VideoStream]]:
    yield first
    yield from others


class Excerpt(BufferedIOBase):
    """The stream. Nothing that goes wrong in it may raise: OpenCV takes that for its own error and ends the process."""

    def __init__(self, source: Source, index: Index, spans: Sequence[Span]) -> None:
        self._made = bytearray()
        self._given = 0
        self._open = ExitStack()
        self._chunks = self._make(source, index, spans)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """OpenCV asks for it, and is told at each attempt that it is not."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes; none at the end."""
        wanted = 1 << 20 if size is None or size < 0 else size
        while len(self._made) < wanted and next(self._chunks, None) is not None:
            pass
        given = bytes(self._made[:wanted])
        del self._made[:wanted]
        self._given += len(given)
        return given

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Tells where it stands; goes nowhere else."""
        stays = (whence == SEEK_CUR and offset == 0) or (whence not in (SEEK_CUR, SEEK_END) and offset == self._given)
        return self._given if stays else -1

    def close(self) -> None:
        """Closes the clip's file."""
        self._chunks.close()
        super().close()

    def _make(self, source: Source, index: Index, spans: Sequence[Span]) -> Generator[bool]:
        """Writes packet by packet into `_made`."""
        try:
            with opened(source) as container:
                stream = picture_stream(container)
                if stream is None:
                    return
                with _container(self._made, stream) as written:
                    yield from _written(index, container, stream, spans, written)
            yield True
        except (MediaError, Unreadable, *FAILURES):
            return


def _container(made: bytearray, stream: VideoStream) -> OutputContainer:
    """Begins a Matroska, or a NUT for the codecs that a Matroska has no place for. Raises: ValueError for others."""
    written = av.open(_Sink(made), "w", format="matroska", options={"live": "1"})
    try:
        written.add_stream_from_template(stream)
    except ValueError:
        written = av.open(_Sink(made), "w", format="nut")
        written.add_stream_from_template(stream)
    return written


def _written(
    index: Index, container: InputContainer, stream: VideoStream, spans: Sequence[Span], written: OutputContainer
) -> Iterator[bool]:
    track = written.streams.video[0]
    for packet in packets_of(index, container, stream, spans):
        assert packet.pts is not None
        place, rank = index.place(packet.pts), index.rank(packet.pts)
        packet.stream = track
        packet.time_base = Fraction(1)
        packet.pts, packet.dts, packet.duration = rank + REORDERED, place, 1
        written.mux(packet)
        yield True


class _Sink(RawIOBase):
    def __init__(self, made: bytearray) -> None:
        self._made = made

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        chunk = bytes(data)  # type: ignore[call-overload]  # any buffer
        self._made += chunk
        return len(chunk)
