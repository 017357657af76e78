import time
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.core.errors import MediaError
from components.media import limits
from components.media.storyboard import sample_evenly
from components.media.video import open_clip

from .clips import MEDIA, counted, shown_by

BUNNY = open_clip("bunny.mp4", (MEDIA / "bigbuckbunny.mp4").read_bytes())
COUNTED = open_clip("counted.mp4", (MEDIA / "counted.mp4").read_bytes())
UNEVEN = open_clip("uneven.mp4", (MEDIA / "counted_uneven.mp4").read_bytes())


def test_frames_stand_at_the_centres_of_equal_spans():
    parts = sample_evenly(COUNTED, 8)  # 12 s: spans of 1.5 s; on screen at 0.75 s is the frame of 0.72 s
    assert [shown_by(part) for part in parts] == [18, 56, 93, 131, 168, 206, 243, 281]
    assert [part.time_s for part in parts] == pytest.approx([shown_by(part) / 25 for part in parts])
    assert {part.clip for part in parts} == {"counted.mp4"}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([COUNTED, UNEVEN]), st.integers(1, limits.CLIP_FRAMES))
def test_times_ascend_inside_the_clip_and_tell_the_truth(clip, count):
    parts = sample_evenly(clip, count)
    times = [part.time_s for part in parts]
    assert len(parts) == count and times == sorted(set(times))
    assert 0 <= times[0] and times[-1] <= clip.duration_s
    assert [clip.frame_times_s[shown_by(part)] for part in parts] == pytest.approx(times)


@pytest.mark.parametrize("count", [1, 2, 5, 6, 64])
def test_no_more_frames_than_there_are_and_none_twice(tmp_path, count):
    clip = open_clip("a.mp4", counted(tmp_path / "a.mp4", 5))
    seen = [shown_by(part) for part in sample_evenly(clip, count)]
    assert len(seen) == len(set(seen)) == min(count, 5)


def test_one_frame_is_the_one_in_the_middle():
    assert [shown_by(part) for part in sample_evenly(COUNTED, 1)] == [150]


def test_a_clip_of_one_frame(tmp_path):
    clip = open_clip("a.mp4", counted(tmp_path / "a.mp4", 1))
    (part,) = sample_evenly(clip, 8)
    assert (part.time_s, shown_by(part)) == (0.0, 0)


def test_a_frame_that_stands_long_is_taken_once():
    stretched = replace(COUNTED, frame_times_s=COUNTED.frame_times_s[:299] + (60.0,))
    seen = [shown_by(part) for part in sample_evenly(stretched, 4)]
    assert seen == sorted(set(seen))


def test_frames_are_downscaled_jpegs_of_the_size_they_state():
    parts = sample_evenly(BUNNY)
    assert len(parts) == 8
    for part in parts:
        sent = Image.open(BytesIO(part.data))
        assert (sent.format, part.media_type) == ("JPEG", "image/jpeg")
        assert sent.size == (part.width, part.height) == (limits.FRAME_LONGEST_SIDE, 576)


def test_small_frames_are_not_enlarged():
    assert {(part.width, part.height) for part in sample_evenly(COUNTED, 3)} == {(160, 16)}


@pytest.mark.parametrize("count", [0, -1, limits.CLIP_FRAMES + 1])
def test_a_count_that_is_not_allowed_is_refused(count):
    with pytest.raises(MediaError, match=f"From 1 to 64 frames can be taken of 'counted.mp4', not {count}"):
        sample_evenly(COUNTED, count)


def test_eight_frames_come_fast():
    """0.22 s on two cores where reading all frames takes 0.27 s; the bound leaves room for a busy machine."""
    started = time.perf_counter()
    sample_evenly(BUNNY, 8)
    assert time.perf_counter() - started < 2
