from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core.errors import MediaError
from components.media import limits
from components.media.sampling import Sampling, first_sampling, plan
from components.media.video import open_clip
from tests.nightly import many

from .clips import MEDIA, recorded

COUNTED = open_clip("counted.mp4", (MEDIA / "counted.mp4").read_bytes())  # 12 s at 25, a keyframe every 2.8 s
UNEVEN = open_clip("uneven.mp4", (MEDIA / "counted_uneven.mp4").read_bytes())


def indices(clip, **values):
    return list(plan(clip, Sampling(exact=True, **values)).indices)


def long_clip(seconds, rate=25, keyframe_every_s=2.0):
    """A clip of that length as far as choosing goes: its table, without pictures."""
    times = tuple(index / rate for index in range(int(seconds * rate)))
    keyframes = tuple(range(0, len(times), round(keyframe_every_s * rate)))
    return replace(
        COUNTED,
        width=1920,
        height=1080,
        frame_times_s=times,
        keyframes=keyframes,
        frame_rate=float(rate),
        duration_s=len(times) / rate,
    )


def test_frames_stand_at_the_centres_of_equal_spans():
    # 12 s: spans of 1.5 s; on screen at 0.75 s is the frame of 0.72 s
    assert indices(COUNTED, count=8) == [18, 56, 93, 131, 168, 206, 243, 281]
    assert indices(COUNTED, count=1) == [150]


def test_a_rate_counts_from_the_start():
    assert indices(COUNTED, rule="rate", rate=1.0) == [25 * second for second in range(12)]
    assert indices(COUNTED, rule="rate", rate=2.0, start_s=3.0, end_s=5.0) == [75, 87, 100, 112]
    assert indices(COUNTED, rule="rate", rate=0.01) == [0]


def test_an_interval_counts_from_the_start():
    assert indices(COUNTED, rule="interval", interval_s=5.0) == [0, 125, 250]
    assert indices(COUNTED, rule="interval", interval_s=100.0) == [0]


def test_marked_times_are_exact_in_fast_mode_too():
    chosen = plan(COUNTED, Sampling(rule="marks", marks_s=(7.77, 1.0, 1.01)))
    assert chosen.indices == (25, 194)  # two marks on one frame are one frame
    assert plan(COUNTED, Sampling(rule="marks", marks_s=(1.0, 9.0, 40.0), end_s=5.0)).notes == (
        "2 marked times lie outside of the chosen part",
    )


def test_only_the_part_between_start_and_end_is_taken():
    for rule in ("count", "rate", "interval"):
        chosen = indices(COUNTED, rule=rule, rate=8.0, interval_s=0.3, start_s=4.0, end_s=6.0)
        assert 100 <= chosen[0] and chosen[-1] < 150
    assert indices(COUNTED, start_s=4.0, end_s=4.0) == [100]  # one moment is one frame


def test_a_scene_is_shown_by_its_middle():
    chosen = plan(COUNTED, Sampling(rule="scenes", exact=True), cuts_s=(4.0, 8.0))
    assert chosen.indices == (50, 150, 250) and chosen.notes == ("3 scenes",)
    quick = plan(COUNTED, Sampling(rule="scenes"), cuts_s=(4.0, 8.0, 8.2))
    # the quick one next to the middle, inside the scene; of a scene without one the middle
    assert quick.indices == (70, 140, 202, 280)


def test_every_scene_has_a_frame_up_to_the_cap():
    cuts = tuple(index * 0.1 for index in range(1, 100))
    chosen = plan(COUNTED, Sampling(rule="scenes", exact=True), cuts_s=cuts)
    assert len(chosen.indices) == limits.CLIP_FRAMES and chosen.notes[0].startswith("100 scenes were found")


def test_two_hours_at_a_frame_a_second_are_capped_with_the_numbers():
    chosen = plan(long_clip(7200), Sampling(rule="rate", rate=1.0))
    assert len(chosen.indices) == limits.CLIP_FRAMES
    assert chosen.notes[0] == (
        "1 frame a second of 2:00:00.0 would be 7,200 frames; 64 are taken, one every 112.5 s: the most of one clip"
    )
    gaps = [later - earlier for earlier, later in pairwise(chosen.indices)]
    assert min(gaps) > 0.9 * 112.5 * 25  # spread over all of it


