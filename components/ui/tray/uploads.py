"""Every way in for media: files chosen, dropped anywhere, pasted; the camera; an address; a text in between."""

from __future__ import annotations

from time import monotonic

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import MediaError
from components.core.parts import FramePart
from components.media.attachments import Attachment
from components.media.reading import Arrival
from components.media.remote import remote_picture
from components.ui import resources
from components.ui.markdown.escaping import with_code
from components.ui.named import draw_names, named_button
from components.ui.spoken import spoken
from components.ui.state import Key, Session, session, set_widget, widget_value
from components.ui.streamlit_internals import UploadedFile, forget_upload, yield_to_rerun
from components.ui.tray.arriving import ArrivingState, uploader_key
from components.ui.tray.coming import reading
from components.ui.tray.recording import draw_recording_buttons
from components.ui.tray.storyboard import short_label
from components.ui.tray.storyboard_work import open_storyboard
from components.ui.tray.tile import PICTURE_WIDTH, insert_text

_CAMERA_OPEN = Key[bool]("camera-open")
_ADDRESS = Key[str | None]("address-url")

# The page waits so long for files to be read before it shows that they are.
PATIENCE_S = 0.4
_WAIT_S = 0.05
_DRAW_EVERY_S = 0.3
_ARRIVALS_SHOWN = 6
_REFUSALS_SHOWN = 4


