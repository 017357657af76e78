"""The bottom of the playground: what is attached, the message box, Stop, and what the next request weighs."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import MediaError
from components.media.attachments import attach
from components.ui import resources
from components.ui.findings import draw_findings
from components.ui.keeping import draw_mark
from components.ui.preview import draw_preview, foreseen, recount
from components.ui.safe_markdown import without_formulas
from components.ui.sending import send
from components.ui.state import Session, refill, session, widget_value
from components.ui.taking import open_storyboard
from components.ui.tray import draw_tray


@dataclass(frozen=True, slots=True)
class Composer:
    """The places of the drawn composer that change when a live run ends."""

    mark: DeltaGenerator
    stop: DeltaGenerator
    meter: DeltaGenerator

    def settle(self) -> None:
        """Takes Stop away and counts the new answer in."""
        self.stop.empty()
        recount(self.meter, session())
        with self.mark.container():
            draw_mark(session())


def draw_composer() -> Composer:
    """Draws the composer.

    What may be absent has a place of its own: while a run is drawn, Streamlit leaves the last script run's
    elements standing wherever nothing new was put.
    """
    state = session()
    with st.bottom:
        mark = st.empty()
        notices = st.empty()
        with mark.container():
            draw_mark(state)
        findings = foreseen(state)
        if state.refusals or state.problem or findings:
            with notices.container():
                draw_notices(state)
                if findings:
                    draw_findings(findings)
        tray = st.empty()
        if state.tray:
            with tray.container():
                draw_tray(state)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            draw_uploader(state)
            meter = draw_preview(state)
            stop = st.empty()
            if (live := state.live_turn) is not None:
                stop.button("Stop", icon=":material/stop:", key="stop", type="primary", on_click=live.run.cancel)
    if state.draft is not None:
        refill("composer", state.draft)
        state.draft = None
    # Not inside `st.bottom`: only where Streamlit places the box itself does the page follow a growing answer.
    st.chat_input("Ask Kimi K2.6", key="composer", on_submit=_take_prompt)
    return Composer(mark, stop, meter)


def draw_notices(state: Session) -> None:
    """Draws what was not taken or not sent, and why."""
    for sentence in state.refusals:
        st.warning(without_formulas(sentence), icon=":material/attach_file_off:")
    if state.problem:
        st.error(without_formulas(state.problem), icon=":material/error:")


def draw_uploader(state: Session) -> None:
    """Draws what takes files into the tray."""
    key = _uploader_key(state)
    with st.container(key="attach", width=400):
        st.file_uploader(
            "Attach photos or clips",
            accept_multiple_files=True,
            key=key,
            label_visibility="collapsed",
            on_change=_take_files,
            args=(key,),
        )


def _uploader_key(state: Session) -> str:
    # A new key empties the uploader: what it held is in the tray by then.
    return f"uploader-{state.uploads}"


def _take_files(key: str) -> None:
    state = session()
    state.refusals.clear()
    for file in widget_value(key) or ():
        try:
            taken = attach(file.name, file.getvalue(), cache=resources.clip_cache())
            state.tray.append(taken)
            open_storyboard(state, taken)
        except MediaError as error:
            state.refusals.append(str(error))
    state.uploads += 1


def _take_prompt() -> None:
    # Without the space that `refill` may have put behind it.
    prompt = (widget_value("composer") or "").rstrip(" ")
    if prompt and not send(prompt):
        session().draft = prompt
