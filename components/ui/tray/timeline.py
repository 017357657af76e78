"""The strip under the clip's player: where the frames lie that are sent. A click on it seeks the player.

It alone knows the player's position: "Take this moment" sends it to the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from components.ui.state import Key, component_value

PLAYER = "clip-player"  # the key of the container of the storyboard's player

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
    on_moment: Callable[[float], None] | None = None,
) -> None:
    """Draws the strip for the player in the container of the key `player`.

    `start_s`: the time of the first frame on the player's clock; all times here count from it. `seek_s`: the moment to
    which the player is set, once, when it is ready. `on_moment` is called with the moment, in seconds, at which
    "Take this moment" was pressed; without it there is no such button.
    """
    key = Key[object](f"{player}-timeline")

    def on_press() -> None:
        moment = component_value(key, "taken")
        if on_moment is not None and isinstance(moment, int | float):
            on_moment(float(moment))

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
            "takes": on_moment is not None,
        },
        on_taken_change=on_press,
    )
