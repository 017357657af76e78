"""A frame shown large, with what tells it from the others."""

from __future__ import annotations

import streamlit as st

from components.core.parts import FramePart, clock
from components.media.estimates import picture_tokens
from components.ui.figures import size
from components.ui.markdown.escaping import escaped
from components.ui.state import Session


def draw_enlarged(state: Session) -> None:
    """Opens the frame that was asked for, once."""
    frame, state.enlarged = state.enlarged, None
    if frame is not None:
        _show(frame)


@st.dialog("Frame", width="large")
def _show(frame: FramePart) -> None:
    draw_frame(frame)


def draw_frame(frame: FramePart) -> None:
    """Draws a frame as wide as there is room, with its facts."""
    st.image(frame.data, width="stretch", alt=f"Frame of {frame.clip} at {clock(frame.time_s)}")
    tokens = picture_tokens(frame.width, frame.height)
    st.markdown(
        f"**{clock(frame.time_s, 3)}** of {escaped(frame.clip)} · {frame.width} × {frame.height} px · "
        f"{size(len(frame.data))} · about {tokens:,} tokens (estimated)"
    )
    st.caption(f"Goes out after the text “{escaped(frame.caption)}”. SHA-256 `{frame.sha256}`")
