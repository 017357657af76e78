"""What is attached, exactly as it will be sent: each photo, and every frame of each clip with its time."""

from __future__ import annotations

import streamlit as st

from components.core.parts import FramePart, clock
from components.media import limits
from components.media.attachments import Attachment, resampled, without_frame
from components.media.estimates import estimate
from components.ui.figures import size
from components.ui.state import Session, session, set_widget, widget_value

_TALL = 260


def draw_tray(state: Session) -> None:
    """Draws all attachments; nothing when there are none."""
    if not state.tray:
        return
    with st.container(key="storyboard", height=_TALL if _many(state) else "content", border=True):
        for position, attachment in enumerate(state.tray):
            _draw_head(attachment, position)
            _draw_pictures(attachment, position)


def _many(state: Session) -> bool:
    return sum(len(attachment.parts) for attachment in state.tray) > 6


def _draw_head(attachment: Attachment, position: int) -> None:
    weight = estimate(attachment.parts)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        icon = ":material/movie:" if attachment.kind == "clip" else ":material/image:"
        facts = f"about {weight.tokens:,} tokens (estimated), {size(weight.body_bytes)}"
        st.markdown(f"{icon} **{attachment.name}** :small[:gray[{_described(attachment)} · {facts}]]", width="stretch")
        if attachment.kind == "clip":
            key = f"frames-{position}-{attachment.name}"
            set_widget(key, len(attachment.parts))
            st.number_input(
                "Frames",
                1,
                limits.CLIP_FRAMES,
                key=key,
                width=120,
                label_visibility="collapsed",
                help="How many frames are sent, spread evenly over the clip.",
                on_change=_take_count,
                args=(position, key),
            )
        st.button(
            "",
            icon=":material/close:",
            key=f"detach-{position}-{attachment.name}",
            type="tertiary",
            help=f"Remove {attachment.name}",
            on_click=_detach,
            args=(position,),
        )


def _described(attachment: Attachment) -> str:
    return ", ".join(attachment.notes)


def _draw_pictures(attachment: Attachment, position: int) -> None:
    with st.container(horizontal=True, gap="small"):
        for index, part in enumerate(attachment.parts):
            with st.container(width=112, gap=None):
                if isinstance(part, FramePart):
                    named = f"Frame {index + 1} of {len(attachment.parts)} at {clock(part.time_s)}"
                    st.image(part.data, width=112, alt=named)
                    with st.container(horizontal=True, horizontal_alignment="distribute", gap=None):
                        st.caption(clock(part.time_s))
                        st.button(
                            "",
                            icon=":material/close:",
                            key=f"drop-{position}-{part.time_s}",
                            type="tertiary",
                            help=f"Do not send: {named}",
                            disabled=len(attachment.parts) == 1,
                            on_click=_drop_frame,
                            args=(position, index),
                        )
                else:
                    st.image(part.data, width=112, alt=attachment.name)
                    st.caption(f"{part.width} × {part.height}")


def _take_count(position: int, key: str) -> None:
    tray = session().tray
    tray[position] = resampled(tray[position], widget_value(key))


def _detach(position: int) -> None:
    del session().tray[position]


def _drop_frame(position: int, index: int) -> None:
    tray = session().tray
    tray[position] = without_frame(tray[position], index)
