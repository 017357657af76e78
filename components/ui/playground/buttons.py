"""The toolbar's buttons for the conversation as a whole: a new one, a private one, and the last change taken back."""

from __future__ import annotations

import streamlit as st

from components.ui.playground import editing
from components.ui.playground.keeping import PARAMETER
from components.ui.playground.shortcuts import NEW
from components.ui.state import Session, renew, session


def draw_conversation_buttons(state: Session) -> None:
    """Draws the buttons into the row that is open."""
    if state.conversation.undo:
        st.button(
            "Undo",
            icon=":material/undo:",
            key="undo",
            type="tertiary",
            help="Take the last change of the conversation back",
            on_click=editing.undo,
        )
    st.button(
        "New",
        icon=":material/add_comment:",
        key="new-conversation",
        type="tertiary",
        shortcut=NEW,
        help=f"Begin a new conversation; this one stays in the history ({NEW})",
        on_click=begin_new,
    )
    st.button(
        "Private",
        icon=":material/visibility_off:",
        key="new-private",
        type="tertiary",
        help="Begin a conversation of which nothing is kept: no text, no media, no figures",
        on_click=begin_new,
        kwargs={"private": True},
    )


def begin_new(*, private: bool = False) -> None:
    """Begins a conversation; the settings stay, what was said is in the history."""
    old = session()
    choices, tools = old.own.copy(), old.tools
    state = renew()
    state.own, state.tools, state.private = choices, tools, private
    st.query_params.pop(PARAMETER, None)
