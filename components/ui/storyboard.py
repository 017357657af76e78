"""A clip in the tray: the storyboard of the frames that will be sent, each with its time."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.core.parts import FramePart, clock
from components.media import limits
from components.media.attachments import Attachment, of_storyboard
from components.media.estimates import estimate
from components.media.storyboard import Storyboard, make_storyboard
from components.ui.figures import size
from components.ui.state import session, set_widget, widget_value
from components.ui.tile import PICTURE_WIDTH, detach, draw_remove, plain


def draw_clip(clip: Attachment, position: int) -> None:
    """Draws a clip of the tray, which stands there at `position`, with all its frames."""
    weight = estimate(clip.parts)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        facts = f"{', '.join(clip.notes)} · about {weight.tokens:,} tokens (estimated), {size(weight.body_bytes)}"
        st.markdown(f":material/movie: **{plain(clip.name)}** :small[:gray[{facts}]]", width="stretch")
        key = f"frames-{position}-{clip.name}"
        set_widget(key, len(clip.parts))
        st.number_input(
            f"Frames of {clip.name}",
            1,
            limits.CLIP_FRAMES,
            key=key,
            width=120,
            label_visibility="collapsed",
            help="How many frames are sent, spread evenly over the clip.",
            on_change=_take_count,
            args=(position, key),
        )
        draw_remove(f"detach-{position}-{clip.name}", f"Remove {clip.name}", detach, position)
    with st.container(horizontal=True, gap="small"):
        for index, part in enumerate(clip.parts):
            assert isinstance(part, FramePart)
            named = f"frame {index + 1} of {len(clip.parts)} at {clock(part.time_s)}"
            with st.container(width=PICTURE_WIDTH, gap=None):
                st.image(part.data, width=PICTURE_WIDTH, alt=f"{clip.name}, {named}")
                with st.container(horizontal=True, vertical_alignment="center", gap=None):
                    st.caption(clock(part.time_s), width="stretch")
                    key = f"drop-{position}-{part.time_s}"
                    draw_remove(key, f"Do not send {named}", _drop_frame, position, index, only=len(clip.parts) == 1)


def _take_count(position: int, key: str) -> None:
    tray = session().tray
    board = tray[position].facts
    assert isinstance(board, Storyboard)
    sampling = replace(board.sampling, rule="count", count=widget_value(key))
    tray[position] = of_storyboard(make_storyboard(board.clip, sampling, board.style))


def _drop_frame(position: int, index: int) -> None:
    tray = session().tray
    board = tray[position].facts
    assert isinstance(board, Storyboard)
    tray[position] = of_storyboard(board.without(board.picks[index].index))
