"""The row above the conversation: what can be done with the whole of it, each a small button."""

from __future__ import annotations

import streamlit as st

from components.ui.conversation_buttons import draw_conversation_buttons
from components.ui.export import draw_export
from components.ui.get_code import draw_get_code
from components.ui.paste_code import draw_paste_code
from components.ui.share import draw_share
from components.ui.shortcuts import draw_help, draw_regenerate, draw_search
from components.ui.state import Session
from components.ui.templates import draw_templates


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
