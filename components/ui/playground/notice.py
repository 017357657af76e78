"""Says above the composer what the last change took off the page, with the button that brings it back."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.ui.conversation import editing
from components.ui.spoken import spoken
from components.ui.state import Session, session


def draw_notice(state: Session, place: DeltaGenerator) -> None:
    """Draws the line into `place`; nothing where there is no notice."""
    notice = state.notice
    if notice is None:
        return
    with place.container(key="notice", horizontal=True, wrap=False, vertical_alignment="center", gap="xsmall"):
        st.markdown(f":small[:material/info: {notice.words}]", width="stretch")
        st.button(
            "Undo" if notice.branch is None else "Show it",
            key="notice-back",
            type="tertiary",
            on_click=_go_back,
        )
        st.button(spoken("Dismiss"), icon=":material/close:", key="notice-close", type="tertiary", on_click=_dismiss)


def _go_back() -> None:
    # While a reply is being written nothing can be changed: `editing` says so, and the notice stays.
    notice = session().notice
    if notice is not None:
        if notice.branch is None:
            editing.undo()
        else:
            editing.show(notice.branch)


def _dismiss() -> None:
    session().notice = None
