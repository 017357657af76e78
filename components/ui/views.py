"""Views that take each other's place on a page, of which one may be drawn for minutes while a loop runs in it."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.ui.state import Lasts, PanelState, session


@dataclass
class PlacesState(PanelState, lasts=Lasts.BROWSER):
    """`places`: what stands in which of the two places of `view_of`."""

    places: dict[str, tuple[str, int]] = field(default_factory=dict)


def view(number: int, of: int) -> DeltaGenerator:
    """The container for view `number` (from 0), one of `of` that may stand here; the others' are emptied.

    Each view has a place of its own. Elements that a run puts nothing in the place of stay, greyed, until its end;
    and an emptied place that is filled anew at once is never empty: Streamlit sends only the last of both.
    """
    places = [st.container() if place == number else st.empty() for place in range(of)]
    return places[number]


def view_of(name: str, shown: str) -> DeltaGenerator:
    """The container for what `shown` names; another one than for what stood here before it under `name`.

    What only goes on, so that its name begins with the name from before, stays where it is.
    """
    places = session().of(PlacesState).places
    before, place = places.get(name, (shown, 0))
    place = place if shown.startswith(before) else 1 - place
    places[name] = shown, place
    return view(place, 2)
