"""Enter that confirms a word of an input method (Japanese, Chinese, Korean) does not send, in any browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


def draw_input_method() -> None:
    """Watches over the fields of the page. Draws nothing."""
    _component()(key="input-method")


@cache
def _component() -> ComponentRenderer:
    source = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return st.components.v2.component("playground_input_method", html="<span hidden></span>", js=source)
