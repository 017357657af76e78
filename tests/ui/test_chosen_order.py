"""Files stand in the tray in the order in which they were chosen, in whatever order they come."""

from hypothesis import given
from hypothesis import strategies as st

from components.ui.tray.chosen_order import ChosenOrder

CHOSEN = ["a.mp4", "b.jpg", "large.mp4", "c.pdf", "larger.mov"]


@given(st.permutations(CHOSEN), st.integers(1, 4))
def test_what_is_chosen_at_once_keeps_its_order_whichever_comes_first(coming, told):
    # The order is known from the moment at which the first large file has come.
    order, tray = ChosenOrder(), ["before.png"]
    first = sorted(coming[:told], key=CHOSEN.index)
    tray += first
    order.add(CHOSEN, tray)
    for name in coming[told:]:
        tray.insert(order.place(name, tray), name)
    assert tray == ["before.png", *CHOSEN]


def test_a_file_that_is_chosen_again_later_comes_last():
    order, tray = ChosenOrder(), ["a.jpg"]
    order.add(["a.jpg", "large.mp4", "b.jpg"], tray)
    for name in ("large.mp4", "b.jpg"):
        tray.insert(order.place(name, tray), name)
    tray.remove("a.jpg")
    assert order.place("a.jpg", tray) == 2
