"""The strip under the clip's player: where the frames lie that are sent. A click on it seeks the player.

Also the one place that knows where the player stands: "Take this moment" tells the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from components.ui.state import widget_value

PLAYER = "clip-player"

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
    *,
    duration_s: float,
    pinned_s: Sequence[float] = (),
    part_s: tuple[float, float] | None = None,
    player: str = PLAYER,
    start_s: float = 0.0,
    seek_s: float | None = None,
    take: Callable[[float], None] | None = None,
) -> None:
    """Draws the strip for the player in the container of the key `player`.

    `start_s`: where the first frame, from which all times here count, stands on the player's clock. `seek_s`: where the
    player is taken, once, when it is ready. `take` is called with the moment, in seconds, that the user takes from the
    player; without it there is no button for that.
    """
    key = f"{player}-timeline"

    def taken() -> None:
        found = widget_value(key)
        if take is not None and found and isinstance(found.taken, int | float):
            take(float(found.taken))

    _component(
        key=key,
        data={
            "player": f"st-key-{player}",
            "frames": list(times_s),
            "pinned": list(pinned_s),
            "part": list(part_s or (0.0, duration_s)),
            "duration": duration_s,
            "start": start_s,
            "seek": seek_s,
            "takes": take is not None,
        },
        on_taken_change=taken,
    )
