"""A message that was typed and not sent outlives a refresh: noted in the browser's tab, never on the server."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.ui.state import Session


def draw_unsent(state: Session) -> None:
    """Draws nothing: notes what stands in the message box and puts it back. Not of a private conversation."""
    # A first turn moves the box to another place on the page: it is then a new one, to be looked at anew.
    data = {"keep": not state.private, "begun": bool(state.turns)}
    _component()(key="unsent", data=data, width="content", height="content")


@cache
def _component() -> ComponentRenderer:
    source = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return st.components.v2.component("playground_unsent", html="<span hidden></span>", js=source)
