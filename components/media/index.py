"""`Index`: the times of all frames of a clip and where decoding can begin, read from its packets without decoding."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.stream import VideoStream

from components.core.errors import MediaError
from components.media.containers import packets

Stamps = npt.NDArray[np.int64]
# [own] Four hours at 60 frames a second: a table of a few dozen megabytes.
_MOST_FRAMES = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """All packets of the picture track. Stamps are times in ticks of the track's own clock.

    `shown`: the stamps of the frames that are to be seen, ascending; each frame's number is its place here.
    `decoded`: the stamps of all packets in the order of decoding, with those that an edit list hides.
    `entries`: the places in `decoded` where decoding can begin, ascending. `last_s`: how many seconds the last of
    `shown` stands by its packet's own word; 0 where it says nothing.
    """

    shown: Stamps = field(repr=False)
    decoded: Stamps = field(repr=False)
    entries: Stamps = field(repr=False)
    last_s: float
    _by_stamp: Stamps = field(repr=False)
    _sorted: Stamps = field(repr=False)

    @property
    def hidden(self) -> int:
        """How many frames the file holds that are not to be seen."""
        return self.decoded.size - self.shown.size

    @property
    def keyframes(self) -> Stamps:
        """The numbers of the frames that are seen and where decoding can begin, ascending."""
        stamps = np.intersect1d(self.decoded[self.entries], self.shown)
        return np.searchsorted(self.shown, stamps)

    @property
    def is_plain(self) -> bool:
        """Whether a stamp tells a packet: not where an edit list goes through a part of the file several times."""
        groups = self.decoded[self.entries]
        return bool((np.diff(self._sorted) > 0).all() and (np.diff(groups) > 0).all())

    def place(self, stamp: int) -> int:
        """The place in `decoded` of the packet of a stamp; -1 if there is none."""
        at = int(np.searchsorted(self._sorted, stamp))
        return int(self._by_stamp[at]) if at < self._sorted.size and self._sorted[at] == stamp else -1

    def rank(self, stamp: int) -> int:
        """How many packets have earlier stamps."""
        return int(np.searchsorted(self._sorted, stamp))

    def number_of_rank(self, rank: int) -> int:
        """The number of the frame with so many packets of earlier stamps; -1 if that is not to be seen."""
        return self.number(int(self._sorted[rank])) if 0 <= rank < self._sorted.size else -1

    def number(self, stamp: int) -> int:
        """The number of the frame of a stamp; -1 if none of that stamp is to be seen."""
        at = int(np.searchsorted(self.shown, stamp))
        return at if at < self.shown.size and self.shown[at] == stamp else -1

    def entry(self, number: int) -> int:
        """The place in `decoded` of the last packet from which decoding on reaches a frame; 0 if it is the first."""
        if not self.is_plain:
            return 0
        stamp = self.shown[number]
        # A frame before its own group's keyframe in time needs the group before.
        place = int(np.searchsorted(self.entries, self.place(int(stamp)), side="right")) - 1
        while place > 0 and self.decoded[self.entries[place]] > stamp:
            place -= 1
        return int(self.entries[place]) if place >= 0 else 0


def read_index(name: str, container: InputContainer, stream: VideoStream) -> Index:
    """Reads all packets once. Raises: MediaError if there are too many."""
    stamps: list[int] = []
    entries: list[int] = []
    seen: list[int] = []
    last, last_s = -1, 0.0
    for packet in packets(container, stream):
        assert packet.pts is not None
        if packet.is_keyframe:
            entries.append(len(stamps))
        if not packet.is_discard:
            seen.append(packet.pts)
            if len(seen) == 1 or packet.pts > last:
                last, last_s = packet.pts, float((packet.duration or 0) * packet.time_base)
        stamps.append(packet.pts)
        if len(stamps) > _MOST_FRAMES:
            raise MediaError(f"{name!r} has more than {_MOST_FRAMES:,} frames: cut it and attach a part.")
    decoded = np.array(stamps, np.int64)
    order = np.argsort(decoded, kind="stable").astype(np.int64)
    shown = np.unique(np.array(seen, np.int64))
    return Index(shown, decoded, np.array(entries, np.int64), last_s, order, decoded[order])
