"""Dropping files anywhere on the page, and pasting them: Streamlit's uploader itself takes neither (1.67).

Its message box would take a pasted picture, but hands it over only when it is sent, unseen and unchecked. So a few
lines in the browser (`drop.js`) give such files to the uploader, and they reach the tray like any other.
"""

from __future__ import annotations

from functools import cache

from streamlit.components.v2.types import ComponentRenderer

from components.ui.streamlit_internals import unseen_component


def draw_drop() -> None:
    """Draws nothing: listens on the page while the composer is there."""
    _component()(key="drop", width="content", height="content")


@cache
def _component() -> ComponentRenderer:
    return unseen_component("playground_drop", "drop.js")
