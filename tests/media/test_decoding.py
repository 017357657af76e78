from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.media.decoding import frames_at, landings
from components.media.video import open_clip
from tests.nightly import many

from .clips import MEDIA, counted, shown

CLIPS = [open_clip(name, (MEDIA / name).read_bytes()) for name in ("counted.mp4", "counted_uneven.mp4")]
CLIPS.append(open_clip("counted_no_duration.webm", (MEDIA / "counted_no_duration.webm").read_bytes()))


def indices_at(clip, indices):
    found = list(frames_at(clip, indices))
    assert [index for index, _ in found] == list(indices)
    return [shown(pixels) for _, pixels in found]


@settings(max_examples=many(80), deadline=None)
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
    assert len(clip.keyframes) > 10
    wanted = [3, 100, 101, 250, 333, 499]
    assert indices_at(clip, wanted) == wanted


def test_frames_past_what_decodes_are_left_out():
    longer = replace(CLIPS[0], frame_times_s=(*CLIPS[0].frame_times_s, 12.5, 13.0))
    assert [index for index, _ in frames_at(longer, [275, 299, 300, 301])] == [275, 299]


def passed(indices):
    """How many frames are decoded for those."""
    looks = []
    assert len(list(frames_at(CLIPS[0], indices, lambda: looks.append(1)))) == len(indices)
    return len(looks)


def test_of_a_keyframe_nothing_else_is_decoded():
    assert list(landings(CLIPS[0])) == [0, 70, 140, 210, 280]
    assert passed(landings(CLIPS[0])) == 5


def test_only_what_is_needed_is_read():
    # One more is the first frame of the clip, by which the decoder is tested.
    assert passed([90]) == 1 + 21
    assert passed([70]) == 1 + 1
    assert passed([90, 91, 92]) == 1 + 23


def test_a_recording_without_a_table_is_sought_in_all_the_same():
    live = CLIPS[2]
    assert len(live.keyframes) == 1 and list(landings(live)) == [0]


def test_reading_stops_when_it_is_told_to():
    class Enough(Exception):
        pass

    def look():
        raise Enough

    with pytest.raises(Enough):
        list(frames_at(CLIPS[0], [299], look))
