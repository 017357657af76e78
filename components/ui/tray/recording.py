"""Recording a clip from the camera or the screen, in the browser: the buttons, and what is seen while it records.

What was recorded is given to the uploader (`drop.js`) like any other file.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.media.limits import CLIP_UPLOAD_BYTES, MEGABYTE, RECORDING_S


def draw_recording_buttons(begun: Callable[[], None]) -> None:
    """Draws the buttons that start a recording, or why this browser cannot record.

    `begun` is called when a recording has started or failed to.
    """
    data = {"role": "start", "seconds": RECORDING_S, "bytes": _most_bytes()}
    _component()(key="record", data=data, on_begun_change=begun)


def draw_recording() -> None:
    """Draws the recording under way, with Stop, or why one did not start; nothing at other times."""
    _component()(key="recording", data={"role": "state"})


def _most_bytes() -> int:
    """The most bytes of a clip that this app and its server accept."""
    on_its_way = st.get_option("server.maxUploadSize")
    return min(CLIP_UPLOAD_BYTES, int(on_its_way) * MEGABYTE)


@cache
def _component() -> ComponentRenderer:
    here = Path(__file__)
    # One component for both, so that they share one recording in the browser.
    return st.components.v2.component(
        "playground_recording",
        html="""
<div class="start" hidden><button type="button" class="camera">Record the camera</button>
<button type="button" class="screen">Record the screen</button><div class="note"></div></div>
<div class="state" hidden><div class="bar" role="status" aria-label="Recording" hidden><div class="dot"></div>
<video muted playsinline tabindex="-1" aria-hidden="true"></video><span class="what"></span>
<span class="how-long" aria-hidden="true"></span><button type="button" class="stop">Stop</button>
<button type="button" class="discard">Discard</button></div>
<div class="problem" role="alert" hidden><span></span><button type="button">Close</button></div></div>
""",
        css=here.with_suffix(".css").read_text(encoding="utf-8"),
        js=here.with_suffix(".js").read_text(encoding="utf-8"),
    )
