"""The button in the header for a new conversation."""

from __future__ import annotations

import streamlit as st

from components.ui.conversation.keeping import begin_new
from components.ui.playground.shortcuts import NEW


def draw_new() -> None:
    """Draws the button into the row that is open."""
    st.button(
        "New",
        icon=":material/add_comment:",
        key="new-conversation",
        type="tertiary",
        shortcut=NEW,
        help=f"New conversation ({NEW}); this one stays in History",
        on_click=begin_new,
    )
