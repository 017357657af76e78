"""Style sheets for what no option of Streamlit and no token of the theme can change."""

from __future__ import annotations

import streamlit as st

from components.ui.streamlit_internals import dom_source

# All are loaded here, even those of one panel: a sheet drawn by a fragment is lost when the fragment is drawn again.
_SHEETS = (
    "message_box.css",
    "toolbar.css",
    "composer.css",
    "tray.css",
    "storyboard.css",
    "stage.css",
    "page.css",
)
# The height of Streamlit's bar at the top of every page, which holds the playground's header.
_HEADER = ":root { --playground-header: 3.75rem }"


def draw_style() -> None:
    """Adds the rules to the page; they take no room."""
    scheme = st.context.theme.type or "light"
    sheets = dom_source(*_SHEETS, f"{scheme}.css")
    st.html(f"<style>{_HEADER}{_variables(scheme)}{sheets}</style>")


def _variables(scheme: str) -> str:
    """The theme's colours for our own style sheets, which Streamlit gives to components alone."""
    named = {"muted": "grayTextColor", "line": "borderColor", "accent": "primaryColor", "ground": "backgroundColor"}
    rules = (f"--playground-{name}: {st.get_option(f'theme.{scheme}.{option}')};" for name, option in named.items())
    return f":root {{ {' '.join(rules)} }}"
