"""Moves turns, conversations and settings between the playground and the comparison page."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.params.choices import Choices
from components.runs.conversation import Turn
from components.runs.turns import nodes_of
from components.tuning.comparison import Comparison, Trial, from_turn
from components.ui.conversation.saving import SavingState, begin_new
from components.ui.state import Lasts, PanelState, session

COMPARE = "pages/compare.py"
PLAYGROUND = "pages/playground.py"


@dataclass
class ComparingState(PanelState, lasts=Lasts.OWNER):
    """`comparison`: the one on the comparison page."""

    comparison: Comparison | None = None


def draw_compare(turn: Turn, number: int) -> None:
    """Draws the button that takes a finished turn to the comparison page."""
    key = f"compare-{number}"
    if st.button("Compare", icon=":material/view_column_2:", key=key, type="tertiary", width="content"):
        state = session()
        comparing = state.of(ComparingState)
        comparing.comparison = from_turn(state.turns, state.turns.index(turn), _choices_of(turn, state.own))
        comparing.comparison.private = state.private
        st.switch_page(COMPARE)


def draw_go_on(comparison: Comparison, letter: str, trial: Trial, number: int) -> None:
    """Draws the button that takes a reply's conversation and settings to the playground."""
    if st.button(
        "Go on with this",
        icon=":material/forum:",
        key=f"go-on-{number}-{letter}",
        type="tertiary",
        width="content",
        help="Opens this conversation, with this column's settings, on the playground.",
    ):
        _go_on(comparison, letter, trial)
        st.switch_page(PLAYGROUND)


def _go_on(comparison: Comparison, letter: str, trial: Trial) -> None:
    """Opens a column's conversation on the playground: as a branch where it came from there, else as a new one."""
    turns = comparison.conversation(letter, trial)
    begun = session().conversation.children(None)
    if begun and not any(node.has_same_content(nodes_of(turns)[0]) for node in begun):
        begin_new(private=comparison.private)
    state = session()
    state.turns = turns
    state.own = comparison.column(letter).choices.copy()
    state.private = state.private or comparison.private
    if not comparison.private:
        state.of(SavingState).saved |= {one.run.id for turn in turns for one in turn.rounds}


def keep_settings(comparison: Comparison, letter: str) -> None:
    """Makes a column's settings those of the playground."""
    session().own = comparison.column(letter).choices.copy()
    st.toast(f"The playground now has the settings of column {letter}.", icon=":material/check:")


def _choices_of(turn: Turn, own: Choices) -> Choices:
    """The settings that the turn was sent with, as far as its request has them."""
    request = turn.run.request
    return Choices(dict(request.parameters), request.wire, request.system, own.mode)
