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


def draw_support() -> None:
    """Adds the style and starts the script, once for a page. Takes no room."""
    st.html(f"<style>{style()}</style>")
    _component()(key="markdown-support", data={"mermaid": _mermaid()})


@cache
def _mermaid() -> str | None:
    """The module of Streamlit's that draws diagrams: its name changes with the version. None if there is none."""
    scripts = Path(st.__file__).parent / "static" / "static" / "js"
    return next((path.name for path in scripts.glob("mermaid.core.*.js")), None)


@cache
def _component() -> ComponentRenderer:
    folder = Path(__file__).parent
    source = "".join((folder / name).read_text(encoding="utf-8") for name in ("diagrams.js", "support.js"))
    return st.components.v2.component("markdown_support", html="<span hidden></span>", js=source)
