"""The playground page put together: settings, conversation, composer, and the live turn last."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.runs.conversation import Turn
from components.ui.conversation.editing import places
from components.ui.conversation.saving import open_from_url, save, save_tray
from components.ui.conversation.sending import answer_by_examples
from components.ui.playground.composer import Composer, draw_composer
from components.ui.playground.fragments import begin_page, draw_fragment, end_page
from components.ui.playground.links import follow_link, write_link
from components.ui.playground.preview import draw_preview
from components.ui.playground.toolbar import draw_toolbar
from components.ui.playground.turn_actions import draw_turn_actions
from components.ui.playground.welcome import draw_welcome
from components.ui.playground.window import draw_earlier, first_drawn
from components.ui.settings.sidebar import draw_sidebar
from components.ui.stage.presenting import draw_presenting, is_presenting
from components.ui.stage.stage import draw_stage
from components.ui.state import Lasts, PanelState, Session, session
from components.ui.tray.coming import reading
from components.ui.tray.storyboard_panel import draw_panel, is_open
from components.ui.tray.storyboard_work import WorkView
from components.ui.turn.cited import draw_cited
from components.ui.turn.grounding import clips_seen
from components.ui.turn.keys import turn_key
from components.ui.turn.menu import draw_open_dialog, draw_way_on
from components.ui.turn.turn import TurnView, draw_turn, follow
from components.ui.views import Place, view_of


@dataclass
class PlaygroundState(PanelState, lasts=Lasts.BROWSER):
    """`drawn`: how many turns are on the page."""

    drawn: int = 0


def draw_playground() -> None:
    """Draws the page; returns when no run is live."""
    state = session()
    open_from_url(state)
    state = session()
    follow_link(state)
    state.edited = state.own
    begin_page(state)
    answer_by_examples()
    save(state)
    write_link(state)
    draw_fragment("toolbar", lambda: draw_toolbar(session()))
    # Always one container: what comes after it keeps its place, and nothing of the page before stays.
    with st.container(key="conversation"):
        views = _draw_conversation(state)
    draw_presenting()
    if state.turns:
        draw_stage(state.conversation.id, turn_key(len(state.turns)), state.turns[-1].key)
    else:
        draw_stage(state.conversation.id, "", "")
    draw_open_dialog(state)
    coming = reading(state)
    panel = Place(expected=is_open(state) or bool(coming.arrivals) or coming.has_ended)
    composer = draw_composer()
    save_tray(state)  # files that came were read by the composer
    with st.sidebar:
        draw_fragment("settings", lambda: _draw_settings(composer))
    composer.offer_stop()
    making = draw_panel(state, panel)
    draw_cited(state, clips_seen(state.turns))
    # Not `state.live_turn`: the end of a run that ended while the rest was drawn is still to be drawn.
    if views and (last := views[-1]) is not None and last.live:
        follow(last, lambda: _update_tray(making))
        save(state)
        if answer_by_examples():
            st.rerun()  # the turn goes on, and the page stays as it is
        composer.stop.empty()  # first: as long as there is a reply to be stopped, the page stays with it
        last.finish(last=True)
        st.rerun()  # what was drawn as one while the reply was live is drawn in parts again
    if answer_by_examples():
        st.rerun()  # the run ended after the first look at it and before it was drawn
    if making:
        making.follow()
    end_page(state)


def _draw_conversation(state: Session) -> list[TurnView | None]:
    """Draws the turns that are shown, or the welcome on a page without any. Returns their views, in order."""
    page = state.of(PlaygroundState)
    welcome = st.empty()
    if not state.turns:
        with welcome.container():
            draw_welcome()
    undrawn = 0 if is_presenting() else first_drawn(state)
    draw_earlier(state, undrawn)
    clips = clips_seen(state.turns)
    window = list(zip(state.turns, places(state), clips, strict=True))[undrawn:]
    views = []
    for at, (number, (turn, place, seen)) in enumerate(enumerate(window, start=undrawn + 1)):
        # Another reply in the same place has a container of its own: nothing of the old one is seen below it.
        with view_of(f"turn at {at}", _mark(turn, number)):
            views.append(draw_turn(turn, number, place, draw_turn_actions, last=turn is state.turns[-1], clips=seen))
    for at in range(len(views), page.drawn):
        view_of(f"turn at {at}", "none")  # clears turns that were removed
    page.drawn = len(views)
    with st.empty().container():
        draw_way_on()
    return views


def _draw_settings(composer: Composer) -> None:
    """Draws the settings of the next request, and its preview."""
    state = session()
    if not state.drawing:  # else they are saved with the page
        save(state)
        write_link(state)
    draw_sidebar()
    draw_preview(state, composer.preview, composer.meter, composer.forewarned)


def _update_tray(making: WorkView | None) -> None:
    """Draws the progress of a storyboard's work while a reply is drawn, and the page again when a file was read."""
    if making:
        making.update()
    if reading(session()).has_ended and reading(session()).is_ready_for(session()):
        st.rerun()


def _mark(turn: Turn, number: int) -> str:
    """Identifies the turn. The mark of a turn with one more round begins with the mark that it had before."""
    return " ".join([str(number), *(one.run.id for one in turn.rounds)]) if turn.rounds else f"{number} {turn.key}"
