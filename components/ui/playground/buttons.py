"""A new conversation: the button in the header, and what it does."""

from __future__ import annotations

import streamlit as st

from components.ui.playground.keeping import PARAMETER
from components.ui.playground.shortcuts import NEW
from components.ui.state import renew, session


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


def begin_new(*, private: bool = False) -> None:
    """Begins a conversation with today's settings; nothing of a `private` one is saved."""
    old = session()
    choices, tools = old.own.copy(), old.tools
    state = renew()
    state.own, state.tools, state.private = choices, tools, private
    st.query_params.pop(PARAMETER, None)
