"""The filmstrip of the open storyboard: the clip's length in small pictures, with what is sent of it marked.

A click on it adds the frame of that moment. The pictures are made by a thread; until then the strip has its marks only.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.media.decoding import Moving
from components.media.documents import Document
from components.media.filmstrip import Filmstrip, cached_filmstrip, make_filmstrip
from components.media.storyboard import Storyboard
from components.media.work import Work
from components.ui import resources
from components.ui.state import Key, Lasts, PanelState, Session, component_value, session

_KEY = Key[object]("clip-filmstrip")
# The page waits so long for the pictures before it is drawn without them.
_PATIENCE_S = 0.15
_EVERY_S = 0.3


@dataclass(frozen=True, slots=True)
class Drawing:
    """A strip that is being drawn, for the clip of `token`."""

    token: object
    work: Work[Filmstrip]


@dataclass
class FilmstripState(PanelState, lasts=Lasts.CONVERSATION):
    """`drawing`: the work on the small pictures."""

    drawing: Drawing | None = None


def draw_filmstrip(state: Session, board: Storyboard, on_moment: Callable[[float], None]) -> None:
    """Draws the strip of a storyboard's clip; nothing for a single frame or pages.

    `on_moment` is called with the moment that was clicked, in seconds.
    """
    clip = board.clip
    if isinstance(clip, Document) or clip.frame_count < 2:
        return
    strip = _strip(state, clip)

    def on_click() -> None:
        moment = component_value(_KEY, "taken")
        if isinstance(moment, int | float):
            on_moment(float(moment))

    # Until when each frame is on screen: all the while, a click is on that frame.
    following = [pick.index + 1 for pick in board.picks]
    ends = [clip.frame_times_s[index] if index < clip.frame_count else clip.duration_s for index in following]
    end_s = clip.duration_s if board.sampling.end_s is None else board.sampling.end_s
    _component()(
        key=_KEY,
        data={
            "strip": f"data:image/jpeg;base64,{b64encode(strip.data).decode()}" if strip else "",
            "count": strip.count if strip else 0,
            "duration": clip.duration_s,
            "frames": [part.time_s for part in board.parts],
            "ends": ends,
            "pinned": [pick.part.time_s for pick in board.picks if pick.pinned],
            "cuts": list(board.cuts_s),
            "part": [board.sampling.start_s, end_s],
        },
        on_taken_change=on_click,
    )
    if strip is None and state.of(FilmstripState).drawing is not None:
        st.fragment(_wait, run_every=_EVERY_S, key="filmstrip-wait")()
    else:
        st.empty()  # in its place: the browser builds anew what moves by one


def _strip(state: Session, clip: Moving) -> Filmstrip | None:
    """The clip's strip, None while it is being drawn. Cancels the drawing of another clip's."""
    film = state.of(FilmstripState)
    cache = resources.clip_cache()
    if (found := cached_filmstrip(clip, cache)) is not None:
        return found
    if film.drawing is None or film.drawing.token is not clip.token:
        if film.drawing is not None:
            film.drawing.work.cancel()
        film.drawing = Drawing(clip.token, Work(lambda progress: make_filmstrip(clip, cache, progress)))
        film.drawing.work.wait(_PATIENCE_S)
    return cached_filmstrip(clip, cache)


def _wait() -> None:
    state = session()
    film = state.of(FilmstripState)
    # Without a strip where it cannot be drawn: the frames say what is wrong with the clip.
    if film.drawing is not None and film.drawing.work.ended and not state.drawing:
        st.rerun()


@cache
def _component() -> ComponentRenderer:
    here = Path(__file__)
    return st.components.v2.component(
        "playground_filmstrip",
        html="""
<div class="strip" role="slider" tabindex="0" aria-label="Add a frame of the clip">
<div class="pictures"></div><div class="marks"></div><div class="cursor"></div><div class="bubble"></div></div>
""",
        css=here.with_suffix(".css").read_text(encoding="utf-8"),
        js=here.with_suffix(".js").read_text(encoding="utf-8"),
    )
