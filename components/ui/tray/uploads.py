"""Every way in for media: files chosen, dropped anywhere, pasted; the camera; an address; a text in between."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import MediaError
from components.core.parts import FramePart, clock
from components.media.attachments import attach
from components.media.limits import MEGABYTE
from components.media.remote import remote_picture
from components.media.work import Progress
from components.ui import resources
from components.ui.safe_markdown import without_formulas
from components.ui.spoken import spoken
from components.ui.state import Session, session, set_widget, widget_value
from components.ui.tray.arriving import UPLOADER
from components.ui.tray.drop import draw_drop
from components.ui.tray.taking import open_storyboard
from components.ui.tray.tile import PICTURE_WIDTH, insert_text

# Reading more than this takes long enough to be seen: then it is shown how far it is.
_QUICK_FILES = 3
_QUICK_BYTES = 5 * MEGABYTE
_REFUSALS_SHOWN = 4


def draw_uploads(state: Session) -> None:
    """Draws the ways in, in the row of the composer."""
    key = _uploader_key(state)
    with st.container(key="attach", width="content"):
        st.file_uploader(
            "Attach photos or clips",
            accept_multiple_files=True,
            key=key,
            label_visibility="collapsed",
            on_change=_take_files,
            args=(key,),
        )
    with st.container(horizontal=True, width="content", gap="xsmall", key="more-ways"):
        _draw_camera(state)
        _draw_address()
        st.button(
            spoken("Write a text between the pictures"),
            icon=":material/short_text:",
            key="add-text",
            type="tertiary",
            help="Write a text between the pictures",
            on_click=_add_text,
        )
        draw_drop()


def read_waiting(state: Session, place: DeltaGenerator) -> None:
    """Reads the files that came, one by one, and says how far it is in `place` where that takes a while.

    A click in between interrupts the script; what is still waiting is read by the next run.
    """
    count = len(state.waiting)
    slow = count > _QUICK_FILES or sum(len(data) for _, data in state.waiting) > _QUICK_BYTES
    progress = None
    if slow:
        with place.container(gap="small"):
            with st.container(horizontal=True, vertical_alignment="center"):
                bar = st.progress(0.0)
                st.button("Cancel", key="cancel-reading", on_click=state.waiting.clear)
            row = st.empty()
    while state.waiting:
        name, data = state.waiting[0]
        if slow:
            done = count - len(state.waiting)
            bar.progress(done / count, text=without_formulas(f":small[Reading {done + 1} of {count}: {name!r}]"))
            progress = Progress(partial(_draw_taken, row.container(horizontal=True, gap="small")))
        try:
            taken = attach(name, data, cache=resources.clip_cache(), progress=progress)
        except MediaError as error:
            state.refusals.append(str(error))
        else:
            state.tray.append(taken)
            open_storyboard(state, taken)
        state.waiting.pop(0)
    if slow:
        place.empty()


def _draw_taken(frames: DeltaGenerator, made: object) -> None:
    """Draws a frame of a large clip as soon as it is ready, before the others are."""
    assert isinstance(made, FramePart)
    with frames.container(width=PICTURE_WIDTH, gap=None):
        st.image(made.data, width="stretch", alt=f"Taken: frame of {made.clip} at {clock(made.time_s)}")
        st.caption(clock(made.time_s))


def draw_refusals(state: Session) -> None:
    """Says of each file that was not taken why, in one sentence; of many, the first ones at once."""
    sentences = [without_formulas(sentence) for sentence in state.refusals]
    for sentence in sentences[:_REFUSALS_SHOWN]:
        st.warning(sentence, icon=":material/attach_file_off:")
    if more := sentences[_REFUSALS_SHOWN:]:
        with st.expander(f"{len(more)} more files were not taken", icon=":material/attach_file_off:"):
            for sentence in more:
                st.markdown(sentence)


def _draw_camera(state: Session) -> None:
    camera = st.popover(
        "Camera",
        icon=":material/photo_camera:",
        type="tertiary",
        help="Take a picture with the camera",
        key="camera-open",
        on_change="rerun",
    )
    # The browser asks for the camera as soon as it is drawn, so it is drawn only in the open popover.
    if camera.open:
        with camera:
            key = f"camera-{state.uploads}"
            st.camera_input(
                "Take a picture", key=key, label_visibility="collapsed", on_change=_take_shot, args=(key,), width=320
            )


def _draw_address() -> None:
    with st.popover(
        "Address", icon=":material/add_link:", type="tertiary", help="Add a picture by its address", key="address-open"
    ):
        st.caption(
            "The address goes to the gateway, which fetches the picture itself; this app does not, so it can neither "
            "show nor measure it."
        )
        with st.form("address", border=False, clear_on_submit=False):
            st.text_input("Address", key="address-url", placeholder="https://example.com/picture.jpg")
            st.form_submit_button("Add", key="address-add", on_click=_take_address)


def _uploader_key(state: Session) -> str:
    # A new key empties the uploader: what it held is in the tray by then.
    return f"{UPLOADER}{state.uploads}"


def _take_files(key: str) -> None:
    state = session()
    state.refusals.clear()
    state.waiting.extend((_as_called(file.name), file.getvalue()) for file in widget_value(key) or ())
    state.uploads += 1


def _as_called(name: str) -> str:
    # Browsers write these three in a form's file names, and nothing else, with a percent sign:
    # https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def _take_shot(key: str) -> None:
    state = session()
    state.refusals.clear()
    if (shot := widget_value(key)) is not None:
        state.waiting.append((f"camera {len(state.tray) + 1}.jpg", shot.getvalue()))
        state.uploads += 1


def _take_address() -> None:
    state = session()
    state.refusals.clear()
    try:
        state.tray.append(remote_picture(widget_value("address-url") or ""))
    except MediaError as error:
        # The address stays in its field, to be mended.
        state.refusals.append(str(error))
    else:
        set_widget("address-url", "")


def _add_text() -> None:
    insert_text(len(session().tray))
