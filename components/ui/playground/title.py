"""The conversation's title in the header: read like a heading, edited in place."""

from __future__ import annotations

import streamlit as st

from components.core.texts import whole_characters
from components.ui.conversation.saving import LONGEST_TITLE, save
from components.ui.state import Key, Session, session, set_widget, widget_value


def draw_title(state: Session) -> None:
    """Draws the title as a field. A title that is emptied becomes the beginning of the first question again."""
    key = Key[str](f"title-{state.conversation.id[:8]}")
    title = whole_characters(state.conversation.title)[:LONGEST_TITLE]
    with st.container(key="title"):
        st.text_input(
            "Title of the conversation",
            value=set_widget(key, title),
            key=key,
            max_chars=LONGEST_TITLE,
            placeholder="Private conversation" if state.private else "New conversation",
            label_visibility="collapsed",
            autocomplete="off",
            on_change=_rename,
            args=(key,),
        )


def _rename(key: Key[str]) -> None:
    state = session()
    state.conversation.title = " ".join(widget_value(key).split())
    save(state)
