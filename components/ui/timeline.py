"""The strip under the clip's player: where the frames lie that are sent. A click on it seeks the player.

Also the one place that knows where the player stands: "Take this moment" tells the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from components.ui.state import widget_value

PLAYER = "clip-player"
_KEY = "clip-timeline"

_component = st.components.v2.component(
    "clip_timeline",
    html="""
<div class="bar" role="slider" tabindex="0" aria-label="Place in the clip"><div class="part"></div>
<div class="ticks"></div><div class="head"></div></div>
<div class="row"><span class="now">00:00.0</span>
<button type="button">Take this moment</button></div>
""",
    css=(Path(__file__).parent / "timeline.css").read_text(encoding="utf-8"),
    js=(Path(__file__).parent / "timeline.js").read_text(encoding="utf-8"),
)


def draw_timeline(
    times_s: Sequence[float],
    pinned_s: Sequence[float],
    part_s: tuple[float, float],
    duration_s: float,
    take: Callable[[float], None],
) -> None:
    """Draws the strip. `take` is called with the moment, in seconds, that the user takes from the player."""

    def taken() -> None:
        found = widget_value(_KEY)
        if found and isinstance(found.taken, int | float):
            take(float(found.taken))

    _component(
        key=_KEY,
        data={
            "player": f"st-key-{PLAYER}",
            "frames": list(times_s),
            "pinned": list(pinned_s),
            "part": list(part_s),
            "duration": duration_s,
        },
        on_taken_change=taken,
    )
