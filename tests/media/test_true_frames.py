"""Every frame that goes out is PyAV's frame at that time, whatever the kind of clip: clips made here, and compared.

What OpenCV gives without having decoded it never goes out.
"""

import io
import struct
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
import pytest

from components.media import opencv_frames as by_opencv
from components.media.decoding import frames_at
from components.media.video import open_clip

from .clips import recorded

SIZE = (320, 180)
GROUPS = {"g": "10", "bf": "2"}


def scene(index: int) -> np.ndarray:
    """A picture that moves: coloured cells, rolled on."""
    cells = np.random.default_rng(index // 50).integers(20, 235, (9, 16, 3), np.uint8)
    return np.roll(cv2.resize(cells, SIZE, interpolation=cv2.INTER_CUBIC), index * 4, axis=1)


def woven(index: int, size: tuple[int, int] = (320, 180), top_first: bool = True) -> np.ndarray:
    """Two moments, line by line, as a camera of fields takes them."""
    first, second = scene(2 * index), scene(2 * index + 1)
    pixels = (second if top_first else first).copy()
    pixels[::2] = (first if top_first else second)[::2]
    return pixels


def fields(count: int, codec: str, format: str, *, top_first: bool = True, ticks: int = 25) -> bytes:
    flags = {"flags": "+ilme+ildct", "g": "10"}
    if codec == "libx264":
        flags["x264-params"] = f"{'tff' if top_first else 'bff'}=1"
    stream = io.BytesIO()
    with av.open(stream, "w", format=format) as container:
        track = container.add_stream(codec, rate=25, options=flags)
        track.width, track.height, track.pix_fmt = 320, 192, "yuv420p"
        for index in range(count):
            pixels = cv2.copyMakeBorder(woven(index, top_first=top_first), 0, 12, 0, 0, cv2.BORDER_REPLICATE)
            picture = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
            picture.time_base = Fraction(1, 25)
            # libx264 asks whether the frame itself is interlaced.
            graph = av.filter.Graph()
            source = graph.add_buffer(width=320, height=192, format=picture.format, time_base=Fraction(1, 25))
            setter = graph.add("setfield", "tff" if top_first else "bff")
            sink = graph.add("buffersink")
            source.link_to(setter)
            setter.link_to(sink)
            graph.configure()
            graph.vpush(picture)
            picture = graph.vpull()
            picture.pts, picture.time_base = index, Fraction(1, 25)
            container.mux(track.encode(picture))
        container.mux(track.encode(None))
    return stream.getvalue()


def with_matrix(clip: bytes, matrix: tuple[int, int, int, int]) -> bytes:
    """The MP4 with another display matrix in the head of its track."""
    at = clip.index(b"tkhd") + 4 + 40
    a, b, c, d = (each << 16 for each in matrix)
    return clip[:at] + struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30) + clip[at + 36 :]


def by_pyav(data: bytes) -> dict[int, np.ndarray]:
    """All frames by their stamps, as PyAV decodes them and FFmpeg's filter makes whole ones of fields."""
    pictures = []
    with av.open(io.BytesIO(data)) as container:
        for packet in container.demux(video=0):
            try:
                pictures += packet.decode()
            except av.FFmpegError:
                continue
    if not any(picture.interlaced_frame for picture in pictures):
        return {picture.pts: picture.to_ndarray(format="bgr24") for picture in pictures}
    one = pictures[0]
    graph = av.filter.Graph()
    source = graph.add_buffer(width=one.width, height=one.height, format=one.format, time_base=one.time_base)
    deinterlace, sink = graph.add("bwdif", "mode=send_frame:deint=interlaced"), graph.add("buffersink")
    source.link_to(deinterlace)
    deinterlace.link_to(sink)
    graph.configure()
    stamps = [picture.pts for picture in pictures]
    made = []
    for picture in (*pictures, None):
        graph.vpush(picture)
        try:
            while True:
                made.append(graph.vpull())
        except (av.BlockingIOError, av.EOFError):
            continue
    return {stamp: picture.to_ndarray(format="bgr24") for stamp, picture in zip(stamps, made, strict=True)}


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """PSNR in decibels."""
    error = float(np.mean((one.astype(float) - other) ** 2))
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


@dataclass
class Kind:
    name: str
    make: Any
    ending: str = "mp4"
    upright: Any = field(default=lambda pixels: pixels)
    least: float = 40.0


