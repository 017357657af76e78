from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from components.core.errors import MediaError
from components.media import limits
from components.media.clip_cache import ClipCache
from components.media.rendering import FrameStyle
from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard, replaced, restyled, with_frame
from components.media.video import open_clip
from components.media.work import Cancelled, Progress

from .clips import MEDIA, recorded, shown_by

BUNNY = open_clip("bunny.mp4", (MEDIA / "bigbuckbunny.mp4").read_bytes())
COUNTED = open_clip("counted.mp4", (MEDIA / "counted.mp4").read_bytes())
EXACT = Sampling(count=4, exact=True)


def seen(board):
    return [shown_by(part) for part in board.parts]


@pytest.fixture
def decoded(monkeypatch):
    """The numbers of the frames that are decoded, as they are."""
    from components.media import rendering

    numbers = []
    real = rendering.frames_at

    def counted(clip, indices, look):
        numbers.extend(indices)
        return real(clip, indices, look)

    monkeypatch.setattr(rendering, "frames_at", counted)
    return numbers


def test_a_new_clip_has_eight_frames_spread_over_it():
    board = make_storyboard(COUNTED)
    assert seen(board) == [18, 56, 93, 131, 168, 206, 243, 281]
    assert {part.clip for part in board.parts} == {"counted.mp4"}


def test_frames_are_jpegs_of_the_size_they_state():
    for side, size in ((limits.FRAME_LONGEST_SIDE, (1024, 576)), (320, (320, 180)), (4000, (1280, 720))):
        for part in make_storyboard(BUNNY, Sampling(count=2), FrameStyle(longest_side=side)).parts:
            sent = Image.open(BytesIO(part.data))
            assert (sent.format, part.media_type) == ("JPEG", "image/jpeg")
            assert sent.size == (part.width, part.height) == size


def test_a_frame_left_out_is_gone_and_the_others_stay():
    board = make_storyboard(COUNTED, EXACT)
    fewer = board.without(board.picks[1].index)
    assert fewer.parts == (board.parts[0], *board.parts[2:])


def test_the_last_frame_cannot_be_left_out():
    board = make_storyboard(COUNTED, Sampling(count=1))
    with pytest.raises(MediaError, match="remove the clip instead"):
        board.without(board.picks[0].index)


def test_a_pinned_frame_stays_when_others_are_chosen():
    board = make_storyboard(COUNTED, EXACT).with_pin(37, True)
    assert [pick.pinned for pick in board.picks] == [True, False, False, False]
    anew = make_storyboard(COUNTED, Sampling(count=2, exact=True), pinned=[37])
    assert seen(anew) == [37, 75, 225] and anew.picks[0].pinned
    assert not anew.with_pin(37, False).picks[0].pinned


def test_pins_take_the_place_of_chosen_frames_when_there_is_no_more_room():
    board = make_storyboard(COUNTED, Sampling(count=limits.CLIP_FRAMES, exact=True), pinned=[0, 299])
    assert len(board.picks) == limits.CLIP_FRAMES
    assert [pick.index for pick in board.picks if pick.pinned] == [0, 299]
    assert board.notes == ("2 frames made room for the pinned ones",)


def test_a_frame_is_replaced_by_its_neighbour():
    cache = ClipCache()
    board = make_storyboard(COUNTED, EXACT, cache=cache).with_pin(37, True)
    assert seen(board) == [37, 112, 187, 262]
    later = replaced(board, 37, 1, cache)
    assert seen(later) == [38, 112, 187, 262] and later.picks[0].pinned
    assert seen(replaced(later, 38, -1, cache)) == seen(board)


def test_a_neighbour_that_is_sent_already_is_passed_over():
    board = make_storyboard(COUNTED, Sampling(rule="marks", marks_s=(0.0, 0.04, 0.08)))
    assert seen(replaced(board, 0, 1, ClipCache())) == [1, 2, 3]
    with pytest.raises(MediaError, match="no other frame before"):
        replaced(board, 1, -1, ClipCache())


def test_a_frame_can_be_added_at_a_moment():
    board = with_frame(make_storyboard(COUNTED, EXACT), 2.0, ClipCache())
    assert seen(board) == [37, 50, 112, 187, 262]
    assert [pick.pinned for pick in board.picks] == [False, True, False, False, False]
    assert seen(with_frame(board, 2.03, ClipCache())) == seen(board)  # the same frame is on screen
    full = make_storyboard(COUNTED, Sampling(count=limits.CLIP_FRAMES, exact=True))
    with pytest.raises(MediaError, match="64 frames already"):
        with_frame(full, 0.0, ClipCache())


def test_quality_and_size_decode_nothing(decoded):
    cache = ClipCache()
    board = make_storyboard(BUNNY, EXACT, cache=cache)
    assert len(decoded) == 4
    small = restyled(board, FrameStyle(320, 40), cache)
    back = restyled(small, FrameStyle(), cache)
    assert len(decoded) == 4 and back == board
    assert all(one.time_s == other.time_s for one, other in zip(small.parts, board.parts, strict=True))
    assert sum(len(part.data) for part in small.parts) < sum(len(part.data) for part in board.parts) / 4


def test_another_number_of_frames_decodes_only_new_ones(decoded):
    cache = ClipCache()
    make_storyboard(COUNTED, Sampling(count=1, exact=True), cache=cache)
    make_storyboard(COUNTED, Sampling(count=3, exact=True), cache=cache)
    assert decoded == [150, 50, 250]


def test_two_clips_do_not_share_what_is_kept():
    cache = ClipCache()
    other = open_clip("counted.mp4", recorded(300, picture=None, options={"g": "25"}))
    assert other.token != COUNTED.token
    make_storyboard(COUNTED, EXACT, cache=cache)
    kept = cache.size_bytes
    make_storyboard(other, EXACT, cache=cache)
    assert cache.size_bytes > kept


def test_progress_is_told_and_cancelling_ends_the_work():
    progress = Progress()
    make_storyboard(COUNTED, EXACT, progress=progress)
    assert (progress.words, progress.done, progress.total, progress.share) == ("Taking frames", 4, 4, 1.0)
    progress.cancel()
    with pytest.raises(Cancelled):
        make_storyboard(COUNTED, EXACT, progress=progress)


def test_no_mark_is_no_frame():
    with pytest.raises(MediaError, match="No time is marked in 'counted.mp4'"):
        make_storyboard(COUNTED, Sampling(rule="marks"))


def test_frames_that_a_damaged_clip_lost_are_left_out():
    longer = replace(COUNTED, frame_times_s=(*COUNTED.frame_times_s, 12.5, 13.0), duration_s=13.5)
    board = make_storyboard(longer, Sampling(rule="marks", marks_s=(1.0, 13.1)))
    assert seen(board) == [25]


def test_a_clip_of_two_hours_at_a_frame_a_second_is_capped_with_the_numbers():
    seconds = 7200
    data = recorded(seconds, times_s=range(seconds), rate=1, options={"g": "60", "preset": "ultrafast"})
    board = make_storyboard(open_clip("long.mp4", data), Sampling(rule="rate", rate=1.0))
    assert len(board.parts) == limits.CLIP_FRAMES and board.parts[-1].time_s > 7000
    assert board.notes[0].startswith(
        "1 frame a second of 2:00:00.0 would be 7,200 frames; 64 are taken, one every 112.5"
    )