def test_fast_takes_the_nearest_keyframes():
    chosen = plan(long_clip(60), Sampling(count=8))
    assert all(index % 50 == 0 for index in chosen.indices) and len(set(chosen.indices)) == 8
    assert chosen.notes == ("fast: frames stand up to 0.8 s beside the times asked for; exact takes the very ones",)


def test_fast_stays_close_behind_keyframes_where_there_are_few():
    clip = long_clip(60, keyframe_every_s=20.0)
    chosen = plan(clip, Sampling(count=8)).indices
    assert len(set(chosen)) == 8
    # What is decoded, from each keyframe to the last frame behind it, is a small part of the clip.
    decoded = {index // 500: index % 500 for index in chosen}
    assert sum(decoded.values()) <= clip.frame_count / 20
    # Those that share a keyframe do not stand side by side.
    assert min(later - earlier for earlier, later in pairwise(chosen)) > 5
    within = plan(clip, Sampling(count=5, start_s=30.0, end_s=38.0)).indices
    assert min(later - earlier for earlier, later in pairwise(within)) > 5


def test_a_new_clip_is_exact_where_keyframes_are_few_unless_it_is_long():
    assert first_sampling(COUNTED).exact
    assert not first_sampling(long_clip(60)).exact
    assert not first_sampling(long_clip(600, keyframe_every_s=300.0)).exact


@settings(max_examples=many(200), deadline=None)
@given(
    st.sampled_from([COUNTED, UNEVEN, long_clip(3), long_clip(500, keyframe_every_s=9.0), long_clip(0.04)]),
    st.sampled_from(["count", "rate", "interval", "scenes", "marks"]),
    st.booleans(),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(1, limits.CLIP_FRAMES),
    st.floats(0.001, 1000),
    st.lists(st.floats(0, 500), max_size=100),
)
def test_frames_ascend_inside_the_part_whatever_is_asked(clip, rule, exact, start, end, count, value, marks):
    start_s, end_s = sorted((start * clip.duration_s * 0.99, end * clip.duration_s))
    sampling = Sampling(rule, count, value, value, "medium", tuple(marks), start_s, end_s, exact)
    chosen = plan(clip, sampling, sorted(marks)).indices
    assert list(chosen) == sorted(set(chosen)) and len(chosen) <= limits.CLIP_FRAMES
    assert all(0 <= index < clip.frame_count for index in chosen)
    on_screen = max(time_s for time_s in clip.frame_times_s if time_s <= round(start_s, 9))
    assert all(on_screen <= clip.frame_times_s[index] <= max(on_screen, end_s) for index in chosen)
    if rule != "marks":
        assert chosen


@pytest.mark.parametrize("count", [0, -1, limits.CLIP_FRAMES + 1])
def test_a_count_that_is_not_allowed_is_refused(count):
    with pytest.raises(MediaError, match=f"From 1 to 64 frames can be taken of 'counted.mp4', not {count}"):
        plan(COUNTED, Sampling(count=count))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"start_s": 20.0}, "ends at 00:12.0"),
        ({"start_s": 5.0, "end_s": 4.0}, "must end after it starts"),
        ({"start_s": -1.0}, "must end after it starts"),
        ({"start_s": float("nan")}, "must end after it starts"),
        ({"rule": "rate", "rate": 0.0}, "must be more than 0, not 0"),
        ({"rule": "interval", "interval_s": float("inf")}, "must be more than 0, not inf"),
    ],
)
def test_values_that_make_no_sense_are_refused(values, words):
    with pytest.raises(MediaError, match=words):
        plan(COUNTED, Sampling(**values))


def test_a_clip_of_one_frame_gives_it_whatever_is_asked():
    clip = open_clip("a.mp4", recorded(1))
    for rule in ("count", "rate", "interval", "scenes"):
        assert plan(clip, Sampling(rule=rule)).indices == (0,)
