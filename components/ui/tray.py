"""The tray: what is attached, exactly as it will be sent. Photos share a row, each clip has its own storyboard."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from components.ui.kept_pictures import draw_kept
from components.ui.photos import draw_photo
from components.ui.state import Session
from components.ui.storyboard import draw_clip

# A photo row and a row of frames on a wide page; from there on the tray scrolls, and the page stays in sight.
_TALLEST = 300
# While a storyboard is open, which shows the frames large, one row is enough.
_TALLEST_BESIDE = 150
_FITTING = 4


def _height(state: Session, pictures: int) -> int | Literal["content"]:
    if pictures <= _FITTING:
        return "content"
    return _TALLEST_BESIDE if state.opened_clip is not None else _TALLEST


def draw_tray(state: Session) -> None:
    """Draws all attachments; the photos share a row, each clip has its own storyboard."""
    pictures = sum(len(attachment.parts) for attachment in state.tray)
    with st.container(key="storyboard", height=_height(state, pictures), border=True, gap="small"):
        photos = [(at, attachment) for at, attachment in enumerate(state.tray) if attachment.kind == "image"]
        if photos:
            with st.container(horizontal=True, gap="small"):
                for position, photo in photos:
                    draw_photo(photo, position)
        for position, attachment in enumerate(state.tray):
            if attachment.kind == "clip":
                draw_clip(attachment, position)
            elif attachment.kind == "kept":
                draw_kept(attachment, position)
