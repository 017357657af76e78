"""The few things about the look of the page that no option of Streamlit and no token of the theme reaches."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

# What belongs to one part of the page stands beside it. Loaded here all the same: a sheet that a fragment draws is lost
# when the fragment is drawn anew.
_SHEETS = (
    "message_box.css",
    "playground/toolbar.css",
    "playground/composer.css",
    "tray/tray.css",
    "tray/storyboard.css",
    "stage/stage.css",
)
# How high the bar at the top of every page is. It is Streamlit's own; the playground's header stands in it.
_HEADER = ":root { --playground-header: 3.75rem }"
# After a page with settings Streamlit (1.67) leaves the emptied sidebar standing. On a phone it holds the pages' links.
_SIDEBAR = """
@media (min-width: 769px) { [data-testid="stSidebar"]:not(:has(.st-key-connection)) { display: none } }
"""
# What is transparent in a picture is seen on greys that neither black nor white is lost on, by day and by night.
_PICTURES = """
[data-testid="stImage"] img[src$=".png"] {
  background: repeating-conic-gradient(#b9bdc9 0 25%, #989dab 0 50%) 0 0 / 14px 14px;
}
"""
# What an uploader takes stands in its label; Streamlit adds the limit of every file, which is that of a clip.
_UPLOADERS = """
[data-testid="stFileUploaderDropzoneInstructions"] { display: none }
"""
# Cards of the gallery are of one height, fill their row, and what they say is read in full: Streamlit cuts a button's
# label after one line. On a phone a card takes the whole row instead of most of it.
_GALLERY = """
.st-key-gallery > div { flex-grow: 1 }
.st-key-gallery button { min-height: 6.6rem; width: 100%; justify-content: flex-start; text-align: left }
.st-key-gallery button * { min-width: 0 }
.st-key-gallery button > * { width: 100%; justify-content: flex-start }
.st-key-gallery button p { white-space: normal; overflow: visible; text-align: left; line-height: 1.35 }
@media (max-width: 640px) {
  .st-key-gallery > div { flex-basis: 100% }
  .st-key-gallery button { min-height: 0 }
}
"""
# Of the colours of code a theme names a few only; Streamlit's others have less than 4.5:1 on the theme's ground. Tags
# and primary buttons are white on the primary colour, which in dark has to be a light one, since it is read as text as
# well; and a tertiary button that is pressed is written in a darker shade of it, which on dark ground nobody can read,
# no more than a chosen segment under the pointer.
_COLOURS = {
    "light": """
button[data-variant="segmented_control"][data-rac][data-selected][data-hovered] { color: #2b43ad }
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
button[data-variant="segmented_control"][data-rac][data-selected][data-hovered] { color: #9db0ff }
""",
}


_READ = "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in _SHEETS)


def draw_style() -> None:
    """Adds the rules to the page; they take no room."""
    scheme = st.context.theme.type or "light"
    colours = _variables(scheme) + _COLOURS[scheme]
    st.html(f"<style>{_HEADER}{_READ}{_SIDEBAR}{_PICTURES}{_UPLOADERS}{_GALLERY}{colours}</style>")


def _variables(scheme: str) -> str:
    """The theme's colours for our own style sheets, which Streamlit gives to components alone."""
    named = {"muted": "grayTextColor", "line": "borderColor", "accent": "primaryColor", "ground": "backgroundColor"}
    rules = (f"--playground-{name}: {st.get_option(f'theme.{scheme}.{option}')};" for name, option in named.items())
    return f":root {{ {' '.join(rules)} }}"
