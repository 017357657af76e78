"""The bottom of the playground: what is attached, the message box, Stop, and what the next request weighs."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import MediaError
from components.media import limits
from components.media.attachments import attach
from components.ui.sending import send
from components.ui.state import Session, session, set_widget, widget_value
from components.ui.storyboard import draw_tray

_ENDINGS = [*limits.PICTURE_ENDINGS, *limits.CLIP_ENDINGS]


def draw_composer() -> DeltaGenerator:
    """Draws the composer and returns the place of the Stop button, to be emptied when the run ends."""
    state = session()
    with st.bottom:
        for sentence in state.refusals:
            st.warning(sentence, icon=":material/attach_file_off:")
        if state.problem:
            st.error(state.problem.replace("$", "\\$"), icon=":material/error:")
        draw_tray(state)
        stop = _draw_box(state)
    return stop


def _draw_box(state: Session) -> DeltaGenerator:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        with st.container(key="attach", width=180):
            key = _uploader_key(state)
            st.file_uploader(
                "Attach photos or clips",
                accept_multiple_files=True,
                key=key,
                label_visibility="collapsed",
                on_change=_take_files,
                args=(key,),
                help=f"Photos ({', '.join(limits.PICTURE_ENDINGS)}) and clips ({', '.join(limits.CLIP_ENDINGS)}).",
            )
        st.chat_input("Ask Kimi K2.6: Enter sends, Shift+Enter breaks the line", key="composer", on_submit=_take_prompt)
        stop = st.empty()
        if (live := state.live_turn) is not None:
            stop.button("Stop", icon=":material/stop:", key="stop", type="primary", on_click=live.run.cancel)
    return stop


def _uploader_key(state: Session) -> str:
    # A new key empties the uploader: what it held is in the tray by then.
    return f"uploader-{state.uploads}"


def _take_files(key: str) -> None:
    state = session()
    state.refusals.clear()
    for file in widget_value(key) or ():
        try:
            state.tray.append(attach(file.name, file.getvalue()))
        except MediaError as error:
            state.refusals.append(str(error))
    state.uploads += 1


def _take_prompt() -> None:
    prompt = widget_value("composer")
    if prompt and not send(prompt):
        set_widget("composer", prompt)
