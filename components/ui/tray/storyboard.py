"""A clip in the tray: the frames that will be sent, each with its time. The open storyboard is `storyboard_panel`."""

from __future__ import annotations

import streamlit as st

from components.api.wires.weight import sends_videos
from components.core.parts import FramePart
from components.media.attachments import Attachment, of_storyboard
from components.media.estimates import estimate
from components.media.storyboard import Storyboard
from components.ui.figures import size
from components.ui.markdown.escaping import escaped
from components.ui.state import Session, session
from components.ui.tray.picture_tokens import picture_factor
from components.ui.tray.storyboard_work import open_storyboard
from components.ui.tray.tile import PICTURE_WIDTH, draw_detach, draw_menu, draw_remove

ICONS = {"clip": ":material/movie:", "animation": ":material/gif_box:", "document": ":material/picture_as_pdf:"}


def draw_clip(clip: Attachment, position: int) -> None:
    """Draws a clip of the tray, which is there at `position`, with all its frames."""
    whole = sent_whole(session(), position)
    weight = estimate([clip.video] if whole and clip.video else clip.parts, picture_factor=picture_factor()[0])
    notes = "the clip itself is sent, unchanged" if whole else ", ".join(clip.notes)
    facts = f"{notes} · about {weight.tokens:,} tokens (estimated), {size(weight.body_bytes)}"
    board = clip.facts
    assert isinstance(board, Storyboard)
    kind, unit = board.clip.kind, board.clip.unit
    with st.container(key=f"clip-head-{position}", gap=None, width="content"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="xxsmall"):
            st.markdown(f"{ICONS[kind]} **{escaped(clip.name)}** :small[:gray[{facts}]]", width="content")
            draw_menu(position, clip.name, "Order", f"Where {escaped(clip.name)} stands among what is sent")
            draw_detach(position, clip.name)
        st.button(
            "Storyboard",
            icon=":material/view_comfy:",
            key=f"open-{position}-{clip.name}",
            type="tertiary",
            help=f"Choose the {unit}s of {escaped(clip.name)} · {facts}",
            on_click=_open,
            args=(position,),
        )
    if whole:
        return
    for index, part in enumerate(clip.parts):
        assert isinstance(part, FramePart)
        named = naming(part, index + 1, len(clip.parts))
        with st.container(width=PICTURE_WIDTH, gap=None, key=f"strip-{position}-{index}"):
            # Not `width=`: Streamlit would encode a wider picture anew, and what is shown is what is sent.
            st.image(part.data, width="stretch", alt=f"{clip.name}, {named}")
            st.caption(short_label(part))
            key = f"drop-{position}-{part.page or part.time_s}"
            draw_remove(key, f"Leave out {named}", _drop_frame, position, index, only=len(clip.parts) == 1)


def naming(part: FramePart, number: int, count: int) -> str:
    """The name of a frame among `count` that are sent; a page has its own number."""
    return part.label().lower() if part.page else f"frame {number} of {count} at {part.label()}"


def short_label(part: FramePart) -> str:
    """The label of a small picture, short enough not to hide it."""
    return f"p. {part.page}" if part.page else part.label()


def sent_whole(state: Session, position: int) -> bool:
    """Whether the clip at `position` is sent itself: the user has chosen so, and the endpoint accepts clips."""
    return state.tray[position].video is not None and sends_videos(state.edited.wire)


def _open(position: int) -> None:
    state = session()
    open_storyboard(state, state.tray[position])


def _drop_frame(position: int, index: int) -> None:
    tray = session().tray
    board = tray[position].facts
    assert isinstance(board, Storyboard)
    tray[position] = of_storyboard(board.without(board.picks[index].index))
