"""The tray: what is attached, exactly as it will be sent and in that order.

Photos, addresses and texts that follow each other share a row; each clip has its own storyboard.
"""

from __future__ import annotations

from itertools import groupby
from typing import Literal

import streamlit as st

from components.media.attachments import Attachment
from components.ui.state import Session
from components.ui.tray.kept_pictures import draw_kept
from components.ui.tray.photo_dialog import open_photo
from components.ui.tray.photos import draw_photo, draw_remote
from components.ui.tray.storyboard import draw_clip, sent_whole
from components.ui.tray.texts import draw_text

# A photo row and a row of frames on a wide page; from there on the tray scrolls, and the page stays in sight.
_TALLEST = 300
# While a storyboard is open, which shows the frames large, one row is enough.
_TALLEST_BESIDE = 150
_FITTING = 4
# What has a row of its own; the others share one with their neighbours.
_WIDE = ("clip", "kept")


def _height(state: Session, pictures: int) -> int | Literal["content"]:
    if pictures <= _FITTING:
        return "content"
    return _TALLEST_BESIDE if state.opened_clip is not None else _TALLEST


def draw_tray(state: Session) -> None:
    """Draws all attachments in the order in which they are sent."""
    # A clip that goes as a whole is drawn in a line.
    pieces = sum(len(each.parts) for at, each in enumerate(state.tray) if not sent_whole(state, at))
    with st.container(key="storyboard", height=_height(state, pieces), border=True, gap="small"):
        for is_wide, group in groupby(enumerate(state.tray), key=lambda numbered: numbered[1].kind in _WIDE):
            if is_wide:
                for position, attachment in group:
                    draw = draw_clip if attachment.kind == "clip" else draw_kept
                    draw(attachment, position)
            else:
                with st.container(horizontal=True, gap="small"):
                    for position, attachment in group:
                        _draw_small(attachment, position)
    opened, state.opened = state.opened, None
    if opened is not None:
        open_photo(opened)


def _draw_small(attachment: Attachment, position: int) -> None:
    match attachment.kind:
        case "image":
            draw_photo(attachment, position)
        case "remote":
            draw_remote(attachment, position)
        case _:
            draw_text(attachment, position)
