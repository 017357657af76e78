"""Frames of a clip: what the page needs for them, against a PyAV seek and reading the clip through, all in one run.

Run with ``python -m tests.benchmarks.frames [--clip 1080p|4K60|hour]``. It makes its clips: H.264 with encoder defaults
but for a keyframe every five seconds (as phones and browsers set them, or closer), a moving picture under a little
noise. The hour is half a minute repeated. All ways go from the file to small JPEGs; seconds are the least of the
rounds, and a ratio is that of two ways in the same round, so that what else the machine does weighs on both.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import av
import cv2
import numpy as np

from components.media.limits import FRAME_LONGEST_SIDE
from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard
from components.media.video import open_clip

RATE = 30
LARGE_BYTES = 199_000_000
ROUNDS = 3


@dataclass(frozen=True)
class Kind:
    """`seconds` of a clip of `width` x `height` px, `times` times in a row; `rounds` of comparing."""

    width: int
    height: int
    rate: int
    seconds: int
    times: int = 1
    rounds: int = ROUNDS


KINDS = {
    "1080p": Kind(1920, 1080, 30, 30),
    "4K60": Kind(3840, 2160, 60, 10, times=2),
    "hour": Kind(1280, 720, 30, 30, times=120, rounds=1),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", choices=KINDS)
    parser.add_argument("--memory-of", type=Path, help=argparse.SUPPRESS)
    typed = parser.parse_args()
    if typed.memory_of:
        report_memory(typed.memory_of)
        return
    for name in [typed.clip] if typed.clip else KINDS:
        kind = KINDS[name]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "clip.mp4"
            make_clip(path, kind.seconds, 5 * kind.rate, size=(kind.width, kind.height), rate=kind.rate)
            data = repeated(path.read_bytes(), kind.times) if kind.times > 1 else path.read_bytes()
            print(f"{name}: {kind.seconds * kind.times:,} s, {kind.width} x {kind.height}, {len(data) / 1e6:,.0f} MB")
            compare_speed(data, kind.rounds)
            if name == "1080p":
                compare_memory(path, Path(folder) / "longer.mp4")
                first_frame(repeated(data, LARGE_BYTES // len(data)))


def compare_speed(data: bytes, rounds: int) -> None:
    """All kinds of work one after the other, round by round."""
    sought = "by PyAV, sought and decoded"
    works: dict[str, Callable[[], object]] = {
        "the first frame": partial(taken, data, Sampling(count=1)),
        f"the first frame {sought}": partial(by_pyav, data, 1),
        "8 frames, fast": partial(taken, data, Sampling(count=8)),
        f"8 frames, fast {sought}": partial(by_pyav, data, 8),
        "32 frames, exact": partial(taken, data, Sampling(count=32, exact=True)),
        f"32 frames, exact {sought}": partial(by_pyav, data, 32, exact=True),
        "scenes": partial(taken, data, Sampling(rule="scenes")),
        "read through with OpenCV": partial(read_with_opencv, data),
        "read through with PyAV": partial(read_with_pyav, data),
    }
    spent = [{words: timed(work) for words, work in works.items()} for _ in range(rounds)]
    for words in works:
        best = min(seconds[words] for seconds in spent)
        print(f"  {words}: {best:.2f} s", end="")
        for other, said in ((f"{words} {sought}", "as by PyAV"), ("read through with OpenCV", "as reading through")):
            if other in works and other != words:
                ratios = sorted(seconds[words] / seconds[other] for seconds in spent)
                print(f", {ratios[0]:.2f} to {ratios[-1]:.2f} times as long {said}", end="")
        print()


def by_pyav(data: bytes, count: int, *, exact: bool = False) -> None:
    """As quick as frames come: a seek to the keyframe before each time and the picture there, or decoding on to it."""
    with av.open(io.BytesIO(data)) as container:
        track = container.streams.video[0]
        assert track.duration is not None and track.time_base is not None
        for number in range(count):
            stamp = int(track.duration * (2 * number + 1) / (2 * count))
            container.seek(stamp, stream=track)
            frames = container.decode(track)
            frame = next(each for each in frames if not exact or (each.pts or 0) >= stamp)
            picture = frame.to_image()
            picture.thumbnail((FRAME_LONGEST_SIDE, FRAME_LONGEST_SIDE))
            picture.save(io.BytesIO(), "JPEG", quality=85)


def taken(data: bytes, sampling: Sampling) -> None:
    make_storyboard(open_clip("clip.mp4", data), sampling)


def compare_memory(path: Path, longer: Path) -> None:
    """In a process of its own each: what the work takes beyond the file, for the clip and one four times as long."""
    longer.write_bytes(repeated(path.read_bytes(), 4))
    for clip in (path, longer):
        command = [sys.executable, "-m", "tests.benchmarks.frames", "--memory-of", str(clip)]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())


def report_memory(path: Path) -> None:
    data = path.read_bytes()
    before = peak_bytes()
    clip = open_clip(path.name, data)
    for sampling in (Sampling(count=8), Sampling(count=32, exact=True), Sampling(rule="scenes")):
        make_storyboard(clip, sampling)
    megabytes = (peak_bytes() - before) / 1e6
    print(f"memory for 8 fast, 32 exact and scenes of {clip.duration_s:.0f} s: {megabytes:.0f} MB beside the file")


def first_frame(data: bytes) -> None:
    """From the bytes of a large upload to a frame that can be drawn."""
    spent = measured(lambda: make_storyboard(open_clip("large.mp4", data), Sampling(count=1)))
    eight = measured(lambda: make_storyboard(open_clip("large.mp4", data), Sampling(count=8)))
    print(f"first frame of a clip of {len(data) / 1e6:.0f} MB: {spent:.2f} s; first eight: {eight:.2f} s")


def make_clip(
    path: Path, seconds: int, keyframe: int, *, size: tuple[int, int] = (1920, 1080), rate: int = RATE
) -> None:
    """Writes a clip of `size` px at `rate` frames a second, with a keyframe every `keyframe` frames."""
    width, height = size
    chance = np.random.default_rng(0)
    scene = cv2.GaussianBlur(chance.integers(0, 255, (height, 2 * width, 3), np.uint8), (0, 0), 6)
    scene = cv2.normalize(scene, scene, 0, 255, cv2.NORM_MINMAX)
    grain = chance.integers(0, 14, (8, height, width, 3), np.uint8)
    options = {"g": str(keyframe), "preset": "veryfast", "crf": "18"}
    with av.open(str(path), "w") as container:
        track = container.add_stream("libx264", rate=rate, options=options)
        track.width, track.height, track.pix_fmt = width, height, "yuv420p"
        for index in range(seconds * rate):
            left = round((1 + 0.98 * np.sin(index / 200)) * width / 2)
            view = cv2.add(scene[:, left : left + width], grain[index % len(grain)])
            picture = av.VideoFrame.from_ndarray(view, format="bgr24")
            container.mux(track.encode(picture))
        container.mux(track.encode(None))


def repeated(data: bytes, times: int) -> bytes:
    """The clip, `times` times in a row in one file, as a long recording: its packets as they are, under new times."""
    with av.open(io.BytesIO(data)) as source:
        stamps = [packet.dts for packet in source.demux(source.streams.video[0]) if packet.dts is not None]
    length = len(stamps) * (stamps[1] - stamps[0])
    stream = io.BytesIO()
    with av.open(io.BytesIO(data)) as source, av.open(stream, "w", format="mp4") as target:
        picture = source.streams.video[0]
        track = target.add_stream_from_template(picture)
        for turn in range(times):
            source.seek(0, stream=picture)
            for packet in source.demux(picture):
                if packet.dts is None or packet.pts is None:
                    continue
                packet.dts += turn * length
                packet.pts += turn * length
                packet.stream = track
                target.mux(packet)
    return stream.getvalue()


@contextmanager
def plain_opencv() -> Iterator[None]:
    """OpenCV as it comes: the app has it open nothing but the excerpts that it writes."""
    options = os.environ.pop("OPENCV_FFMPEG_CAPTURE_OPTIONS")
    try:
        yield
    finally:
        os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = options


def read_with_opencv(data: bytes) -> None:
    with plain_opencv():
        video = cv2.VideoCapture(io.BytesIO(data), cv2.CAP_FFMPEG, [])  # type: ignore[call-overload]  # takes streams
        if not video.read()[0]:
            raise RuntimeError("OpenCV reads nothing of this clip")
        while video.grab() and video.retrieve()[0]:
            pass


def read_with_pyav(data: bytes) -> None:
    with av.open(io.BytesIO(data)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for picture in container.decode(container.streams.video[0]):
            picture.to_ndarray(format="bgr24")


def measured(work: Callable[[], object]) -> float:
    """The least of the seconds that `work` takes in a few rounds."""
    return min(timed(work) for _ in range(ROUNDS))


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def peak_bytes() -> int:
    """The most memory this process has held so far (Linux; `getrusage` counts what the parent held, too)."""
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) * 1024


if __name__ == "__main__":
    main()
