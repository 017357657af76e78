"""The open storyboard's state, and the work that makes its frames anew: started, shown with its progress, cancelled.

The old frames stay on the page, and are what is sent, until the new ones are ready. A thread does the work; the page
asks for its progress (`WorkView.update`) and runs again when it has ended.
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

# The page waits so long before it shows progress.
_PATIENCE_S = 0.4
_UPDATE_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class StoryboardWork:
    """Work on the storyboard of the clip of `token`; `sampling` and `style` are what was asked for."""

    token: object
    sampling: Sampling
    style: FrameStyle
    work: Work[Storyboard]


@dataclass
class StoryboardState(PanelState, lasts=Lasts.CONVERSATION):
    """`clip`: the token of the clip whose storyboard is open; `making`: the work on it.

    `problem`: why its last change was not made.
    """

    clip: object | None = None
    making: StoryboardWork | None = None
    problem: str | None = None

    def let_go(self) -> None:
        """Cancels the work; the frames stay as they are."""
        if self.making is not None:
            self.making.work.cancel()
            self.making = None


def board_in_tray(state: Session, token: object | None) -> tuple[int, Storyboard] | None:
    """The position in the tray and the storyboard of the clip of `token`; None when it is no longer there."""
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


def start(board: Storyboard, sampling: Sampling, style: FrameStyle, make: Callable[[Progress], Storyboard]) -> None:
    """Starts work that returns a new storyboard for the clip; cancels what was under way."""
    state = session()
    panel = state.of(StoryboardState)
    panel.let_go()
    panel.problem = None
    panel.making = StoryboardWork(board.clip.token, sampling, style, Work(make))
    if panel.making.work.wait(_PATIENCE_S):
        settle(state)


def settle(state: Session) -> None:
    """Puts the result of ended work into the tray, or says why there is none."""
    panel = state.of(StoryboardState)
    making = panel.making
    if making is None or not making.work.ended:
        return
    panel.making = None
    try:
        put(state, making.work.result())
    except MediaError as error:
        panel.problem = str(error)
    except Cancelled:
        pass


def put(state: Session, board: Storyboard) -> None:
    """Replaces the clip's storyboard in the tray."""
    if (found := board_in_tray(state, board.clip.token)) is not None:
        state.tray[found[0]] = of_storyboard(board)


@dataclass(frozen=True, slots=True)
class WorkView:
    """The drawn progress of the work."""

    making: StoryboardWork
    bar: DeltaGenerator

    def update(self) -> None:
        """Draws the progress; runs the page again when the work has ended."""
        progress = self.making.work.progress
        if self.making.work.ended:
            settle(session())
            st.rerun()
        of = f" {progress.done:,} of {progress.total:,}" if progress.total else "…"
        self.bar.progress(progress.share, text=f":small[{escaped(progress.words or 'Beginning')}{of}]")

    def follow(self) -> None:
        """Draws the progress until the work has ended. Call it last."""
        while True:
            self.update()
            yield_to_rerun()
            self.making.work.wait(_UPDATE_EVERY_S)


def draw_work(state: Session) -> WorkView | None:
    """Draws the progress of the work and the button that cancels it; None if there is none."""
    panel = state.of(StoryboardState)
    place = st.empty()  # what follows keeps its place, or the browser would build it anew
    if panel.making is None:
        return None
    with place.container(horizontal=True, vertical_alignment="center", gap="small"):
        bar = st.progress(0.0)
        st.button("Cancel", key="cancel-taking", icon=":material/close:", on_click=panel.let_go)
    return WorkView(panel.making, bar)
