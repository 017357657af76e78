"""The playground page put together: settings, conversation, composer, and the live turn last."""

from __future__ import annotations

import streamlit as st

from components.ui.composer import draw_composer
from components.ui.sidebar import draw_sidebar
from components.ui.state import session
from components.ui.turn import draw_turn, follow
from components.ui.welcome import draw_welcome


def draw_playground() -> None:
    """Draws the page; returns when no run is live."""
    state = session()
    draw_sidebar()
    welcome = st.empty()
    if not state.turns:
        with welcome.container():
            draw_welcome()
    views = [draw_turn(turn, number) for number, turn in enumerate(state.turns, start=1)]
    for _ in range(state.turns_drawn - len(views)):
        st.empty()  # clears what stood there: turns that were removed
    state.turns_drawn = len(views)
    composer = draw_composer()
    if state.live_turn is not None:
        follow(views[-1])
        composer.settle()
