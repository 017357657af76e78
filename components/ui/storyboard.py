"""What is attached, exactly as it will be sent: each photo, and every frame of each clip with its time."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.core.parts import FramePart, clock
from components.media import limits
from components.media.attachments import Attachment, resampled, without_frame
from components.media.estimates import estimate
from components.media.images import PreparedImage
from components.ui.figures import size
from components.ui.state import Session, session, set_widget, widget_value

_PICTURE_WIDTH = 96
# A photo row and a row of frames on a wide page; from there on the storyboard scrolls, and the page stays in sight.
_TALLEST = 300
_FITTING = 4


def draw_tray(state: Session) -> None:
    """Draws all attachments; the photos share a row, each clip has its own storyboard."""
    pictures = sum(len(attachment.parts) for attachment in state.tray)
    with st.container(
        key="storyboard", height=_TALLEST if pictures > _FITTING else "content", border=True, gap="small"
    ):
        photos = [(at, attachment) for at, attachment in enumerate(state.tray) if attachment.kind == "image"]
        if photos:
            with st.container(horizontal=True, gap="small"):
                for position, photo in photos:
                    _draw_photo(photo, position)
        for position, attachment in enumerate(state.tray):
            if attachment.kind == "clip":
                _draw_clip(attachment, position)


def _draw_photo(photo: Attachment, position: int) -> None:
    (part,) = photo.parts
    image = photo.facts
    assert isinstance(image, PreparedImage)
    notes = ", ".join(photo.notes) or "sent as it is, without its metadata"
    weight = estimate(photo.parts)
    about = (
        f"{photo.name}: {part.width} × {part.height} px, {size(image.original_bytes)} → {size(len(part.data))}, "
        f"about {weight.tokens:,} tokens (estimated); {notes}"
    )
    with st.container(width=_PICTURE_WIDTH, gap=None):
        st.image(part.data, width=_PICTURE_WIDTH, alt=photo.name)
        with st.container(horizontal=True, vertical_alignment="center", gap=None):
            st.caption(f"{part.width} × {part.height}", help=about, width="stretch")
            _draw_remove(f"detach-{position}-{photo.name}", f"Remove {photo.name}", _detach, position)


def _draw_clip(clip: Attachment, position: int) -> None:
    weight = estimate(clip.parts)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        facts = f"{', '.join(clip.notes)} · about {weight.tokens:,} tokens (estimated), {size(weight.body_bytes)}"
        st.markdown(f":material/movie: **{_plain(clip.name)}** :small[:gray[{facts}]]", width="stretch")
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
        _draw_remove(f"detach-{position}-{clip.name}", f"Remove {clip.name}", _detach, position)
    with st.container(horizontal=True, gap="small"):
        for index, part in enumerate(clip.parts):
            assert isinstance(part, FramePart)
            named = f"frame {index + 1} of {len(clip.parts)} at {clock(part.time_s)}"
            with st.container(width=_PICTURE_WIDTH, gap=None):
                st.image(part.data, width=_PICTURE_WIDTH, alt=f"{clip.name}, {named}")
                with st.container(horizontal=True, vertical_alignment="center", gap=None):
                    st.caption(clock(part.time_s), width="stretch")
                    key = f"drop-{position}-{part.time_s}"
                    _draw_remove(key, f"Do not send {named}", _drop_frame, position, index, only=len(clip.parts) == 1)


def _draw_remove(key: str, words: str, remove: Callable[..., None], *args: int, only: bool = False) -> None:
    st.button(
        "", icon=":material/close:", key=key, type="tertiary", help=words, disabled=only, on_click=remove, args=args
    )


def _plain(name: str) -> str:
    """A file's name without what Markdown would make of it."""
    return "".join(f"\\{character}" if character in r"\`*_[]:$~" else character for character in name)


def _take_count(position: int, key: str) -> None:
    tray = session().tray
    tray[position] = resampled(tray[position], widget_value(key))


def _detach(position: int) -> None:
    del session().tray[position]


def _drop_frame(position: int, index: int) -> None:
    tray = session().tray
    tray[position] = without_frame(tray[position], index)
