"""Files come in exactly once, in their order, whoever asks how often; what is given up does not come."""

import gc
import threading
from weakref import ref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core.errors import MediaError
from components.media import reading as module
from components.media.attachments import Attachment
from components.media.clip_cache import ClipCache
from components.media.reading import Reading
from tests.nightly import many

from .clips import recorded
from .pictures import picture_files

PATIENCE_S = 60


def png():
    return next(data for name, data in picture_files().items() if name.endswith("png"))


def taken(reading, receiver="page"):
    found = []
    reading.hand_over(receiver, found.append)
    return [each.name if isinstance(each, Attachment) else str(each) for each in found]


@pytest.fixture
def held(monkeypatch):
    """Reading waits at each file until it is let go on; gives the event and the names that were begun."""
    go, begun = threading.Event(), []

    def slow(name, data, cache=None, progress=None):
        begun.append(name)
        while not go.wait(0.01):
            progress.check()
        return Attachment(name, "image", ())

    monkeypatch.setattr(module, "attach", slow)
    return go, begun


def test_files_are_read_in_their_order_and_taken_once():
    reading = Reading(ClipCache())
    reading.deliver_to("page")
    reading.add("1", "a.png", png())
    reading.add("2", "b.mp4", recorded(5))
    reading.add("3", "c.png", b"")
    assert reading.wait(PATIENCE_S) and reading.has_ended
    names = taken(reading)
    assert names[:2] == ["a.png", "b.mp4"] and names[2].startswith("'c.png' is empty")
    assert taken(reading) == [] and not reading.arrivals


def test_a_file_that_is_told_of_again_is_the_same_file(held):
    go, begun = held
    reading = Reading(ClipCache())
    reading.deliver_to("page")
    for _ in range(5):
        reading.add("1", "a.mp4", b"x")
    go.set()
    assert reading.wait(PATIENCE_S)
    reading.add("1", "a.mp4", b"x")
    assert reading.wait(PATIENCE_S) and taken(reading) == ["a.mp4"] and begun == ["a.mp4"]


def test_what_is_given_up_while_it_is_read_or_waits_does_not_come(held):
    go, _ = held
    reading = Reading(ClipCache())
    reading.deliver_to("page")
    for number in range(4):
        reading.add(str(number), f"{number}.mp4", b"x")
    reading.cancel("0")
    reading.cancel("2")
    assert [arrival.name for arrival in reading.arrivals] == ["1.mp4", "3.mp4"]
    go.set()
    assert reading.wait(PATIENCE_S) and taken(reading) == ["1.mp4", "3.mp4"]


def test_what_is_given_up_as_it_comes_in_can_be_taken_away_again(held):
    go, _ = held
    reading = Reading(ClipCache())
    reading.deliver_to("page")
    for number in range(3):
        reading.add(str(number), "image.jpg", b"x")
    go.set()
    assert reading.wait(PATIENCE_S)
    assert reading.cancel("0") is None
    found = []
    reading.hand_over("page", found.append)
    assert len(found) == 2 and reading.cancel("2") is found[1] and reading.cancel("2") is None
    # What was removed meanwhile is gone, and was not held here.
    gone = ref(found.pop(0))
    gc.collect()
    assert gone() is None and reading.cancel("1") is None


def test_after_a_refresh_the_new_page_takes_what_comes_and_the_old_one_nothing(held):
    go, _ = held
    reading = Reading(ClipCache())
    reading.deliver_to("old")
    reading.add("1", "a.mp4", b"x")
    reading.deliver_to("new")
    go.set()
    assert reading.wait(PATIENCE_S)
    assert taken(reading, "old") == [] and taken(reading, "new") == ["a.mp4"]


def test_a_file_that_breaks_the_reader_is_refused_and_the_next_one_read(monkeypatch):
    def broken(name, data, cache=None, progress=None):
        if name == "bad":
            raise RuntimeError("no")
        return Attachment(name, "image", ())

    monkeypatch.setattr(module, "attach", broken)
    reading = Reading(ClipCache())
    reading.deliver_to("page")
    reading.add("1", "bad", b"x")
    reading.add("2", "good", b"x")
    assert reading.wait(PATIENCE_S)
    found = []
    reading.hand_over("page", found.append)
    assert isinstance(found[0], MediaError) and found[1].name == "good"


@settings(max_examples=many(40), deadline=None)
@given(
    st.lists(
        st.sampled_from(["add", "again", "take", "refresh", "drop", "wait"]),
        min_size=1,
        max_size=30,
    )
)
def test_any_order_of_clicks_refreshes_and_drops_brings_each_file_once(acts):
    reading = Reading(ClipCache())
    page, tray, came, dropped = 0, [], 0, set()
    reading.deliver_to(page)
    picture = png()
    for act in acts:
        match act:
            case "add":
                reading.add(str(came), f"{came}.png", picture)
                came += 1
            case "again":
                reading.add(str(max(0, came - 1)), f"{max(0, came - 1)}.png", picture)
                came = max(came, 1)
            case "take":
                reading.hand_over(page, tray.append)
            case "refresh":
                page += 1
                reading.deliver_to(page)
            case "drop" if came:
                dropped.add(f"{came - 1}.png")
                if (gone := reading.cancel(str(came - 1))) is not None:
                    tray.remove(gone)
            case "wait":
                assert reading.wait(PATIENCE_S)
    assert reading.wait(PATIENCE_S)
    reading.hand_over(page, tray.append)
    names = [each.name for each in tray]
    expected = [f"{number}.png" for number in range(came)]
    assert len(names) == len(set(names)) and [name for name in expected if name in names] == names
    # One that was handed over long before can be taken away in the tray only.
    assert set(expected) - set(names) <= dropped