def draw_uploads(state: Session) -> None:
    """Draws the ways in, in the row of the composer."""
    key = uploader_key(state)
    with st.container(key="attach", width="content"):
        st.file_uploader(
            "Attach photos, clips, PDFs or text files",
            accept_multiple_files=True,
            key=key,
            label_visibility="collapsed",
            on_change=_on_files,
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


def settle(state: Session) -> None:
    """Attaches the files that were read, and says of the others why they were not."""

    def add(result: Attachment | MediaError) -> None:
        if isinstance(result, MediaError):
            state.refusals.append(str(result))
        else:
            attached = [attachment.name for attachment in state.tray]
            state.tray.insert(state.of(ArrivingState).chosen.place(result.name, attached), result)
            open_storyboard(state, result)

    reading(state).hand_over(state, add)
    if state.tray and not state.private:
        resources.trays().put(state.conversation.id, state.owner, state.tray)


def draw_arrivals(state: Session, place: DeltaGenerator) -> None:
    """Draws the files that are being read, each with its progress and the button that cancels it.

    While they are read this is drawn again by itself; when one is ready, the page is. A click is served at once.
    """
    arriving = state.of(ArrivingState)
    found = reading(state)
    if arriving.came:
        arriving.came = False
        end = monotonic() + PATIENCE_S
        while not found.wait(_WAIT_S) and monotonic() < end:
            yield_to_rerun()
        settle(state)
    if not found.arrivals:
        place.empty()
        return
    with place.container(gap="small", key="arrivals"):
        is_page = True

        def draw() -> None:
            nonlocal is_page
            # Not while the page itself is drawn, which must come to its end, or what it attached would not be kept.
            if not is_page and reading(session()).is_ready_for(session()):
                st.rerun()
            is_page = False
            _draw_arrivals()

        st.fragment(draw, run_every=_DRAW_EVERY_S, key="draw-arrivals")()


def _draw_arrivals() -> None:
    found = reading(session())
    arrivals = found.arrivals
    # Above the rows: what grows above the message box grows upwards, and no button may move under the pointer.
    frames = [frame for arrival in arrivals[:1] for frame in list(arrival.frames)]
    if frames:
        with st.container(horizontal=True, gap="small"):
            for frame in frames:
                _draw_frame(frame)
    for number, arrival in enumerate(arrivals[:_ARRIVALS_SHOWN]):
        progress = arrival.progress
        of = f", {progress.words.lower()}: {progress.done:,} of {progress.total:,}" if progress.total else ""
        _draw_arrival(arrival, f"Reading {arrival.name!r}{of}" if number == 0 else f"{arrival.name!r} waits")
    if more := arrivals[_ARRIVALS_SHOWN:]:
        with st.expander(
            "1 more file waits" if len(more) == 1 else f"{len(more):,} more files wait", key="more-arrivals"
        ):
            for arrival in more:
                _draw_arrival(arrival, repr(arrival.name))
    draw_names("arrivals")


def _draw_arrival(arrival: Arrival, words: str) -> None:
    """Draws the progress of a file, and the button that cancels it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(arrival.progress.share, text=f":small[{with_code(words)}]")
        named_button("close", f"Do not attach {arrival.name}", f"give-up-{arrival.id}", _give_up, arrival.id)


def _give_up(id: str) -> None:
    """Gives up a file. One that came in while the button was still to be seen is taken away again."""
    state = session()
    came = reading(state).cancel(id)
    state.tray[:] = [each for each in state.tray if each is not came]


def _draw_frame(frame: FramePart) -> None:
    """Draws a frame of a clip that is still being read."""
    with st.container(width=PICTURE_WIDTH, gap=None):
        st.image(frame.data, width="stretch", alt=f"Taken: {frame.name}")
        st.caption(short_label(frame))


def draw_refusals(state: Session) -> None:
    """Says why files were not attached, in a sentence each; of many, the first ones at once."""
    sentences = [with_code(sentence) for sentence in state.refusals]
    for sentence in sentences[:_REFUSALS_SHOWN]:
        st.warning(sentence, icon=":material/attach_file_off:")
    if more := sentences[_REFUSALS_SHOWN:]:
        words = "1 more file was not taken" if len(more) == 1 else f"{len(more):,} more files were not taken"
        with st.expander(words, icon=":material/attach_file_off:"):
            for sentence in more:
                st.markdown(sentence)


def _draw_camera(state: Session) -> None:
    camera = st.popover(
        "Camera",
        icon=":material/photo_camera:",
        type="tertiary",
        help="Take a photo, or record a clip",
        key=_CAMERA_OPEN,
        on_change="rerun",
    )
    # The browser asks for the camera as soon as it is drawn, so it is drawn only in the open popover.
    if camera.open:
        with camera:
            key = Key[UploadedFile | None](f"camera-{state.uploads}")
            st.camera_input(
                "Take a picture", key=key, label_visibility="collapsed", on_change=_on_photo, args=(key,), width=320
            )
            draw_recording_buttons(_close_camera)


def _close_camera() -> None:
    set_widget(_CAMERA_OPEN, False)


def _draw_address() -> None:
    with st.popover(
        "Address", icon=":material/add_link:", type="tertiary", help="Add a picture by its address", key="address-open"
    ):
        st.caption(
            "The address goes to the gateway, which fetches the picture itself; this app does not, so it can neither "
            "show nor measure it."
        )
        with st.form("address", border=False, clear_on_submit=False):
            st.text_input("Address", key=_ADDRESS, placeholder="https://example.com/picture.jpg")
            st.form_submit_button("Add", key="address-add", on_click=_on_address)


def _on_files(key: Key[list[UploadedFile] | None]) -> None:
    state = session()
    arriving = state.of(ArrivingState)
    # A late message of the browser may name files that were read and released by now.
    files = [file for file in widget_value(key) or () if isinstance(file, UploadedFile)]
    if not files:
        return
    if arriving.refused_with != state.uploads:  # else what was refused was dropped together with these
        state.refusals.clear()
    for file in files:
        reading(state).add(file.file_id, _as_called(file.name), file.getvalue())
        forget_upload(file.file_id)
    arriving.came = True
    state.uploads += 1


def _as_called(name: str) -> str:
    # Browsers write these three in a form's file names, and nothing else, with a percent sign:
    # https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def _on_photo(key: Key[UploadedFile | None]) -> None:
    state = session()
    state.refusals.clear()
    if isinstance(shot := widget_value(key), UploadedFile):
        reading(state).add(shot.file_id, f"camera {len(state.tray) + 1}.jpg", shot.getvalue())
        forget_upload(shot.file_id)
        state.of(ArrivingState).came = True
        state.uploads += 1


def _on_address() -> None:
    state = session()
    state.refusals.clear()
    try:
        state.tray.append(remote_picture(widget_value(_ADDRESS) or ""))
    except MediaError as error:
        # The address stays in its field, to be mended.
        state.refusals.append(str(error))
    else:
        set_widget(_ADDRESS, "")


def _add_text() -> None:
    insert_text(len(session().tray))
