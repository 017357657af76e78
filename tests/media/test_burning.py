from dataclasses import replace
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from components.core.parts import exact_clock
from components.core.times import mentions
from components.media.burning import burnt, label_box
from components.media.clip_cache import ClipCache
from components.media.rendering import FrameStyle
from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard, restyled
from components.media.video import open_clip

from .clips import MEDIA

BUNNY = open_clip("bunny.mp4", (MEDIA / "bigbuckbunny.mp4").read_bytes())


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0.0, "0:00:00.000"), (12.4, "0:00:12.400"), (59.9996, "0:01:00.000"), (3725.0625, "1:02:05.062")],
)
def test_an_exact_time_has_hours_and_milliseconds(seconds, written):
    assert exact_clock(seconds) == written
    # What a model reads off a frame is the moment it names.
    assert [mention.start_s for mention in mentions(f"At {written} a car.")] == [pytest.approx(seconds, abs=0.00051)]


@pytest.mark.parametrize("size", [(256, 144), (144, 256), (1024, 576), (1440, 810), (1080, 1920), (120, 28)])
@pytest.mark.parametrize("ground", ["white", "black", "noise"])
@pytest.mark.parametrize("quality", [30, 95])
def test_the_time_can_be_read_on_any_ground(size, ground, quality):
    width, height = size
    shades = {
        "white": np.full((height, width, 3), 255, np.uint8),
        "black": np.zeros((height, width, 3), np.uint8),
        "noise": np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8),
    }
    frame = shades[ground]
    left, top, right, bottom = label_box(width, height, "0:00:12.400")
    assert 0 <= left < right <= width and 0 <= top < bottom <= height
    made = burnt(frame, "0:00:12.400")
    outside = np.ones((height, width), bool)
    outside[top:bottom, left:right] = False
    assert (made[outside] == frame[outside]).all()
    sent = cv2.imdecode(cv2.imencode(".jpg", made, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE)
    # Within its box the same picture on every ground: light on dark, and far apart.
    label = sent[top:bottom, left:right].astype(int)
    plain = cv2.cvtColor(made, cv2.COLOR_BGR2GRAY)[top:bottom, left:right]
    assert label[plain > 230].mean() - label[plain < 40].mean() > 150
    assert 0.05 < (plain > 128).mean() < 0.5


def test_other_times_look_different():
    frame = np.zeros((144, 256, 3), np.uint8)
    every = {burnt(frame, exact_clock(index / 25)).tobytes() for index in range(50)}
    assert len(every) == 50


def test_a_frame_too_small_for_its_time_stays_as_it_is():
    frame = np.zeros((16, 40, 3), np.uint8)
    assert label_box(40, 16, "0:00:12.400") is None
    assert burnt(frame, "0:00:12.400") is frame


def test_burning_decodes_nothing_and_can_be_taken_back(monkeypatch):
    cache = ClipCache()
    board = make_storyboard(BUNNY, Sampling(count=3, exact=True), cache=cache)
    monkeypatch.setattr("components.media.rendering.frames_at", lambda clip, indices, look: iter(()))
    marked = restyled(board, FrameStyle(burnt_times=True), cache)
    assert [part.caption for part in marked.parts] == [part.caption for part in board.parts]
    for before, after in zip(board.parts, marked.parts, strict=True):
        box = label_box(after.width, after.height, exact_clock(after.time_s))
        plain, written = (np.asarray(Image.open(BytesIO(part.data)).convert("L"), int) for part in (before, after))
        changed = np.abs(plain - written) > 40
        rows, columns = np.nonzero(changed)
        assert box[1] - 16 <= rows.min() and rows.max() <= box[3] + 16
        assert box[0] - 16 <= columns.min() and columns.max() <= box[2] + 16
        assert changed[box[1] : box[3], box[0] : box[2]].mean() > 0.3
    assert restyled(marked, replace(marked.style, burnt_times=False), cache).parts == board.parts
