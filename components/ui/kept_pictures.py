"""Pictures of an earlier message in the tray: sent again as they were; what they were made of is not at hand."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.core.parts import FramePart, clock
from components.media.attachments import Attachment
from components.ui.state import session
from components.ui.tile import PICTURE_WIDTH, draw_remove


def draw_kept(attachment: Attachment, position: int) -> None:
    """Draws the pictures of an attachment that stands at `position` in the tray; each can be left out."""
    with st.container(horizontal=True, gap="small"):
        for index, part in enumerate(attachment.parts):
            named = f"{part.clip} at {clock(part.time_s)}" if isinstance(part, FramePart) else part.name
            with st.container(width=PICTURE_WIDTH, gap=None):
                st.image(part.data, width=PICTURE_WIDTH, alt=named)
                with st.container(horizontal=True, vertical_alignment="center", gap=None):
                    words = clock(part.time_s) if isinstance(part, FramePart) else f"{part.width} × {part.height}"
                    st.caption(words, help=f"{named}, as it was sent", width="stretch")
                    draw_remove(
                        f"leave-{position}-{index}-{part.sha256[:8]}", f"Remove {named}", _leave_out, position, index
                    )


def _leave_out(position: int, index: int) -> None:
    tray = session().tray
    parts = tray[position].parts
    if len(parts) == 1:
        del tray[position]
    else:
        tray[position] = replace(tray[position], parts=parts[:index] + parts[index + 1 :])
