"""The stage: a live reply fills the room between the top of the page and the composer, and the page follows it.

What happens in the browser is in `stage.js` and `stage.css`; the server only marks the scene that is live.
"""

from __future__ import annotations

import html
from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from streamlit.delta_generator import DeltaGenerator

from components.ui.streamlit_internals import dom_source


def draw_stage(of: str, scene: str, run: str) -> None:
    """Makes the page follow its live reply; draw it once a page.

    `of`: the id of the conversation or the comparison. `scene`: the key of the container of its last exchange; "" where
    there is none. `run`: another text for each exchange in that container. The page scrolls to the scene when it is
    opened, and when a new exchange has ended before it was drawn.
    """
    _component()(key="stage", data={"of": of, "scene": scene, "run": run})


def mark_live(scene: str, run: str) -> DeltaGenerator:
    """Marks the container of the key `scene` as live, until the returned element is emptied.

    `run`: another text for each reply; the page scrolls to a reply whose text is new.
    """
    return st.html(f'<span class="stage-live" data-scene="{html.escape(scene)}" data-run="{html.escape(run)}"></span>')


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "playground_stage",
        html='<button type="button" hidden>Newest ↓</button>',
        css="""
button {
  position: fixed; z-index: 200; transform: translateX(-50%);
  padding: 0.35rem 0.9rem; border-radius: 999px; cursor: pointer;
  border: 1px solid var(--st-border-color); background: var(--st-background-color); color: var(--st-text-color);
  font: 600 0.85rem var(--st-font); box-shadow: 0 2px 10px rgb(0 0 0 / 0.18);
}
button[hidden] { display: none }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px }
""",
        js=dom_source("stage.js"),
    )
