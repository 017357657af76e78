"""The empty conversation: what this is, in one line, and something to begin with."""

from __future__ import annotations

import streamlit as st

from components.ui.state import session, set_widget, widget_value

_EXAMPLES = {
    ":material/neurology: A question with a trap": (
        "A bat and a ball cost $1.10 together; the bat costs $1 more than the ball. What does the ball cost? "
        "Explain the trap."
    ),
    ":material/table: A table and some code": (
        "Compare bubble sort, merge sort and quicksort in a table, then write merge sort in Python."
    ),
    ":material/edit_note: A haiku": "Write a haiku about the ocean.",
}


def draw_welcome() -> None:
    """Draws the greeting and examples that fill the message box."""
    st.subheader("Watch Kimi K2.6 think", anchor=False)
    st.markdown(
        "Type a question, attach photos or a clip. Thinking streams on the left, the answer on the right; "
        "the line below says what it used and what it cost."
    )
    st.pills("Begin with", list(_EXAMPLES), key="example", on_change=_take_example)


def _take_example() -> None:
    if chosen := widget_value("example"):
        session().draft = _EXAMPLES[chosen]
        set_widget("example", None)
