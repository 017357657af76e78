"""What a Matroska states of itself; damaged ones raise nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from components.media.matroska import PICTURE, SOUND, ends_early, first_picture_s, track_types
from components.media.video import open_clip

from .clips import recorded

LATE = recorded(50, times_s=[7.5 + index / 25 for index in range(50)], format="matroska", sound=True)


def test_tracks_and_the_time_of_the_first_picture():
    assert track_types(LATE) == {PICTURE, SOUND}
    assert first_picture_s(LATE) == 7.5


def test_a_late_beginning_is_no_missing_end_and_a_cut_is():
    assert open_clip("a.mkv", LATE).notes == () and not ends_early(LATE)
    late = recorded(300, times_s=[7.5 + index / 25 for index in range(300)], format="matroska")
    cut = late[: len(late) // 2]
    (note,) = open_clip("a.mkv", cut).notes
    assert ends_early(cut) and note.endswith("of 12.0 seconds can be read; the file may be cut short")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damage_never_raises(data):
    damaged = bytearray(LATE)
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    cut = bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    track_types(cut), ends_early(cut), first_picture_s(cut)
