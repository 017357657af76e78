"""The empty conversation: a line about the page, and demos that start with one click."""

from __future__ import annotations

import streamlit as st

from components.ui import resources
from components.ui.markdown.escaping import escaped
from components.ui.playground.examples import EXAMPLES, Example, run_example

# At least; `style.py` lets them fill their row.
_CARD_WIDTH = 260


def _label(example: Example, *, simulated: bool) -> str:
    """The text on a card; `simulated`: also what the simulator shows instead."""
    label = f"**{example.title}**  \n:small[:gray[{example.about}]]"
    if simulated and example.simulated:
        label += f"  \n:small[:orange[Without a key: {example.simulated}]]"
    return label


def draw_welcome() -> None:
    """Draws the greeting and the gallery."""
    st.subheader(escaped(f"Watch {resources.card().display_name} think"), anchor=False)
    st.markdown(
        "Type a question, attach photos or a clip. Thinking streams on the left, the answer on the right; "
        "the line below says what it used and what it cost."
    )
    simulated = resources.connection().simulated
    st.caption("Or begin with a demo: one click sends it" + (", to the simulator, free." if simulated else "."))
    with st.container(horizontal=True, gap="small", key="gallery"):
        for name, example in EXAMPLES.items():
            st.button(
                _label(example, simulated=simulated),
                icon=example.icon,
                key=f"example-{name}",
                help=example.prompt,
                width=_CARD_WIDTH,
                on_click=run_example,
                args=(name,),
            )
