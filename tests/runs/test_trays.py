"""A tray is found again by its owner, and not for ever."""

from __future__ import annotations

from components.core.parts import ImagePart
from components.media.attachments import Attachment, kept, text_between
from components.runs.trays import Trays


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
    def photo(count: int) -> list[Attachment]:
        return list(kept([ImagePart(bytes(count), "image/png", 1, 1, "a.png")]))

    trays = Trays(most_bytes=100)
    for name, count in (("c1", 40), ("c2", 50), ("c1", 45), ("c3", 20)):
        trays.put(name, "ann", photo(count))
    assert [name for name in ("c1", "c2", "c3") if trays.find(name, "ann")] == ["c1", "c3"]
    trays.put("c4", "ann", photo(1_000))
    assert [name for name in ("c1", "c2", "c3", "c4") if trays.find(name, "ann")] == ["c4"]
