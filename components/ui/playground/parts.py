"""Parts of the playground that a click within them draws alone: the conversation beside them stays as it is.

Drawing a page of long turns takes the browser most of the time that a click takes. What a part's click does to the rest
of the page is not guessed: where anything changed that the rest is drawn from, the whole page is drawn.
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
class PartsState(PanelState, lasts=Lasts.CONVERSATION):
    """`shown`: what the page was drawn from."""

    shown: object = None


def draw_part(name: str, draw: Callable[[], None]) -> None:
    """Draws a part of the page. `name` is its own; `draw` asks for the session anew, which may be another by then.

    While a reply is being written, or frames are taken of what is attached, the page is one: Streamlit (1.67) would
    serve a part's click only when the loop that draws it has ended.
    """
    state = session()
    if state.live_turn is not None or state.tray:
        with st.container():  # the same places as a fragment's, or the browser would build them anew
            draw()
        return

    def alone() -> None:
        state = session()
        parts = state.of(PartsState)
        if not state.drawing and parts.shown != _rest(state):
            st.rerun()
        draw()
        if not state.drawing and parts.shown != _rest(state):
            st.rerun()

    st.fragment(alone, key=name)()


def begin(state: Session) -> None:
    """Says that the whole page is being drawn."""
    state.drawing = True


def end(state: Session) -> None:
    """Notes what the page was drawn from; at its end."""
    state.drawing, state.of(PartsState).shown = False, _rest(state)


def _rest(state: Session) -> tuple[object, ...]:
    """All that a click in a part may change, and that something outside of the parts is drawn from."""
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
        state.private or resources.keeper().problem,
        (state.problem, state.notice, state.draft, tuple(state.refusals), state.of(WindowState).earlier),
    )
