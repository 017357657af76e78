"""Frames of a clip: what the page needs for them, against reading the clip through once, all in one run.

Run with ``python -m tests.benchmarks.frames``. It makes its clips: 1080p H.264 at 30 frames a second with encoder
defaults but for a keyframe every five seconds (as phones and browsers set them, or closer), a moving picture under a
little noise. Reading through is done twice, with OpenCV's `VideoCapture.read` and with PyAV; the app reads with OpenCV,
so that is what is compared with, within each round, and PyAV stands beside it. Seconds are the least of the rounds.
`--seconds` makes the clip longer, `--keyframe` sets the frames between two keyframes.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import av
import cv2
import numpy as np

from components.media.limits import FRAME_LONGEST_SIDE
from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard
from components.media.video import open_clip

ROUNDS = 3
RATE = 30
LARGE_BYTES = 199_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--keyframe", type=int, default=150)
    parser.add_argument("--memory-of", type=Path, help=argparse.SUPPRESS)
    typed = parser.parse_args()
    if typed.memory_of:
        report_memory(typed.memory_of)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        make_clip(path, typed.seconds, typed.keyframe)
        data = path.read_bytes()
        print(
            f"clip: {typed.seconds} s, 1920 x 1080, H.264, keyframe every {typed.keyframe} frames, {len(data):,} bytes"
        )
        compare_speed(data)
        compare_memory(path, Path(folder) / "longer.mp4")
        first_frame(repeated(data, LARGE_BYTES // len(data)))


def compare_speed(data: bytes) -> None:
    """All kinds of work one after the other, round by round, so that what else the machine does weighs on all."""
    through = "reading it through with OpenCV"
    works: dict[str, Callable[[], object]] = {
        through: partial(read_with_opencv, data),
        "reading it through with PyAV": partial(read_with_pyav, data),
        **{
            f"{words}, opened, decoded, made small, encoded": partial(taken, data, sampling)
            for words, sampling in (
                ("8 frames, fast", Sampling(count=8)),
                ("8 frames, exact", Sampling(count=8, exact=True)),
                ("32 frames, exact", Sampling(count=32, exact=True)),
                ("scenes", Sampling(rule="scenes")),
            )
        },
    }
    seek = "8 frames by PyAV, each the keyframe before its time, made small and encoded"
    works[seek] = partial(keyframes_by_pyav, data, 8)
    rounds = [{words: timed(work) for words, work in works.items()} for _ in range(ROUNDS)]
    for words in works:
        best = min(spent[words] for spent in rounds)
        ratios = sorted(spent[through] / spent[words] for spent in rounds)
        print(f"{words}: {best:.2f} s, {ratios[0]:.1f} to {ratios[-1]:.1f} times as fast as reading it through")
    fast = next(words for words in works if words.startswith("8 frames, fast"))
    against = sorted(spent[fast] / spent[seek] for spent in rounds)
    print(f"8 frames, fast, take {against[0]:.2f} to {against[-1]:.2f} times as long as by a PyAV seek")


def keyframes_by_pyav(data: bytes, count: int) -> None:
    """As quick as frames come: a seek to the keyframe before each time, the first picture there, small as a JPEG."""
    with av.open(io.BytesIO(data)) as container:
        track = container.streams.video[0]
        assert track.duration is not None and track.time_base is not None
        for number in range(count):
            container.seek(int(track.duration * (2 * number + 1) / (2 * count)), stream=track)
            picture = next(container.decode(track)).to_image()
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


def make_clip(path: Path, seconds: int, keyframe: int) -> None:
    chance = np.random.default_rng(0)
    scene = cv2.GaussianBlur(chance.integers(0, 255, (1080, 3840, 3), np.uint8), (0, 0), 6)
    scene = cv2.normalize(scene, scene, 0, 255, cv2.NORM_MINMAX)
    grain = chance.integers(0, 14, (8, 1080, 1920, 3), np.uint8)
    options = {"g": str(keyframe), "preset": "veryfast", "crf": "18"}
    with av.open(str(path), "w") as container:
        track = container.add_stream("libx264", rate=RATE, options=options)
        track.width, track.height, track.pix_fmt = 1920, 1080, "yuv420p"
        for index in range(seconds * RATE):
            left = round(950 + 940 * np.sin(index / 200))
            view = cv2.add(scene[:, left : left + 1920], grain[index % len(grain)])
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


def read_with_opencv(data: bytes) -> None:
    video = cv2.VideoCapture(io.BytesIO(data), cv2.CAP_FFMPEG, [])  # type: ignore[call-overload]  # takes streams
    while video.read()[0]:
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
