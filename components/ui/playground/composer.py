"""The bottom of the playground: what is attached, the message box, Stop, and the size of the next request."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.texts import is_blank
from components.ui import resources
from components.ui.conversation.saving import draw_saving_problem
from components.ui.conversation.sending import send
from components.ui.message_box import MESSAGE_BOX, draw_message_box
from components.ui.playground.notice import draw_notice
from components.ui.playground.preview import PreviewState
from components.ui.playground.shortcuts import STOP
from components.ui.state import STOP_BUTTON, refill, session, widget_value
from components.ui.tray.arriving import draw_arriving
from components.ui.tray.recording import draw_recording
from components.ui.tray.tray import fill_tray
from components.ui.tray.uploads import draw_uploads
from components.ui.views import Place


@dataclass(frozen=True, slots=True)
class Composer:
    """The places of the drawn composer that are filled, or change, later in the run."""

    stop: DeltaGenerator
    preview: DeltaGenerator
    meter: DeltaGenerator
    forewarned: Place

    def offer_stop(self) -> None:
        """Draws Stop while a reply is being written. Call it after the settings are drawn: once the button is seen, a
        click on them must draw the whole page."""
        if (live := session().live_turn) is not None:
            self.stop.button(
                "Stop",
                icon=":material/stop:",
                key=STOP_BUTTON,
                type="primary",
                shortcut=STOP,
                on_click=live.run.cancel,
            )


def draw_composer() -> Composer:
    """Draws the composer.

    What may be absent has a place of its own: while the page is drawn, Streamlit leaves the elements of the last run
    wherever it has drawn nothing new.
    """
    state = session()
    with st.bottom:
        mark, notice = st.empty(), st.empty()
        notices, arrivals, tray = st.empty(), st.empty(), Place(expected=bool(state.tray))
        forewarned = Place(expected=state.of(PreviewState).forewarned)
        with mark.container():
            draw_saving_problem(state)
        draw_notice(state, notice)
        beside = st.container(gap=None)  # the container above the row may be empty, and then takes no room
        with beside:
            arriving = st.container(gap=None)
        with beside.container(horizontal=True, vertical_alignment="center", gap="small", key="composer-row"):
            draw_uploads(state)
            preview = st.container(width="content")
            meter = st.container(key="meter")
            stop = st.empty()
    fill_tray(state, notices, arrivals, tray)
    with arriving:
        draw_recording()
        draw_arriving(state)
    if state.draft is not None:
        refill(MESSAGE_BOX, state.draft)
        state.draft = None
    # Where Streamlit places the box itself, the page follows its own end; here the stage follows what is written.
    with st.bottom:
        st.chat_input(f"Ask {resources.card().display_name}", key=MESSAGE_BOX, on_submit=_on_prompt)
    # On the page above: in the row of the box it would take room.
    draw_message_box("playground", state.conversation.id, keep=not state.private)
    return Composer(stop, preview, meter, forewarned)


def _on_prompt() -> None:
    # Without the space that `refill` may have put behind it.
    prompt = (widget_value(MESSAGE_BOX) or "").rstrip(" ")
    if prompt and not send(prompt) and not is_blank(prompt):
        session().draft = prompt
