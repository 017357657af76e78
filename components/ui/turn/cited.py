"""Opens the frame and the clip of a time in an answer when that time is clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from components.core.parts import clock
from components.ui.markdown.escaping import escaped
from components.ui.state import Key, Lasts, PanelState, Session, component_value, session
from components.ui.tray.animation import draw_animation
from components.ui.tray.frame_dialog import draw_frame
from components.ui.tray.timeline import draw_timeline
from components.ui.turn.grounding import HREF, ClipSeen

_KEY = Key[object]("clip-chips")
_PLAYER = "cited-player"

_NOT_KEPT = (
    "There is no player: of a clip that went as frames only those are kept, not its file. Attach it again to play it."
)
_NOT_PLAYED = "There is no player: browsers do not play this kind of clip, or it is too large for this page."

_component = st.components.v2.component(
    "clip_chips",
    html="<span hidden>Opens the frames that times in answers stand for\n</span>",
    js=(Path(__file__).parent / "cited.js").read_text(encoding="utf-8"),
)


@dataclass
class CitedState(PanelState, lasts=Lasts.CONVERSATION):
    """`cited`: the number of a turn and the time in seconds in its answer that was clicked."""

    cited: tuple[int, float] | None = None


def draw_cited(state: Session, clips: Sequence[tuple[ClipSeen, ...]]) -> None:
    """Listens, once for the whole page, and opens the moment that was clicked. `clips`: those of each turn."""
    clicked = state.of(CitedState)
    if not clips or not clips[-1]:
        return
    _component(key=_KEY, data={"href": HREF}, on_cited_change=_on_cited)
    cited, clicked.cited = clicked.cited, None
    if cited is None:
        return
    number, time_s = cited
    if 0 < number <= len(clips) and clips[number - 1]:
        _show(clips[number - 1], time_s)


def _on_cited() -> None:
    cited = component_value(_KEY, "cited")
    if not isinstance(cited, dict):
        return
    try:
        session().of(CitedState).cited = int(cited["turn"]), float(cited["time"])
    except (KeyError, TypeError, ValueError):
        return  # the link was not one of ours


@st.dialog("In the clip", width="large")
def _show(clips: tuple[ClipSeen, ...], time_s: float) -> None:
    # The clip with a frame next to the moment comes first; more than one clip may have such a moment.
    holding = [seen for seen in clips if seen.holds(time_s)] or list(clips)
    holding.sort(key=lambda seen: abs(seen.nearest(time_s).time_s - time_s))
    if len(holding) == 1:
        _draw_moment(holding[0], time_s, _PLAYER)
        return
    tabs = st.tabs([escaped(seen.name) for seen in holding])
    for number, (tab, seen) in enumerate(zip(tabs, holding, strict=True)):
        with tab:
            _draw_moment(seen, time_s, f"{_PLAYER}-{number}")


def _draw_moment(seen: ClipSeen, time_s: float, player: str) -> None:
    frame = seen.nearest(time_s)
    apart = frame.time_s - time_s
    away = f", {abs(apart):.1f} s {'after' if apart > 0 else 'before'} it" if abs(apart) >= 0.05 else ""
    st.markdown(f"Cited: **{clock(time_s)}**. The nearest frame that was sent is of **{clock(frame.time_s)}**{away}.")
    film = seen.film
    if film is None or film.media_type is None:
        draw_frame(frame)
        st.caption(f":material/videocam_off: {_NOT_KEPT if film is None else _NOT_PLAYED}")
        return
    left, right = st.columns(2)
    with left:
        draw_frame(frame)
    with right:
        if film.media_type.startswith("image/"):
            draw_animation(film.source.read(), film.media_type, seen.name)
            return
        with st.container(key=player):
            st.video(film.source.read(), format=film.media_type, muted=True)
        draw_timeline(
            [sent.time_s for sent in seen.frames],
            duration_s=film.duration_s,
            player=player,
            start_s=film.start_s,
            seek_s=time_s,
        )
