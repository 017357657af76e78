"""The playground page put together: settings, conversation, composer, and the live turn last."""

from __future__ import annotations

import streamlit as st

from components.ui.composer import draw_composer
from components.ui.preview import draw_preview
from components.ui.sidebar import draw_sidebar
from components.ui.state import session
from components.ui.turn import draw_turn, follow
from components.ui.welcome import draw_welcome


def draw_playground() -> None:
    """Draws the page; returns when no run is live."""
    state = session()
    draw_sidebar()
    if not state.turns:
        draw_welcome()
    views = [draw_turn(turn, number) for number, turn in enumerate(state.turns, start=1)]
    stop = draw_composer()
    with st.bottom:
        draw_preview(state)
    if state.live_turn is not None:
        follow(views[-1])
        stop.empty()
