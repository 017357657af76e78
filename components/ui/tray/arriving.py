"""A clip that was chosen and is still on its way: its first frame, as the browser shows the file that it holds.

An upload of many megabytes takes as long as the line to the app does. What is shown meanwhile never came to the app,
says so, and gives way to the frames that are sent.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.media.limits import CLIP_ENDINGS
from components.ui.state import Session

# The element beside which it is drawn: a new uploader for each upload, counted from 0.
UPLOADER = "uploader-"


def draw_arriving(state: Session) -> None:
    """Draws the clips that are on their way. Draw it after what came has been read: until then they stay."""
    _component()(key="arriving", data={"uploads": state.uploads, "endings": list(CLIP_ENDINGS), "uploader": UPLOADER})


@cache
def _component() -> ComponentRenderer:
    here = Path(__file__)
    return st.components.v2.component(
        "playground_arriving",
        html='<div class="clips" role="status"></div>',
        css=here.with_suffix(".css").read_text(encoding="utf-8"),
        js=here.with_suffix(".js").read_text(encoding="utf-8"),
    )
