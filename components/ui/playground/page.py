"""The playground page put together: settings, conversation, composer, and the live turn last."""

from __future__ import annotations

import streamlit as st

from components.runs.conversation import Turn
from components.ui.playground.composer import Composer, draw_composer
from components.ui.playground.editing import places
from components.ui.playground.keeping import keep, keep_tray, open_from_url
from components.ui.playground.links import follow_link, write_link
from components.ui.playground.parts import begin, draw_part, end
from components.ui.playground.preview import draw_preview
from components.ui.playground.sending import answer_by_examples
from components.ui.playground.toolbar import draw_toolbar
from components.ui.playground.welcome import draw_welcome
from components.ui.playground.window import draw_earlier, first_drawn
from components.ui.settings.sidebar import draw_sidebar
from components.ui.state import session
from components.ui.tray.frame_dialog import draw_enlarged
from components.ui.tray.storyboard_panel import draw_panel, is_open
from components.ui.tray.taking import TakingView
from components.ui.tray.uploads import reading
from components.ui.turn.cited import draw_cited
from components.ui.turn.grounding import clips_seen
from components.ui.turn.menu import draw_open_dialog, draw_way_on
from components.ui.turn.turn import draw_turn, follow, pane_height


def draw_playground() -> None:
    """Draws the page; returns when no run is live."""
    state = session()
    open_from_url(state)
    state = session()
    follow_link(state)
    state.edited = state.own
    begin(state)
    answer_by_examples()
    keep(state)
    write_link(state)
    draw_part("toolbar", lambda: draw_toolbar(session()))
    welcome = st.empty()
    if not state.turns:
        with welcome.container():
            draw_welcome()
    undrawn = first_drawn(state)
    draw_earlier(state, undrawn)
    clips = clips_seen(state.turns)
    window = list(zip(state.turns, places(state), clips, strict=True))[undrawn:]
    views = [
        draw_turn(
            turn,
            number,
            place,
            fresh=state.drawn[at : at + 1] != [_mark(turn, number)],
            last=turn is state.turns[-1],
            clips=seen,
        )
        for at, (number, (turn, place, seen)) in enumerate(enumerate(window, start=undrawn + 1))
    ]
    for _ in state.drawn[len(views) :]:
        st.empty()  # clears what stood there: turns that were removed
    state.drawn = [_mark(turn, number) for number, (turn, *_) in enumerate(window, start=undrawn + 1)]
    with st.empty().container():
        draw_way_on()
    draw_open_dialog(state)
    # Emptied only where nothing will stand: a player that is drawn anew begins anew.
    panel = st.container() if is_open(state) or reading(state).arrivals else st.empty()
    composer = draw_composer()
    keep_tray(state)  # files that came were read by the composer
    draw_part("settings", lambda: _draw_settings(composer))
    composer.offer_stop()
    taking = draw_panel(state, panel)
    draw_enlarged(state)
    draw_cited(state, clips)
    # Not `state.live_turn`: a run that ended while the rest was drawn still has its end to be drawn.
    if views and (last := views[-1]) is not None and last.live:
        follow(last, lambda: _look(taking))
        keep(state)
        # The panes of a live turn are as high as they may become. A short answer's are drawn anew, as high as it is.
        if answer_by_examples() or pane_height(last.turn) == "content":
            st.rerun()
        composer.settle()
    if taking:
        taking.follow()
    end(state)


def _draw_settings(composer: Composer) -> None:
    """Draws the settings of the next request, and what they make of it."""
    state = session()
    if not state.drawing:  # else they are kept with the page
        keep(state)
        write_link(state)
    draw_sidebar()
    draw_preview(state, composer.preview, composer.meter, composer.forewarned)


def _look(taking: TakingView | None) -> None:
    """Draws how far frames are, and the page anew when a file was read, while a reply is drawn."""
    if taking:
        taking.look()
    if reading(session()).has_ended and reading(session()).is_ready_for(session()):
        st.rerun()


def _mark(turn: Turn, number: int) -> str:
    return f"{number} {turn.key}"
