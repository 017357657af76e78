"""The actions of a finished turn, in one row beside its figures."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.runs.conversation import Turn
from components.ui.conversation.editing import Place
from components.ui.conversation.moving import draw_compare
from components.ui.copy_button import draw_copy
from components.ui.playground.fragments import draw_fragment
from components.ui.playground.get_code import draw_turns_code
from components.ui.state import session
from components.ui.turn.inspector import draw_inspect
from components.ui.turn.keys import turn_key
from components.ui.turn.menu import draw_open_dialog, draw_turn_menu
from components.ui.turn.receipt import draw_receipt


def draw_turn_actions(slot: DeltaGenerator, turn: Turn, number: int, place: Place) -> None:
    """Draws the row into `slot`: first what shows more of it, then what copies or moves it, then what changes it."""
    with slot.container(key=turn_key(number, "actions"), width="content"):
        draw_fragment(f"actions-{number}", lambda: _draw_row(turn, number, place))


def _draw_row(turn: Turn, number: int, place: Place) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        if turn.answer:
            draw_copy(turn.answer, key=f"copy-{number}", help="Copy the answer, as Markdown")
        if turn.rounds:
            draw_inspect(turn, number)
            draw_receipt(turn, number)
            draw_turns_code(turn, number)
            draw_compare(turn, number)
        draw_turn_menu(turn, number, place)
    state = session()
    if not state.drawing:  # else it is drawn with the page
        draw_open_dialog(state)
