from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.media.decoding import frames_at
from components.media.video import open_clip

from .clips import MEDIA, counted, shown

CLIPS = [open_clip(name, (MEDIA / name).read_bytes()) for name in ("counted.mp4", "counted_uneven.mp4")]
CLIPS.append(open_clip("counted_no_duration.webm", (MEDIA / "counted_no_duration.webm").read_bytes()))


def indices_at(clip, indices):
    times = [clip.frame_times_s[index] for index in indices]
    found = list(frames_at(clip, times))
    assert [time_s for time_s, _ in found] == pytest.approx(times)
    return [shown(pixels) for _, pixels in found]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(CLIPS), st.sets(st.integers(0, 299), min_size=1, max_size=8))
def test_the_frame_at_a_time_is_truly_that_frame(clip, indices):
    wanted = sorted({index % clip.frame_count for index in indices})
    assert indices_at(clip, wanted) == wanted


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_all_frames_come_once_and_in_order(clip):
    wanted = list(range(clip.frame_count))
    assert indices_at(clip, wanted) == wanted


def test_frames_round_a_keyframe_are_not_mistaken():
    for index in (69, 70, 71, 85, 86, 87, 88, 139, 140, 157, 158, 279, 280, 299):
        assert indices_at(CLIPS[0], [index]) == [index]


@pytest.mark.parametrize("ending", ["mp4", "avi", "mov", "mkv"])
def test_seeking_in_other_containers(tmp_path, ending):
    clip = open_clip(f"a.{ending}", counted(tmp_path / f"a.{ending}", 500))
    assert len(clip.keyframe_times_s) > 10
    wanted = [3, 100, 101, 250, 333, 499]
    assert indices_at(clip, wanted) == wanted


def test_a_seek_that_goes_too_far_is_made_good_from_the_start():
    misled = replace(CLIPS[0], keyframe_times_s=tuple(time_s + 1 for time_s in CLIPS[0].keyframe_times_s))
    assert indices_at(misled, [100, 130, 200, 290]) == [100, 130, 200, 290]


def test_times_past_what_decodes_give_fewer_frames():
    times = [11.0, 11.96, 12.5, 13.0]
    assert [shown(pixels) for _, pixels in frames_at(CLIPS[0], times)] == [275, 299]
