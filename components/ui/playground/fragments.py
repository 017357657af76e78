"""Fragments of the playground: a click within one draws it alone, and the conversation stays as it is.

The browser spends most of the time of a click on drawing long turns. Where a click in a fragment changed anything that
the rest of the page is drawn from, the whole page is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass

import streamlit as st

from components.ui import resources
from components.ui.playground.window import WindowState, first_drawn
from components.ui.state import Lasts, PanelState, Session, session
from components.ui.turn.outcome import lost_to_thinking


@dataclass
class FragmentsState(PanelState, lasts=Lasts.CONVERSATION):
    """`shown`: the state that the page was drawn from."""

    shown: object = None


def draw_fragment(key: str, draw: Callable[[], None]) -> None:
    """Draws a fragment of the page. `draw` must ask for the session itself, which may be another one at a later click.

    While a reply is being written, or something is attached, it is drawn with the page: Streamlit (1.67) would serve a
    click in a fragment only when the loop that draws the page has ended.
    """
    state = session()
    if state.live_turn is not None or state.tray:
        with st.container():  # the same places as a fragment's, or the browser would build them anew
            draw()
        return

    def alone() -> None:
        state = session()
        fragments = state.of(FragmentsState)
        if not state.drawing and fragments.shown != _rest(state):
            st.rerun()
        draw()
        if not state.drawing and fragments.shown != _rest(state):
            st.rerun()

    st.fragment(alone, key=key)()


def begin_page(state: Session) -> None:
    """Notes that the whole page is being drawn; at its beginning."""
    state.drawing = True


def end_page(state: Session) -> None:
    """Notes what the page was drawn from; at its end."""
    state.drawing, state.of(FragmentsState).shown = False, _rest(state)


def _rest(state: Session) -> tuple[object, ...]:
    """All that a click in a fragment may change, and that the rest of the page is drawn from."""
    conversation = state.conversation
    shown = state.turns[first_drawn(state) :]
    # The remedy for an answer that was lost is drawn from the settings as well.
    settings_shown = any(turn.rounds and lost_to_thinking(turn.run) for turn in shown)
    return (
        conversation.id,
        [node.id for node in conversation.path],
        len(conversation.undo),
        [turn.key for turn in state.turns],
        state.own.copy() if settings_shown else None,
        astuple(state.tools),
        state.private or resources.history_writer().problem,
        (state.problem, state.notice, state.draft, tuple(state.refusals), state.of(WindowState).earlier),
    )
