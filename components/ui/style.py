"""The few things about the look of the page that no option of Streamlit and no token of the theme reaches."""

from __future__ import annotations

import streamlit as st

# Keys stand in the tooltips and under Help; written into the buttons they take a row of their own. A phone has no
# keyboard, and no room for icons beside words: there, what every turn has (Again) and the menu of pages (History) is
# left out. What is not shown still hears its keys.
_TOOLBAR = """
.st-key-toolbar [aria-label^="Shortcut "] { display: none }
@media (max-width: 640px) {
  .st-key-toolbar :is(.st-key-regenerate, .st-key-search, [data-testid="stIconMaterial"]) { display: none }
}
"""
# Of the colours of code a theme names a few only; Streamlit's others have less than 4.5:1 on the theme's ground. Tags
# and primary buttons are white on the primary colour, which in dark has to be a light one, since it is read as text as
# well; and a tertiary button that is pressed is written in a darker shade of it, which on dark ground nobody can read.
_COLOURS = {
    "light": """
[data-testid="stCode"] code .token:is(.string, .string-interpolation, .boolean) { color: #11713a }
[data-testid="stCode"] code .token.number { color: #0e6a5f }
[data-testid="stCode"] code .token.keyword { color: #1560b0 }
[data-testid="stCode"] code .token.comment { color: #5a5f73 }
""",
    "dark": """
[data-testid="stCode"] code .token.keyword { color: #74b4f5 }
[data-testid="stMultiSelect"] span[data-tag] * { color: #0c0e14 }
button[kind^="primary"]:not(:disabled, :hover, :active) { color: #0c0e14 }
button[kind="tertiary"]:is(:hover, :active, [aria-expanded="true"]) { color: #9db0ff }
""",
}


def draw_style() -> None:
    """Adds the rules to the page; they take no room."""
    colours = _COLOURS.get(st.context.theme.type or "", "")
    st.html(f"<style>{_TOOLBAR}{colours}</style>")
