"""Clips as browsers record them: written as they come, so that nothing in the file says how long they are."""

import io
from itertools import pairwise

import av
import pytest

from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard
from components.media.video import open_clip

from .clips import recorded, shown_by

# Frames come when something changes.
TIMES_S = [0.0, *(0.4 + index / 30 for index in range(60)), 4.0, 4.5]
KINDS = {
    "webm": {"codec": "libvpx", "format": "webm", "container_options": {"live": "1"}},
    "mp4": {"codec": "libx264", "format": "mp4", "container_options": {"movflags": "frag_keyframe+empty_moov"}},
}


@pytest.mark.parametrize("ending", KINDS)
def test_its_length_and_times_are_those_of_its_packets(ending):
    data = recorded(len(TIMES_S), times_s=TIMES_S, size=(320, 32), options={"g": "10"}, **KINDS[ending])
    if ending == "webm":
        with av.open(io.BytesIO(data)) as container:
            assert container.duration is None and container.streams.video[0].duration is None
    clip = open_clip(f"recorded.{ending}", data)
    assert clip.frame_times_s == pytest.approx(TIMES_S, abs=0.002)
    # The last frame stands as long as others usually do.
    usual = sorted(later - earlier for earlier, later in pairwise(TIMES_S))[len(TIMES_S) // 2]
    assert clip.duration_s == pytest.approx(4.5 + usual, abs=0.01)
    assert not clip.notes
    board = make_storyboard(clip, Sampling(rule="marks", marks_s=(0.0, 2.01, 4.2, 4.5)))
    assert [shown_by(part) for part in board.parts] == [0, 49, 61, 62]
    assert len(make_storyboard(clip).parts) == 8
