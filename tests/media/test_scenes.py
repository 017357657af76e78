import numpy as np
import pytest

from components.media.clip_cache import ClipCache
from components.media.sampling import Sampling
from components.media.scenes import cuts, look_through
from components.media.storyboard import make_storyboard
from components.media.video import open_clip
from components.media.work import Cancelled, Progress
from tests.nightly import by_night

from .changes import CHANGES, changing
from .clips import frame, recorded, shown_by

SIZE = (160, 96)
# The last two are as bright as each other: only their colours differ.
COLOURS = [(40, 40, 40), (200, 60, 30), (20, 150, 60), (240, 240, 240), (60, 200, 200), (200, 120, 200)]
LENGTHS = [30, 9, 41, 20, 12, 38]


def scenes():
    """Which colour each frame has."""
    return [number for number, length in enumerate(LENGTHS) for _ in range(length)]


def picture(index):
    """Scenes of one colour with a moving spot, and the frame's number along the top edge."""
    pixels = np.full((SIZE[1], SIZE[0], 3), COLOURS[scenes()[index]], np.uint8)
    pixels[40:70, (index * 3) % 120 : (index * 3) % 120 + 30] = (128, 128, 128)
    pixels[:8] = frame(index, (160, 8))
    return pixels


CLIP = open_clip("scenes.mp4", recorded(sum(LENGTHS), size=SIZE, picture=picture, options={"sc_threshold": "0"}))


def profile_of(clip):
    return look_through(clip, 0.0, clip.duration_s, ClipCache(), Progress())


def test_every_scene_begins_at_its_cut():
    starts = [sum(LENGTHS[:number]) / 25 for number in range(1, len(LENGTHS))]
    # Every other frame is looked at.
    assert cuts(profile_of(CLIP), "medium") == pytest.approx(starts, abs=0.05)


@pytest.mark.parametrize("exact", [True, False])
def test_every_scene_is_sent_at_least_once(exact):
    board = make_storyboard(CLIP, Sampling(rule="scenes", exact=exact))
    numbers = [int(shown_by_edge(part)) for part in board.parts]
    assert {scenes()[number] for number in numbers} == set(range(len(LENGTHS)))
    assert board.notes == ("6 scenes",)
    # Where they begin is on the storyboard, to be seen.
    assert len(board.cuts_s) == 5 and board.with_pin(board.picks[0].index, True).cuts_s == board.cuts_s


def shown_by_edge(part):
    import io

    from PIL import Image

    from .clips import shown

    return shown(np.asarray(Image.open(io.BytesIO(part.data)))[:8])


def test_a_slow_change_is_a_scene_too():
    def fading(index):
        share = min(1.0, max(0.0, (index - 50) / 20))
        return np.full((SIZE[1], SIZE[0], 3), 30 + 180 * share, np.uint8)

    clip = open_clip("fade.mp4", recorded(120, size=SIZE, picture=fading))
    (found,) = cuts(profile_of(clip), "medium")
    assert 2.0 <= found <= 3.6


def test_steady_motion_and_stillness_are_no_scenes():
    noise = np.random.default_rng(0).integers(0, 255, (SIZE[1], 2 * SIZE[0], 3), np.uint8)

    def panning(index):
        return noise[:, index : index + SIZE[0]]

    for draw in (panning, lambda _: noise[:, : SIZE[0]], lambda index: np.full((SIZE[1], SIZE[0], 3), index, np.uint8)):
        clip = open_clip("a.mp4", recorded(100, size=SIZE, picture=draw))
        assert cuts(profile_of(clip), "medium") == ()


@pytest.mark.parametrize("flash", [(50,), (50, 51)])
def test_a_flash_is_no_scene(flash):
    def flashing(index):
        return np.full((SIZE[1], SIZE[0], 3), 250 if index in flash else 30, np.uint8)

    clip = open_clip("a.mp4", recorded(120, size=SIZE, picture=flashing, options={"bf": "0"}))
    for sensitivity in ("low", "medium", "high"):
        assert cuts(profile_of(clip), sensitivity) == ()


@pytest.mark.parametrize("speed", by_night([50, 10], always=1))
def test_cuts_dissolves_and_fades_are_found_and_flashes_are_not(speed):
    clip = open_clip("a.mp4", changing(SIZE, speed, seed=4))
    found = cuts(profile_of(clip), "medium")
    assert len(found) == len(CHANGES), found
    for time_s, (begin, length, _) in zip(found, CHANGES, strict=True):
        assert begin <= time_s <= begin + length + 0.1


def test_only_the_part_is_looked_at():
    profile = look_through(CLIP, 1.0, 3.0, ClipCache(), Progress())
    assert profile.times_s[0] >= 1.0 and profile.times_s[-1] < 3.0


def test_another_sensitivity_looks_at_nothing_again(monkeypatch):
    from components.media import scenes as module

    cache = ClipCache()
    make_storyboard(CLIP, Sampling(rule="scenes"), cache=cache)
    monkeypatch.setattr(module, "frames_at", None)
    assert len(make_storyboard(CLIP, Sampling(rule="scenes", sensitivity="low"), cache=cache).parts) >= 1


def test_a_clip_of_one_frame_is_one_scene():
    board = make_storyboard(open_clip("a.mp4", recorded(1)), Sampling(rule="scenes"))
    assert [shown_by(part) for part in board.parts] == [0]


def test_looking_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        make_storyboard(CLIP, Sampling(rule="scenes"), progress=progress)


def test_a_long_part_is_looked_at_behind_keyframes_and_says_so(monkeypatch):
    monkeypatch.setattr("components.media.scenes._DECODED", 100)
    clip = open_clip("long.mp4", recorded(sum(LENGTHS), size=SIZE, picture=picture, options={"g": "25"}))
    board = make_storyboard(clip, Sampling(rule="scenes"))
    (note,) = [note for note in board.notes if "long part" in note]
    assert "scenes were looked for in" in note and "close behind keyframes" in note
    close = make_storyboard(clip, Sampling(rule="scenes", end_s=2.0))
    assert not any("long part" in note for note in close.notes)
