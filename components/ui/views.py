"""Places of a page for what may be absent, and for views that replace each other, of which one may be drawn for minutes
by a loop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.ui.state import Lasts, PanelState, session


@dataclass
class PlacesState(PanelState, lasts=Lasts.BROWSER):
    """`places`: name -> what `view_of` has shown under it last, and in which of its two places."""

    places: dict[str, tuple[str, int]] = field(default_factory=dict)


class Place:
    """A place for what may be absent, and is drawn later in the run, once.

    Where nothing is `expected` it is emptied at once, as Streamlit leaves the elements of the last run wherever it has
    drawn nothing new. Else it keeps them until then: what is emptied first is gone from the page for a moment, and a
    player that is drawn anew starts anew.
    """

    def __init__(self, *, expected: bool) -> None:
        self._expected = expected
        self._place = st.container(gap=None) if expected else st.empty()

    def container(self, **layout: Any) -> DeltaGenerator:
        """The container to draw in, with the `layout` that Streamlit's has."""
        # Both have the same depth, or the browser would build anew what is in it.
        outer = self._place if self._expected else self._place.container(gap=None)
        return outer.container(**layout)

    def empty(self) -> None:
        """Empties it, though something was expected."""
        self._place.empty()


def view(number: int, of: int) -> DeltaGenerator:
    """The container for view `number` (from 0) of the `of` views that may be shown here; the others are emptied.

    Each view has a place of its own: where a run draws nothing, Streamlit leaves the old elements greyed until its end,
    and a place that is emptied and filled at once would never be empty, as only the last change is sent.
    """
    places = [st.container() if place == number else st.empty() for place in range(of)]
    return places[number]


def view_of(name: str, shown: str) -> DeltaGenerator:
    """The container for what `shown` names, which is another one than that of what was shown before under `name`.

    What only continues, so that its name begins with the one before, keeps its container.
    """
    places = session().of(PlacesState).places
    before, place = places.get(name, (shown, 0))
    place = place if shown.startswith(before) else 1 - place
    places[name] = shown, place
    return view(place, 2)
