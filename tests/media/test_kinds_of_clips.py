"""Every kind of clip gives the very frame that is on screen at a time: clips made here, with burnt-in numbers."""

import io
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from PIL import Image

from components.core.errors import MediaError
from components.media.clip_cache import ClipCache
from components.media.rendering import FrameStyle
from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard
from components.media.video import open_clip

from .clips import ENCRYPTED, recorded, shown_by, without_samples

UNEVEN = [0, 0.04, 0.08, 0.5, 0.52, 0.9, 2.0, 2.01, 2.4, 3.0, 3.3, 3.35, 4.0, 4.8, 5.0, 5.02, 5.2, 6.0, 6.5, 7.0]
B_FRAMES = {"bf": "3", "g": "12", "b_strategy": "0"}
QUIET = {"x265-params": "log-level=none:keyint=12"}


@dataclass
class Case:
    name: str
    count: int = 60
    ending: str = "mp4"
    codec: str = "H.264"
    bits: int = 8
    shown: tuple[int, int] = (160, 16)
    starts_s: float = 0.0
    write: dict[str, Any] = field(default_factory=dict)


CASES = [
    Case("b_frames", write={"options": B_FRAMES}),
    Case("open_groups", write={"options": {**B_FRAMES, "x264-params": "open-gop=1"}}),
    Case("variable_rate", len(UNEVEN), write={"times_s": UNEVEN, "options": {"g": "7"}}),
    Case("variable_rate_with_b_frames", len(UNEVEN), write={"times_s": UNEVEN, "options": B_FRAMES}),
    *(
        Case(f"turned_{turn}", shown=(160, 32), write={"rotation": turn, "size": size})
        for turn, size in ((90, (32, 160)), (180, (160, 32)), (270, (32, 160)))
    ),
    Case("odd_size", shown=(161, 17), write={"size": (161, 17), "pixel_format": "yuv444p"}),
    Case("wide_pixels", shown=(160, 16), write={"size": (80, 16), "pixel_aspect": Fraction(2)}),
    Case(
        "narrow_pixels_turned",
        shown=(160, 16),
        write={"size": (32, 160), "rotation": 90, "pixel_aspect": Fraction(1, 2)},
    ),
    Case("late_start", write={"times_s": [5 + index / 25 for index in range(60)], "options": B_FRAMES}),
    Case(
        "late_start_matroska",
        ending="mkv",
        write={"times_s": [7.3 + index / 25 for index in range(60)], "format": "matroska", "options": B_FRAMES},
    ),
    Case("single", 1),
    Case("two", 2),
    Case("only_keyframes", write={"options": {"g": "1"}}),
    # Without an edit list the first frame stands as far from zero as its time of decoding lies before it.
    Case(
        "fragmented",
        starts_s=0.08,
        write={"container_options": {"movflags": "frag_keyframe+empty_moov"}, "options": B_FRAMES},
    ),
    Case(
        "no_duration",
        ending="webm",
        codec="VP9",
        write={"codec": "libvpx-vp9", "format": "webm", "container_options": {"live": "1"}},
    ),
    Case("ten_bits", bits=10, write={"pixel_format": "yuv420p10le", "options": B_FRAMES}),
    Case("hevc", codec="H.265", shown=(320, 64), write={"codec": "libx265", "size": (320, 64), "options": QUIET}),
    Case(
        "hevc_ten_bits",
        codec="H.265",
        bits=10,
        shown=(320, 64),
        write={"codec": "libx265", "size": (320, 64), "pixel_format": "yuv420p10le", "options": QUIET},
    ),
    Case(
        "motion_jpeg",
        ending="avi",
        codec="Motion JPEG",
        write={"codec": "mjpeg", "format": "avi", "pixel_format": "yuvj420p"},
    ),
    Case(
        "mpeg_4_in_avi",
        ending="avi",
        codec="MPEG-4",
        write={"codec": "mpeg4", "format": "avi", "ticks": 25, "options": {"bf": "2", "g": "12"}},
    ),
    Case(
        "mpeg_2",
        ending="mpg",
        codec="MPEG-2",
        write={"codec": "mpeg2video", "format": "mpeg", "ticks": 25, "options": {"g": "12", "bf": "2"}},
    ),
    Case("windows_media", ending="wmv", codec="WMV 8", write={"codec": "wmv2", "format": "asf"}),
    Case("flash", ending="flv", write={"format": "flv", "options": {"g": "12"}}),
    Case("quicktime", ending="mov", write={"format": "mov", "options": B_FRAMES}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_exact_is_the_very_frame_for_its_time(case):
    clip = open_clip(f"{case.name}.{case.ending}", recorded(case.count, **case.write))
    assert (clip.codec, clip.bits, clip.frame_count) == (case.codec, case.bits, case.count)
    assert (clip.width, clip.height) == case.shown and clip.rotation == case.write.get("rotation", 0)
    times = case.write.get("times_s") or [index / 25 for index in range(case.count)]
    assert clip.frame_times_s == pytest.approx([time_s - times[0] for time_s in times], abs=0.0011)
    assert clip.notes == ()
    # Where a player shows the first frame; formats that browsers do not play have no player.
    played = case.ending in ("mp4", "mov", "webm", "mkv")
    assert clip.player_start_s == pytest.approx(times[0] + case.starts_s if played else 0, abs=0.0011)
    # A moment within each frame's time, and of all frames in an order of their own: keyframes, ends, neighbours.
    for numbers in (
        range(0, case.count, 7),
        range(case.count),
        [case.count - 1],
        [case.count // 2, case.count // 2 + 1],
    ):
        wanted = sorted({min(number, case.count - 1) for number in numbers})
        marks = tuple(clip.frame_times_s[number] + 0.001 for number in wanted)
        board = make_storyboard(clip, Sampling(rule="marks", marks_s=marks), FrameStyle(quality=95))
        assert [shown_by(part) for part in board.parts] == wanted
        assert [part.time_s for part in board.parts] == [clip.frame_times_s[number] for number in wanted]
        assert {(part.width, part.height) for part in board.parts} == {case.shown}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fast_tells_the_true_time(case):
    clip = open_clip(f"{case.name}.{case.ending}", recorded(case.count, **case.write))
    board = make_storyboard(clip, Sampling(count=5))
    assert len(board.parts) == min(5, case.count)
    assert [clip.frame_times_s[shown_by(part)] for part in board.parts] == [part.time_s for part in board.parts]


def test_a_frame_is_made_small_whatever_its_shape():
    clip = open_clip("a.mp4", recorded(3, size=(32, 320), rotation=90, pixel_aspect=Fraction(1, 2)))
    part = make_storyboard(clip, Sampling(count=1), FrameStyle(longest_side=100)).parts[0]
    assert (clip.width, clip.height) == (320, 16) and (part.width, part.height) == (100, 5)


@pytest.mark.parametrize(
    ("named", "seen"),
    [
        ({"colorspace": "bt709"}, (212, 45, 25)),  # as players show it
        ({}, (200, 30, 30)),  # by BT.601, which the storyboard says
    ],
    ids=["named", "not named"],
)
def test_colours_of_high_definition_are_read_by_the_matrix_that_is_named(named, seen):
    red = np.zeros((720, 1280, 3), np.uint8)
    red[:] = (30, 30, 200)  # BGR; the encoder is given values by BT.601
    clip = open_clip("a.mp4", recorded(2, size=(1280, 720), picture=lambda _: red, options=named))
    part = make_storyboard(clip, Sampling(count=1), cache=ClipCache()).parts[0]
    shown = np.asarray(Image.open(io.BytesIO(part.data)))[100, 100].astype(int)
    assert np.abs(shown - seen).max() <= 4


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        (
            "locked.mp4",
            lambda: recorded(30, container_options=ENCRYPTED),
            "is encrypted",
        ),
        ("no_frames.mp4", lambda: without_samples(recorded(1)), "no frame that can be decoded|cannot be read"),
        ("no_frames.mkv", lambda: recorded(1, format="matroska")[:400], "no picture track that can be read"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_clip_without_frames_to_see_is_refused_in_one_sentence(name, data, sentence):
    with pytest.raises(MediaError, match=sentence) as refusal:
        open_clip(name, data())
    assert str(refusal.value).startswith(repr(name)) and "\n" not in str(refusal.value)


def test_sound_is_found_in_every_container():
    for format, ending, write in (
        ("mp4", "mp4", {}),
        ("mov", "mov", {}),
        ("matroska", "mkv", {}),
        ("avi", "avi", {}),
        ("flv", "flv", {}),
        ("asf", "wmv", {"codec": "wmv2"}),
        ("mpeg", "mpg", {"codec": "mpeg2video", "ticks": 25}),
    ):
        for sound in (True, False):
            if sound and ending in ("flv", "mpg"):  # these take no sound of the rate that is recorded here
                continue
            clip = open_clip(f"a.{ending}", recorded(10, format=format, sound=sound, **write))
            assert clip.has_audio is sound, ending