KINDS = [
    Kind("h264", lambda: recorded(40, size=SIZE, picture=scene, options=GROUPS)),
    Kind("odd_size", lambda: recorded(20, codec="libvpx-vp9", format="webm", size=(321, 179), picture=None), "webm"),
    Kind("top_field_first", lambda: fields(40, "libx264", "mp4"), least=30),
    Kind("bottom_field_first", lambda: fields(40, "libx264", "mp4", top_first=False), least=30),
    Kind("fields_mkv", lambda: fields(40, "libx264", "matroska"), "mkv", least=30),
    Kind("fields_mpeg_2", lambda: fields(40, "mpeg2video", "mpeg"), "mpg", least=30),
    Kind(
        "mirrored",
        lambda: with_matrix(recorded(20, size=SIZE, picture=scene), (-1, 0, 0, 1)),
        upright=lambda pixels: pixels[:, ::-1],
    ),
    Kind(
        "upside_down_mirrored",
        lambda: with_matrix(recorded(20, size=SIZE, picture=scene), (1, 0, 0, -1)),
        upright=lambda pixels: pixels[::-1],
    ),
    Kind(
        "mirrored_and_turned",
        lambda: with_matrix(recorded(20, size=SIZE, picture=scene), (0, 1, 1, 0)),
        upright=lambda pixels: pixels.transpose(1, 0, 2),
    ),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_frame_is_the_one_of_its_time(kind):
    data = kind.make()
    clip = open_clip(f"a.{kind.ending}", data)
    truth = by_pyav(data)
    for numbers in (range(0, clip.frame_count, 7), range(clip.frame_count)):
        taken = list(frames_at(clip, numbers))
        assert [number for number, _ in taken] == list(numbers)
        for number, pixels in taken:
            expected = kind.upright(truth[int(clip.index.shown[number])])
            assert pixels.shape == expected.shape
            assert likeness(pixels, expected) >= kind.least, (kind.name, number)


@pytest.mark.parametrize("kind", KINDS[2:6], ids=lambda kind: kind.name)
def test_fields_are_told_and_do_not_comb(kind):
    clip = open_clip(f"a.{kind.ending}", kind.make())
    assert clip.interlaced and "interlaced: each frame is made of its fields anew" in clip.notes
    (_, pixels), *_ = list(frames_at(clip, [20]))
    lines = pixels[:180].astype(float)
    combing = np.abs(lines[1:-1:2] - (lines[:-2:2] + lines[2::2]) / 2).mean()
    raw = woven(20).astype(float)
    assert combing < 0.5 * np.abs(raw[1:-1:2] - (raw[:-2:2] + raw[2::2]) / 2).mean()


class Liar:
    """A capture that says it retrieved frames, and gives something else: as OpenCV does where it cannot convert."""

    lie = staticmethod(lambda pixels, number: pixels)

    def __init__(self, *given: Any) -> None:
        self._video = LYING_FOR(*given)
        self._count = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._video, name)

    def retrieve(self) -> tuple[bool, np.ndarray]:
        _, pixels = self._video.retrieve()
        self._count += 1
        return True, type(self).lie(pixels, self._count)


LYING_FOR = cv2.VideoCapture
NOISE = np.random.default_rng(0).integers(0, 255, (SIZE[1], SIZE[0], 3), np.uint8)
HELD: list[np.ndarray] = []


def _stale(pixels: np.ndarray, number: int) -> np.ndarray:
    """The frame that was converted last, from the third on."""
    if number <= 2:
        HELD[:] = [pixels]
    return HELD[0]


LIES = {
    "black from the start": lambda pixels, number: np.zeros_like(pixels),
    "memory of anything": lambda pixels, number: NOISE.copy(),
    "black later": lambda pixels, number: pixels if number < 3 else np.zeros_like(pixels),
    "the frame before": _stale,
    "another size": lambda pixels, number: pixels if number < 2 else pixels[:90],
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_what_was_not_decoded_never_goes_out(monkeypatch, lie):
    data = recorded(40, size=SIZE, picture=scene, options=GROUPS)
    clip, truth = open_clip("a.mp4", data), by_pyav(data)
    monkeypatch.setattr(Liar, "lie", staticmethod(lie))
    monkeypatch.setattr(by_opencv.cv2, "VideoCapture", Liar)
    numbers = range(0, 40, 5)
    taken = list(frames_at(clip, numbers))
    assert [number for number, _ in taken] == list(numbers)
    for number, pixels in taken:
        assert likeness(pixels, truth[int(clip.index.shown[number])]) >= 40


def test_opencv_extracts_what_it_can(monkeypatch):
    """Of a plain clip no frame is PyAV's."""
    from components.media.pyav_frames import PyavFrames

    clip = open_clip("a.mp4", recorded(40, size=SIZE, picture=scene, options=GROUPS))
    monkeypatch.setattr(PyavFrames, "at", lambda self, number: pytest.fail("PyAV was asked"))
    assert [number for number, _ in frames_at(clip, range(40))] == list(range(40))


DAMAGED = [
    ("mp4", {"format": "mp4"}),
    ("mkv", {"format": "matroska"}),
    ("mp4", {"format": "mp4", "codec": "libx265", "options": {"x265-params": "log-level=none:keyint=25"}}),
    ("webm", {"format": "webm", "codec": "libvpx-vp9"}),
]


@pytest.mark.parametrize(
    ("ending", "write"),
    [DAMAGED[0], *(pytest.param(*each, marks=pytest.mark.nightly) for each in DAMAGED[1:])],
    ids=lambda value: str(value.get("codec", value["format"]) if isinstance(value, dict) else value),
)
def test_damage_costs_what_is_damaged(ending, write):
    whole = recorded(300, **{"options": {"g": "25"}, "size": SIZE, "picture": scene, **write})
    damaged = bytearray(whole)
    at = len(damaged) // 3
    damaged[at : at + 3000] = np.random.default_rng(1).integers(0, 256, 3000, np.uint8).tobytes()
    clip, truth = open_clip(f"a.{ending}", bytes(damaged)), by_pyav(whole)
    taken = {int(clip.index.shown[number]): pixels for number, pixels in frames_at(clip, range(clip.frame_count))}

    def right(frames: dict[int, np.ndarray]) -> int:
        return sum(likeness(pixels, truth[stamp]) > 30 for stamp, pixels in frames.items() if stamp in truth)

    # PyAV reading it through is what FFmpeg makes of it: of the damaged groups a frame or two may come out otherwise.
    assert right(taken) >= right(by_pyav(bytes(damaged))) - 2
    assert right(taken) >= 240
