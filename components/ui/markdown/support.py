"""What Markdown on the page needs beside its HTML: the style, and a script for what HTML alone cannot do.

Streamlit cleans what `st.html` is given and lets no MathML through, so formulas travel in an attribute. Colours of code
written out as elements would be several times the code; they travel as lengths.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.markdown.style import style
from components.ui.streamlit_internals import dom_source, mermaid_module


def draw_support() -> None:
    """Adds the style and starts the script, once for a page. Takes no room."""
    st.html(f"<style>{style()}</style>")
    _component()(key="markdown-support", data={"mermaid": mermaid_module()})


@cache
def _component() -> ComponentRenderer:
    own = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    source = dom_source("diagrams.js") + own
    return st.components.v2.component("markdown_support", html="<span hidden></span>", js=source)
