"""A tray is found again by its owner, and not for ever."""

from __future__ import annotations

from components.core.parts import ImagePart
from components.media.attachments import Attachment, attachments_of, text_between
from components.runs.trays import Trays


def photo(count: int) -> list[Attachment]:
    """A tray with a picture of so many bytes."""
    return list(attachments_of([ImagePart(bytes(count), "image/png", 1, 1, "a.png")]))


def test_a_tray_is_found_as_it_stands_by_its_owner_only():
    trays, tray = Trays(), [text_between("a")]
    trays.put("c1", "ann", tray)
    tray.append(text_between("b"))
    found = trays.find("c1", "ann")
    assert found == tray and found is not tray
    assert trays.find("c1", "bob") == trays.find("c2", "ann") == []


def test_what_was_sent_is_forgotten():
    trays, tray = Trays(), [text_between("a")]
    trays.put("c1", "ann", tray)
    tray.clear()
    assert trays.find("c1", "ann") == []


def test_the_oldest_are_forgotten_for_the_newest_which_never_is():
    trays = Trays(most_bytes=100)
    for name, count in (("c1", 40), ("c2", 50), ("c1", 45), ("c3", 20)):
        trays.put(name, "ann", photo(count))
    assert [name for name in ("c1", "c2", "c3") if trays.find(name, "ann")] == ["c1", "c3"]
    trays.put("c4", "ann", photo(1_000))
    assert [name for name in ("c1", "c2", "c3", "c4") if trays.find(name, "ann")] == ["c4"]


def test_what_a_page_left_waits_for_its_return_but_not_for_ever_and_not_if_it_is_much():
    now = [0.0]
    trays = Trays(left_bytes=100, clock=lambda: now[0])
    trays.put("c1", "ann", left := photo(40))
    trays.leave("c1", left)
    now[0] = 3_000.0
    assert trays.find("c1", "ann") == left
    trays.put("c2", "ann", other := photo(70))
    trays.leave("c2", other)
    assert trays.find("c1", "ann") == [] and trays.find("c2", "ann") == other
    now[0] = 7_000.0
    trays.put("c3", "ann", third := photo(1))
    trays.leave("c3", third)
    assert trays.find("c2", "ann") == [] and trays.find("c3", "ann") == third


def test_what_another_page_of_the_conversation_holds_is_not_left():
    trays, gone, here = Trays(left_bytes=0), photo(40), photo(50)
    trays.put("c1", "ann", gone)
    trays.put("c1", "ann", here)
    trays.leave("c1", gone)
    assert trays.find("c1", "ann") == here
