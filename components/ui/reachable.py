"""Boxes that scroll are reached by Tab and scrolled by the arrow keys, an open dialog keeps the focus, menus fit.

Chromium and Firefox let the keyboard into them by themselves, Safari does not; and nobody does within a dialog, where
Streamlit (1.67) walks Tab through what it counts as controls. So a few lines in the browser make them stops of Tab.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


def draw_reachable() -> None:
    """Watches over the page. Draws nothing."""
    _component()(key="reachable")


@cache
def _component() -> ComponentRenderer:
    source = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return st.components.v2.component("playground_reachable", html="<span hidden></span>", js=source)
