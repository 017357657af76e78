"""The presenter's view: question, media, thinking and answer alone, in large type, for a room.

It is the same page with `?present=1` in its address: what is live goes on, and leaving it changes nothing.
"""

from __future__ import annotations

import streamlit as st

from components.ui.streamlit_internals import dom_source, unseen_component

KEY = "Ctrl+Shift+F"  # one with Ctrl is heard in the message box as well
_PARAMETER = "present"


def is_presenting() -> bool:
    """Whether the page is in the presenter's view."""
    return st.query_params.get(_PARAMETER) == "1"


def switch_presenting() -> None:
    """Begins the presentation, or leaves it."""
    if is_presenting():
        del st.query_params[_PARAMETER]
    else:
        st.query_params[_PARAMETER] = "1"


def draw_presenting() -> None:
    """Hears the key; in a presentation hides the rest of the page, and has the arrow keys go from turn to turn."""
    presenting = is_presenting()
    with st.container(key="presenting" if presenting else "presenting-key"):
        st.button(
            "Leave the presentation" if presenting else "Present",
            key="leave-presenting" if presenting else "present",
            shortcut=KEY,
            on_click=switch_presenting,
        )
    if presenting:
        st.html(f"<style>{dom_source('presenting.css')}</style>")
        unseen_component("playground_presenter", "presenting.js")(key="presenter")
