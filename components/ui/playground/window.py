"""Which turns of a long conversation are drawn: the last ones, and on demand those before them.

Each turn costs the browser and every click some milliseconds. Numbers and keys count all turns of the conversation.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.ui.state import Lasts, PanelState, Session, session

# [own] The window moves by so many turns at once: if it moved with each, every turn would be drawn anew.
STEP = 6
_EARLIER = 18


@dataclass
class WindowState(PanelState, lasts=Lasts.CONVERSATION):
    """`earlier`: how many turns before the usual window are to be shown."""

    earlier: int = 0


def first_drawn(state: Session) -> int:
    """The number of turns before the first one that is drawn. `STEP` to twice as many turns are drawn."""
    after = max(0, len(state.turns) - STEP) // STEP * STEP
    return max(0, after - state.of(WindowState).earlier)


def draw_earlier(state: Session, undrawn: int) -> None:
    """Draws the button for the turns before the window; an empty place where there are none."""
    place = st.empty()
    if undrawn:
        more = min(_EARLIER, undrawn)
        place.button(
            f"Show earlier turns ({undrawn} not shown)",
            icon=":material/expand_less:",
            key="earlier",
            type="tertiary",
            width="stretch",
            help=f"Shows {more} more. The model reads them all the same: what is not drawn is still sent.",
            on_click=_show_more,
        )


def _show_more() -> None:
    session().of(WindowState).earlier += _EARLIER
