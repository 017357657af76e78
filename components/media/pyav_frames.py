"""Frames by PyAV: those that OpenCV cannot give. Fields of interlaced ones are made into whole frames.

A frame that the decoder itself calls damaged does not count as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import chain
from types import TracebackType

import av
from av.filter import Graph
from av.video.frame import VideoFrame

from components.media.containers import FAILURES, Unreadable, opened, packets, picture_stream
from components.media.excerpt import Span, packets_of
from components.media.orientation import Frame
from components.media.pixels import pixels
from components.media.video import Clip

# Frames that are read on to before seeking pays.
_NEAR = 8
# A filter is to be told one; what it makes of a frame does not depend on it.
_ANY_CLOCK = Fraction(1, 1000)


class PyavFrames:
    """Reads a clip forwards. To be used with `with`, and asked for ascending numbers."""

    def __init__(self, clip: Clip, check: Callable[[], None]) -> None:
        self._clip = clip
        self._check = check
        self._frames: Iterator[tuple[int, VideoFrame]] = iter(())
        self._ahead: list[tuple[int, VideoFrame]] = []
        self._reaches = -1

    def __enter__(self) -> PyavFrames:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def at(self, number: int) -> tuple[int, Frame] | None:
        """The first frame at or after `number` that decodes, with its own number; as stored, whole.

        None at the end of what decodes.
        """
        entry = self._clip.index.entry(number)
        if not self._ahead or self._ahead[-1][0] > number or entry > self._place() + _NEAR:
            self._begin(entry)
        while not self._ahead or self._ahead[-1][0] < number:
            found = next(self._frames, None)
            if found is None:
                return None
            self._ahead = [*self._ahead[-1:], found]
        found_number, frame = self._ahead[-1]
        return found_number, self._without_fields(frame)

    def _place(self) -> int:
        index = self._clip.index
        return index.place(int(index.shown[self._ahead[-1][0]])) if self._ahead else -1

    def _begin(self, entry: int) -> None:
        self._close()
        self._ahead = []
        self._frames = self._decoded(entry)

    def _close(self) -> None:
        if hasattr(self._frames, "close"):
            self._frames.close()

    def _decoded(self, entry: int) -> Iterator[tuple[int, VideoFrame]]:
        """Yields each sound frame with its number, from a packet on where decoding can begin."""
        index = self._clip.index
        try:
            with opened(self._clip.source) as container:
                stream = picture_stream(container)
                if stream is None:
                    return
                stream.thread_type = "AUTO"
                last = -1
                whole = Span(entry, index.decoded.size - 1)
                plain = index.is_plain
                rest = packets_of(index, container, stream, [whole]) if plain else packets(container, stream)
                for packet in chain(rest, (None,)):
                    self._check()
                    try:
                        frames = stream.decode(packet)
                    except FAILURES:
                        continue
                    for frame in frames:
                        number = index.number(frame.pts) if frame.pts is not None else -1
                        if number > last and not frame.is_corrupt:
                            last = number
                            yield number, frame
        except (Unreadable, *FAILURES):
            return

    def _without_fields(self, frame: VideoFrame) -> Frame:
        if frame.interlaced_frame:
            frame = self._deinterlaced(frame)
        return pixels(frame)

    def _deinterlaced(self, frame: VideoFrame) -> VideoFrame:
        """Makes a whole frame of the fields of one, with the help of the frames before and after it."""
        following = next(self._frames, None)
        graph = Graph()
        source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=_ANY_CLOCK)
        # One frame for each, of the fields in the order that the frame states; whole ones pass unchanged.
        filter = graph.add("bwdif", "mode=send_frame:parity=auto:deint=interlaced")
        sink = graph.add("buffersink")
        source.link_to(filter)
        filter.link_to(sink)
        graph.configure()
        before = [each for _, each in self._ahead[:-1] if each.format.name == frame.format.name]
        after = [following[1]] if following and following[1].format.name == frame.format.name else []
        made: list[VideoFrame] = []
        for each in (*before, frame, *after, None):
            graph.vpush(each)
            try:
                while True:
                    made.append(graph.vpull())
            except (av.BlockingIOError, av.EOFError):
                continue
        if following:
            self._ahead.append(following)
        # One comes out for each that went in; the filter's clock is another one.
        return made[len(before)] if len(made) > len(before) else frame
