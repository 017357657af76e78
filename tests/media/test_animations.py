"""Animations are taken as frames, each as Pillow composes it, at the time that its delays give it."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from components.core.errors import MediaError
from components.core.parts import ImagePart
from components.media import animations
from components.media.animations import Animation, is_animation, open_animation
from components.media.attachments import as_whole, attach
from components.media.clip_cache import ClipCache
from components.media.rendering import FrameStyle
from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard, replaced

from .papers import pictures, saved

DELAYS_MS = [100, 40, 250, 60, 500, 80, 30]
# Name -> file, and how many stills stand in front of what is played.
FILES = {
    "a.gif": (lambda: saved(pictures(7), "GIF", duration=DELAYS_MS, loop=0), 0),
    "clear.gif": (lambda: saved(pictures(7, mode="RGBA"), "GIF", duration=DELAYS_MS, disposal=2), 0),
    "a.webp": (lambda: saved(pictures(7), "WEBP", duration=DELAYS_MS, lossless=True), 0),
    "a.png": (lambda: saved(pictures(7), "PNG", duration=DELAYS_MS), 0),
    "front.png": (lambda: saved(pictures(8), "PNG", duration=DELAYS_MS, default_image=True), 1),
    "a.avif": (lambda: saved(pictures(7), "AVIF", duration=DELAYS_MS, speed=10), 0),
}


def opened(name, data):
    return open_animation(name, data)


def frames(animation):
    return dict(animation.frames_at(range(animation.frame_count), lambda: None))


@pytest.mark.parametrize("name", FILES)
def test_each_frame_is_pillows_own_at_the_time_of_its_delays(name):
    make, in_front = FILES[name]
    data = make()
    animation = opened(name, data)
    starts = [sum(DELAYS_MS[:number]) / 1000 for number in range(7)]
    assert animation.frame_times_s == pytest.approx(starts, abs=1e-9)
    assert animation.duration_s == pytest.approx(sum(DELAYS_MS) / 1000)
    found = frames(animation)
    assert sorted(found) == list(range(7))
    with Image.open(BytesIO(data)) as image:
        for number, frame in found.items():
            image.seek(in_front + number)
            shown = Image.new("RGBA", image.size, "white")
            shown.alpha_composite(image.convert("RGBA"))
            assert np.array_equal(frame[:, :, ::-1], np.asarray(shown.convert("RGB")))


@pytest.mark.parametrize("name", FILES)
def test_it_is_attached_as_a_clip_is_and_cannot_go_as_a_whole(name):
    attachment = attach(name, FILES[name][0](), 3)
    assert attachment.kind == "clip" and "3 of 7 frames are sent" in attachment.notes
    times = attachment.facts.clip.frame_times_s
    assert [part.time_s for part in attachment.parts] == [times[pick.index] for pick in attachment.facts.picks]
    assert attachment.parts[0].caption == f"[{attachment.parts[0].label()}] frame of {name}"
    assert as_whole(attachment) is attachment


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_a_still_one_stays_a_photo(format):
    (part,) = attach(f"a.{format.lower()}", saved(pictures(1), format)).parts
    assert isinstance(part, ImagePart)


def test_a_png_with_one_frame_behind_its_still_is_a_photo():
    assert not is_animation(saved(pictures(2), "PNG", duration=80, default_image=True))


def test_the_bytes_decide():
    attachment = attach("a.jpg", FILES["a.gif"][0](), 2)
    assert attachment.kind == "clip" and "it is a GIF picture, whatever its name says" in attachment.notes


def test_delays_that_no_browser_keeps_are_those_that_it_shows():
    animation = opened("a.gif", saved(pictures(4), "GIF", duration=[0, 10, 20, 30]))
    assert animation.frame_times_s == (0.0, 0.1, 0.2, 0.22) and animation.duration_s == 0.25
    assert animation.notes == ("frames of at most 10 ms count as 100, as browsers show them",)


@pytest.mark.parametrize(("name", "least"), [("a.gif", 2), ("a.png", 2)])
def test_one_that_was_cut_short_is_opened_as_far_as_it_goes(name, least):
    data = FILES[name][0]()
    animation = opened(name, data[: len(data) * 2 // 3])
    assert least <= animation.frame_count < 7 and "the file may be cut short" in animation.notes[0]
    assert len(frames(animation)) == animation.frame_count


def test_a_bomb_is_unpacked_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(animations, "_MOST_PIXELS", 96 * 64 * 3)
    animation = opened("a.gif", FILES["a.gif"][0]())
    assert animation.frame_count == 3 and "only its first 3 frames are taken" in animation.notes[0]


def test_a_damaged_one_is_refused_in_a_sentence():
    data = FILES["a.gif"][0]()
    with pytest.raises(MediaError, match=r"^'a\.gif' .+\.$"):
        opened("a.gif", data[:40])


@pytest.mark.parametrize("rule", ["rate", "interval", "scenes", "marks"])
def test_every_rule_of_a_clip_holds(rule):
    animation = opened("a.gif", saved(pictures(12), "GIF", duration=500))
    assert isinstance(animation, Animation)
    board = make_storyboard(animation, Sampling(rule, rate=1.0, interval_s=2.0, marks_s=(0.6, 3.0), exact=True))
    expected = {"rate": [0, 2, 4, 6, 8, 10], "interval": [0, 4, 8], "marks": [1, 6]}
    indices = [pick.index for pick in board.picks]
    assert indices == expected.get(rule, indices) and indices


def test_a_frame_is_replaced_by_its_neighbour_and_made_smaller():
    animation = opened("a.webp", FILES["a.webp"][0]())
    board = make_storyboard(animation, Sampling(count=2, exact=True), FrameStyle(48))
    assert [part.width for part in board.parts] == [48, 48]
    first = board.picks[0].index
    assert replaced(board, first, 1, ClipCache()).picks[0].index == first + 1
