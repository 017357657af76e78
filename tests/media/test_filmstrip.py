from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from components.media.animations import open_animation
from components.media.clip_cache import ClipCache
from components.media.filmstrip import cached_filmstrip, make_filmstrip
from components.media.video import open_clip
from components.media.work import Cancelled, Progress

from .clips import recorded


def shaded(index):
    """Darker to lighter over 240 frames."""
    return np.full((90, 160, 3), index, np.uint8)


CLIP = open_clip("a.mp4", recorded(240, size=(160, 90), picture=shaded, options={"g": "24"}))


def test_the_strip_goes_along_the_whole_clip_in_equal_shares():
    strip = make_filmstrip(CLIP, ClipCache(), Progress())
    seen = np.asarray(Image.open(BytesIO(strip.data)).convert("L"), float)
    shades = [share.mean() for share in np.array_split(seen, strip.count, axis=1)]
    wanted = [(number + 0.5) * 240 / strip.count for number in range(strip.count)]
    assert strip.count == 12 and shades == pytest.approx(wanted, abs=16)


def test_frames_of_uneven_length_stand_where_they_are_on_screen():
    frames = [Image.new("L", (64, 36), 30 * number) for number in range(8)]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=[100 * (n + 1) for n in range(8)])
    clip = open_animation("a.gif", file.getvalue())
    strip = make_filmstrip(clip, ClipCache(), Progress())
    seen = np.asarray(Image.open(BytesIO(strip.data)).convert("L"), float)
    shades = [share.mean() for share in np.array_split(seen, strip.count, axis=1)]
    middles = [(place + 0.5) * 3.6 / strip.count for place in range(strip.count)]
    ends = np.cumsum([0.1 * (number + 1) for number in range(8)])
    assert strip.count == 8 and shades == pytest.approx(
        [30 * np.searchsorted(ends, at, "right") for at in middles], abs=8
    )


def test_it_is_made_once():
    cache = ClipCache()
    assert cached_filmstrip(CLIP, cache) is None
    strip = make_filmstrip(CLIP, cache, Progress())
    assert cached_filmstrip(CLIP, cache) == strip


def test_upright_clips_have_more_pictures_and_short_ones_no_more_than_frames():
    upright = open_clip("u.mp4", recorded(60, size=(90, 160), picture=lambda index: np.zeros((160, 90, 3), np.uint8)))
    assert make_filmstrip(upright, ClipCache(), Progress()).count == 24
    assert make_filmstrip(open_clip("s.mp4", recorded(2)), ClipCache(), Progress()).count == 2


def test_it_can_be_given_up():
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        make_filmstrip(CLIP, ClipCache(), progress)
