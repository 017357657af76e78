"""A frame shown large, with its facts."""

from __future__ import annotations

import streamlit as st

from components.core.parts import FramePart
from components.core.texts import whole_characters
from components.media.estimates import picture_tokens
from components.ui.figures import size
from components.ui.markdown.escaping import escaped


def open_frame(frame: FramePart) -> None:
    """Opens the dialog of a frame or a page."""
    st.dialog("Page" if frame.page else "Frame", width="large")(draw_frame)(frame)


def draw_frame(frame: FramePart) -> None:
    """Draws a frame as wide as there is room, with its facts."""
    st.image(frame.data, width="stretch", alt=frame.name)
    tokens = picture_tokens(frame.width, frame.height)
    st.markdown(
        f"**{frame.label(3)}** of {escaped(frame.clip)} · {frame.width} × {frame.height} px · "
        f"{size(len(frame.data))} · about {tokens:,} tokens (estimated)"
    )
    caption, _, text = frame.caption.partition("\n")
    st.caption(f"Goes out after the text “{escaped(caption)}”. SHA-256 `{frame.sha256}`")
    if text:
        with st.container(height=240, key="page-text"):
            st.text(whole_characters(text))
