"""Frames of a clip that are being taken while the page goes on: started by a knob, shown with progress, cancelled.

The old frames stay, on the page and for sending, until the new ones are there. The work is done by a thread; the page
looks at it (`TakingView.look`) and runs anew when it has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import MediaError
from components.media.attachments import Attachment, of_storyboard
from components.media.rendering import FrameStyle
from components.media.sampling import Sampling
from components.media.storyboard import Storyboard
from components.media.work import Cancelled, Progress, Work
from components.ui.markdown.escaping import escaped
from components.ui.state import Lasts, PanelState, Session, session
from components.ui.streamlit_internals import yield_to_rerun

# What is done within this time is never seen as work.
_PATIENCE_S = 0.4
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Taking:
    """Work for the clip of `token` in the tray; `sampling` and `style` are what was asked for."""

    token: object
    sampling: Sampling
    style: FrameStyle
    work: Work[Storyboard]


@dataclass
class StoryboardState(PanelState, lasts=Lasts.CONVERSATION):
    """`clip`: the token of the clip whose storyboard is open; `taking`: the work on it.

    `problem`: why the last change of it was not made.
    """

    clip: object | None = None
    taking: Taking | None = None
    problem: str | None = None

    def let_go(self) -> None:
        """Cancels the work."""
        if self.taking is not None:
            self.taking.work.cancel()


def board_in_tray(state: Session, token: object | None) -> tuple[int, Storyboard] | None:
    """The place in the tray and the storyboard of a clip; None when it is no longer there."""
    for position, attachment in enumerate(state.tray):
        if isinstance(attachment.facts, Storyboard) and attachment.facts.clip.token is token:
            return position, attachment.facts
    return None


def open_storyboard(state: Session, attachment: Attachment) -> None:
    """Opens the storyboard if the attachment is a clip."""
    panel = state.of(StoryboardState)
    if isinstance(attachment.facts, Storyboard):
        panel.clip = attachment.facts.clip.token
        panel.problem = None


def take(board: Storyboard, sampling: Sampling, style: FrameStyle, do: Callable[[Progress], Storyboard]) -> None:
    """Starts work that gives a new storyboard for the clip; what was being taken for it is given up."""
    state = session()
    panel = state.of(StoryboardState)
    give_up(state)
    panel.problem = None
    panel.taking = Taking(board.clip.token, sampling, style, Work(do))
    if panel.taking.work.wait(_PATIENCE_S):
        settle(state)


def settle(state: Session) -> None:
    """Puts what ended work has made into the tray, or says why there is nothing."""
    panel = state.of(StoryboardState)
    taking = panel.taking
    if taking is None or not taking.work.ended:
        return
    panel.taking = None
    try:
        put(state, taking.work.result())
    except MediaError as error:
        panel.problem = str(error)
    except Cancelled:
        pass


def put(state: Session, board: Storyboard) -> None:
    """Puts a changed storyboard in the place of the clip's former one."""
    if (found := board_in_tray(state, board.clip.token)) is not None:
        state.tray[found[0]] = of_storyboard(board)


def give_up(state: Session) -> None:
    """Cancels what is being taken; the frames stay as they are."""
    panel = state.of(StoryboardState)
    if panel.taking is not None:
        panel.taking.work.cancel()
        panel.taking = None


@dataclass(frozen=True, slots=True)
class TakingView:
    """The drawn progress of the work."""

    taking: Taking
    bar: DeltaGenerator

    def look(self) -> None:
        """Draws how far it is; runs the page anew when it has ended."""
        progress = self.taking.work.progress
        if self.taking.work.ended:
            settle(session())
            st.rerun()
        of = f" {progress.done:,} of {progress.total:,}" if progress.total else "…"
        self.bar.progress(progress.share, text=f":small[{escaped(progress.words or 'Beginning')}{of}]")

    def follow(self) -> None:
        """Looks until the work has ended. Draw it last."""
        while True:
            self.look()
            yield_to_rerun()
            self.taking.work.wait(_LOOK_S)


def draw_taking(state: Session) -> TakingView | None:
    """Draws the progress of what is being taken, with a way to cancel it; None if nothing is."""
    panel = state.of(StoryboardState)
    if panel.taking is None:
        return None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        bar = st.progress(0.0)
        st.button("Cancel", key="cancel-taking", icon=":material/close:", on_click=give_up, args=(state,))
    return TakingView(panel.taking, bar)
