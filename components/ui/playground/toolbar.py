"""The row above the conversation: what can be done with the whole of it, each a small button."""

from __future__ import annotations

import streamlit as st

from components.ui.playground.buttons import draw_conversation_buttons
from components.ui.playground.export import draw_export
from components.ui.playground.get_code import draw_get_code
from components.ui.playground.paste_code import draw_paste_code
from components.ui.playground.share import draw_share
from components.ui.playground.shortcuts import draw_help, draw_regenerate, draw_search
from components.ui.playground.templates import draw_templates
from components.ui.state import Session


def draw_toolbar(state: Session) -> None:
    """Draws the row."""
    with st.container(key="toolbar", horizontal=True, horizontal_alignment="right", gap="xsmall"):
        draw_regenerate(state)
        draw_templates()
        draw_paste_code()
        draw_conversation_buttons(state)
        draw_export(state)
        draw_share()
        draw_get_code(state)
        draw_search()
        draw_help()
