"""The style and the script that Markdown on the page needs beside its HTML.

Streamlit removes MathML from the HTML of `st.html`, so formulas are sent in an attribute. Colours of code as elements
would be several times as long as the code, so they are sent as lengths.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.markdown.style import style
from components.ui.streamlit_internals import dom_source, mermaid_module


def draw_support() -> None:
    """Adds the style and starts the script, once for a page. They take no space."""
    st.html(f"<style>{style()}</style>")
    _component()(key="markdown-support", data={"mermaid": mermaid_module()})


@cache
def _component() -> ComponentRenderer:
    own = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    source = dom_source("diagrams.js") + own
    return st.components.v2.component("markdown_support", html="<span hidden></span>", js=source)
