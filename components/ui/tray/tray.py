"""The tray: what is attached, exactly as it will be sent and in that order, in one strip with its count.

A strip that is too wide scrolls, to what was attached last.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.parts import PicturePart
from components.media.attachments import Attachment
from components.ui.markdown.escaping import with_code
from components.ui.named import draw_names
from components.ui.state import Session
from components.ui.tray.photos import draw_hint, draw_photo, draw_remote
from components.ui.tray.sent_pictures import draw_sent
from components.ui.tray.storyboard import draw_clip, sent_whole
from components.ui.tray.text_file import draw_text_file
from components.ui.tray.texts import draw_text
from components.ui.tray.tile import TrayState
from components.ui.tray.uploads import draw_arrivals, draw_refusals, settle
from components.ui.views import Place


def draw_tray(state: Session) -> None:
    """Draws all attachments in the order in which they are sent."""
    with st.container(key="tray", horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
        with st.container(key="tray-count", width="content"):
            st.caption(_count(state))
        with st.container(key="storyboard", horizontal=True, wrap=False, vertical_alignment="center", gap="xsmall"):
            for position, attachment in enumerate(state.tray):
                with st.container(
                    key=f"tile-{position}",
                    width="content",
                    horizontal=True,
                    wrap=False,
                    vertical_alignment="center",
                    gap="xxsmall",
                ):
                    _draw(attachment, position)
    for position, attachment in enumerate(state.tray):
        if attachment.kind == "image":
            draw_hint(attachment, position)
    panel = state.of(TrayState)
    dialog, panel.dialog = panel.dialog, None
    if dialog is not None:
        dialog()


def _count(state: Session) -> str:
    """How many pictures and whole clips there are, in words."""
    clips = sum(sent_whole(state, at) for at in range(len(state.tray)))
    pictures = sum(
        isinstance(part, PicturePart)
        for at, each in enumerate(state.tray)
        if not sent_whole(state, at)
        for part in each.parts
    )
    texts = sum(each.kind == "text" for each in state.tray)
    files = sum(each.kind == "file" for each in state.tray)
    counted = ((pictures, "picture"), (clips, "clip"), (files, "file"), (texts, "text"))
    return ", ".join(f"**{count}** {name if count == 1 else name + 's'}" for count, name in counted if count)


def _draw(attachment: Attachment, position: int) -> None:
    match attachment.kind:
        case "clip":
            draw_clip(attachment, position)
        case "sent":
            draw_sent(attachment, position)
        case "image":
            draw_photo(attachment, position)
        case "remote":
            draw_remote(attachment, position)
        case "file":
            draw_text_file(attachment, position)
        case _:
            draw_text(attachment, position)


def fill_tray(state: Session, notices: DeltaGenerator, arrivals: DeltaGenerator, tray: Place) -> None:
    """Attaches the files that were read, says why others were not, and draws files being read and what is attached.

    Call it after the uploader was drawn anew: files that are dropped meanwhile go into that one.
    """
    settle(state)
    draw_arrivals(state, arrivals)
    if state.refusals or state.problem:
        with notices.container(key="notices"):
            draw_refusals(state)
            if state.problem:
                st.error(with_code(state.problem), icon=":material/error:")
    if state.tray:
        with tray.container(gap=None):
            draw_tray(state)
            draw_names("tray")
