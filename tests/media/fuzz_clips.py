"""Feeds damaged clips to a reader, the page's or the simulator's, which may neither crash, hang nor grow.

It has a process of its own. Run by `test_fuzz_clips.py` for some seconds, and by hand for as long as one likes:
``python -m tests.media.fuzz_clips --seconds 60 --seed 1 --reader simulator``. Real files of every kind are damaged by
flipped, cut, repeated and moved bytes; each is read as in use. Printed at the end: files tried, taken and refused, the
longest time for one, and how much the process grew.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import struct
import sys
import time

import psutil

from components.core.errors import MediaError
from components.gateway.errors import GatewayError
from components.gateway.media.clips import measure_clip
from components.media.clip_cache import ClipCache
from components.media.rendering import FrameStyle
from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard
from components.media.video import open_clip
from tests.media.clips import MEDIA, recorded

# One small clip has 300 frames of 160 x 16 px: whatever a damaged header says, this is far too long for it.
LONGEST_S = 20.0
# What may be in use when it is over, beside what was after a quarter of the time: libraries keep what they once took.
SETTLED = 0.25
MOST_GROWTH = 200_000_000
# An allocation that a header talks the reader into ends in an error instead of the machine's memory.
ADDRESS_SPACE = 4_000_000_000
# What often stands in a header: sizes, counts and times that do not fit.
WORDS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reader", choices=READERS, default="page")
    typed = parser.parse_args()
    read = READERS[typed.reader]
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    chance = random.Random(typed.seed)
    sources = seeds()
    tried = taken = 0
    longest = (0.0, "")
    used = 0
    began = time.monotonic()
    while time.monotonic() - began < typed.seconds:
        name, data = chance.choice(sources)
        started = time.monotonic()
        # Known beforehand, for whoever has to find out what ended the process.
        print(f"\r{tried} {name} {typed.seed}", end="", file=sys.stderr, flush=True)
        taken += read(name, damaged(data, chance), chance)
        longest = max(longest, (time.monotonic() - started, name))
        tried += 1
        if not used and time.monotonic() - began > typed.seconds * SETTLED:
            used = memory()
    growth = memory() - used if used else 0
    print(f"\n{tried} files, {taken} taken, {tried - taken} refused; longest {longest[0]:.2f} s; grew {growth:,} bytes")
    if longest[0] > LONGEST_S:
        sys.exit(f"{longest[1]} took {longest[0]:.1f} s")
    if growth > MOST_GROWTH:
        sys.exit(f"it grew by {growth:,} bytes")


def seeds() -> list[tuple[str, bytes]]:
    """Small clips of every container and most codecs."""
    found = [(path.name, path.read_bytes()) for path in sorted(MEDIA.glob("counted*"))]
    for ending, write in {
        "mkv": {"format": "matroska", "options": {"bf": "2", "g": "12"}},
        "mov": {"format": "mov", "rotation": 90, "size": (16, 160)},
        "avi": {"format": "avi", "codec": "mpeg4", "ticks": 25},
        "mpg": {"format": "mpeg", "codec": "mpeg2video", "ticks": 25},
        "wmv": {"format": "asf", "codec": "wmv2"},
        "flv": {"format": "flv", "options": {"g": "12"}},
        "webm": {"format": "webm", "codec": "libvpx-vp9"},
        "mp4": {"sound": True, "container_options": {"movflags": "frag_keyframe+empty_moov"}},
    }.items():
        found.append((f"a.{ending}", recorded(40, **write)))  # type: ignore[arg-type]  # a table of options
    return found


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The file with one to twelve places changed; more often in its first kilobytes, where the headers are."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        reach = len(changed) if chance.random() < 0.5 else min(len(changed), 2048)
        place = chance.randrange(max(1, reach))
        match chance.randrange(7):
            case 0:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                changed[place : place + 4] = struct.pack(">I", chance.choice(WORDS))
            case 2:
                changed[place : place + 4] = struct.pack("<I", chance.choice(WORDS))
            case 3:
                del changed[place : place + chance.randint(1, 200)]
            case 4:
                changed[place:place] = changed[place : place + chance.randint(1, 400)]
            case 5:
                changed[place:] = b"" if chance.random() < 0.2 else changed[place:]
            case _:
                other = chance.randrange(max(1, len(changed)))
                changed[place : place + 16] = changed[other : other + 16]
    return bytes(changed)


def read_by_page(name: str, data: bytes, chance: random.Random) -> bool:
    """Reads a file as the page does; True if frames came of it. Anything but `MediaError` is a failure."""
    rule = chance.choice(("count", "rate", "scenes"))
    sampling = Sampling(
        rule=rule, count=chance.randint(1, 12), rate=chance.choice((0.5, 4.0)), exact=chance.random() < 0.5
    )
    try:
        board = make_storyboard(open_clip(name, data), sampling, FrameStyle(256, 60), cache=ClipCache(10_000_000))
    except MediaError as refusal:
        assert "\n" not in str(refusal) and len(str(refusal)) < 400, str(refusal)
        return False
    times = [part.time_s for part in board.parts]
    assert times == sorted(set(times)) and len(times) <= 64
    assert all(max(part.width, part.height) <= 256 and len(part.data) < 1_000_000 for part in board.parts)
    return True


def read_by_simulator(name: str, data: bytes, chance: random.Random) -> bool:
    """Reads a file as the simulator does when it comes as a `video_url`; True if it was measured."""
    try:
        clip = measure_clip(data, name, "video_url")
    except GatewayError as refusal:
        assert refusal.status == 400
        return False
    assert 0 < len(clip.frames) <= 12 and clip.tokens > 0
    return True


READERS = {"page": read_by_page, "simulator": read_by_simulator}


def memory() -> int:
    return int(psutil.Process(os.getpid()).memory_info().rss)


if __name__ == "__main__":
    main()
