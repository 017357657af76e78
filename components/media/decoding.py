"""Gets the frames at given moments out of a clip, exactly, decoding as little as it allows.

Owns seeking; which moments are wanted is `sampling`'s matter. For every group of pictures with a wanted frame in it,
it goes to the group's keyframe and decodes up to the last wanted frame. Frames that no other one is built on are
decoded only when they are wanted, which saves about half of the work in usual clips.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from components.media.container import opened, packets
from components.media.video import Clip

# Called for every packet that is read; raises to stop the work.
Look = Callable[[], None]


class _TooFar(Exception):
    """A seek arrived behind the frame that was wanted: the file's table misleads."""


def frames_at(clip: Clip, indices: Sequence[int], look: Look = lambda: None) -> Iterator[tuple[int, VideoFrame]]:
    """Yields the frames number `indices` (into `clip.frame_times_s`, ascending), each with its true number.

    A frame that a damaged clip lost is replaced by the next one that decodes, never twice by the same; at the end of
    what decodes there are fewer frames than asked for. Frames come as they are stored: turning them upright is
    `rendering`'s matter. Raises: MediaError if the file cannot be read; whatever `look` raises.
    """
    last = -1
    with opened(clip.name, clip.data) as (container, stream):
        try:
            for keyframe, group in groupby(indices, lambda index: _keyframe(clip, index)):
                wanted = [index for index in group if index > last]
                for last, frame in _in_group(clip, container, stream, keyframe, wanted, look):
                    yield last, frame
        except _TooFar:
            # Reading from the start cannot go wrong, and once is enough for all that is left.
            wanted = [index for index in indices if index > last]
            yield from _in_group(clip, container, stream, 0, wanted, look)


def frame_number(clip: Clip, frame: VideoFrame) -> int:
    """The number of a decoded frame; -1 if it has no time."""
    stamp = frame.dts if frame.pts is None else frame.pts
    if stamp is None:
        return -1
    # The table's times were made from such stamps; half a tick is far less than any frame lasts.
    time_s = (stamp - clip.first_timestamp + 0.5) * float(clip.time_base)
    return bisect_right(clip.frame_times_s, time_s) - 1


def seek(clip: Clip, container: InputContainer, stream: VideoStream, keyframe: int) -> None:
    """Goes to a keyframe, by its place in `clip.keyframe_times_s`; to the start of the file for the first."""
    if keyframe > 0:
        container.seek(clip.timestamp(clip.keyframe_times_s[keyframe]), stream=stream, backward=True)
    else:
        container.seek(min(stream.start_time or 0, clip.first_timestamp, 0), stream=stream, backward=True)


def _keyframe(clip: Clip, index: int) -> int:
    """The place of the last keyframe at or before a frame."""
    return max(0, bisect_right(clip.keyframe_times_s, clip.frame_times_s[index]) - 1)


def _in_group(
    clip: Clip, container: InputContainer, stream: VideoStream, keyframe: int, wanted: Sequence[int], look: Look
) -> Iterator[tuple[int, VideoFrame]]:
    """Yields the wanted frames behind one keyframe. Raises: _TooFar if the seek missed them."""
    waiting = deque(wanted)
    if not waiting:
        return
    seek(clip, container, stream, keyframe)
    stamps = {clip.timestamp(clip.frame_times_s[index]) for index in wanted}
    first = True
    for frame in _decoded(container, stream, stamps, look):
        number = frame_number(clip, frame)
        if first and keyframe > 0 and number > waiting[0]:
            raise _TooFar
        first = False
        if number < waiting[0]:
            continue
        while waiting and waiting[0] <= number:
            waiting.popleft()
        yield number, frame
        if not waiting:
            return


def _decoded(container: InputContainer, stream: VideoStream, stamps: set[int], look: Look) -> Iterator[VideoFrame]:
    """Yields frames in the order of their times; of those that nothing is built on only the ones with `stamps`.

    Once the last of these is read the decoder is emptied, so that no further packet is. Damaged ones are left out.
    """
    context = stream.codec_context
    for packet in packets(container, stream):
        look()
        # Without times (AVI, MPEG-1) nothing tells which packet is which: all are decoded, up to the end if need be.
        known = packet.pts is not None
        context.skip_frame = "NONREF" if known and packet.pts not in stamps else "DEFAULT"
        with contextlib.suppress(av.FFmpegError):
            yield from context.decode(packet)
        stamps.discard(packet.pts if packet.pts is not None else -1)
        if not stamps:
            break
    with contextlib.suppress(av.FFmpegError):
        yield from context.decode(None)
