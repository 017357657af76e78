"""Buttons that say the same in several places are heard with the place they are in: a turn, or a setting."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


def draw_distinct_names() -> None:
    """Watches over the buttons of the page. Draws nothing."""
    _component()(key="distinct-names")


@cache
def _component() -> ComponentRenderer:
    source = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return st.components.v2.component("playground_distinct_names", html="<span hidden></span>", js=source)
