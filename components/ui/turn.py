"""One turn of the conversation: what the user sent, thinking beside the answer, and the line of figures."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.parts import ImagePart, clock
from components.params.card import model_card
from components.runs.conversation import Turn
from components.runs.metrics import measure
from components.runs.run import Run
from components.ui.figures import STATS_HELP, stats_line
from components.ui.inspector import show_inspector
from components.ui.outcome import draw_outcome
from components.ui.run_status import status_line
from components.ui.safe_markdown import keep_lines
from components.ui.state import give_way
from components.ui.streaming import StreamingPane

# Thinking and answer stay in sight side by side however long they get; only a short finished turn takes less.
_PANE_HEIGHT = 400
_SHORT = 900
_LOOK_S = 0.08
_STATUS_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class TurnView:
    """The places of a drawn turn that change while it is live.

    `live` is how the run stood when it was drawn: it may have ended since, with more to draw.
    """

    turn: Turn
    number: int
    thinking: StreamingPane
    answer: StreamingPane
    stats: DeltaGenerator
    inspect: DeltaGenerator
    outcome: DeltaGenerator
    live: bool

    def update(self) -> None:
        """Draws what is new."""
        run = self.turn.run
        ended = not run.live
        self.thinking.update(run.transcript.thinking_deltas, ended=ended)
        self.answer.update(run.transcript.answer_deltas, ended=ended)

    def finish(self) -> None:
        """Draws the figures and what became of the run; once, at its end."""
        run = self.turn.run
        line = stats_line(measure(run, model_card().prices), simulated=run.connection.simulated)
        self.stats.caption(line, help=STATS_HELP, width="stretch")
        with self.outcome.container():
            draw_outcome(self.turn, self.number)
        if self.inspect.button(
            "Inspect", icon=":material/lab_research:", key=f"inspect-{self.number}", type="tertiary", width="content"
        ):
            show_inspector(run)


def draw_turn(turn: Turn, number: int, *, fresh: bool) -> TurnView:
    """Draws a turn as it stands; the view that comes back draws what is added later.

    `fresh` says that another run stood in this place before: its elements would otherwise stay, greyed,
    wherever the new run has not drawn yet.
    """
    place = st.empty() if fresh else st
    with place.container(key=f"turn-{number}"):
        _draw_question(turn)
        left, right = st.columns([2, 3], gap="small")
        height = _pane_height(turn.run)
        with left, st.container(key=f"turn-{number}-thinking", border=True, height="stretch"):
            pane = st.expander("Thinking", expanded=True, icon=":material/neurology:", type="compact")
            thinking = pane.container(height=height, border=False, autoscroll=True)
        with right, st.container(key=f"turn-{number}-answer", border=True, height="stretch"):
            source = "Answer, simulated" if turn.run.connection.simulated else "Answer"
            st.caption(f":material/chat: {source}")
            answer = st.container(height=height, border=False, autoscroll=True)
        with st.container(key=f"turn-{number}-stats", horizontal=True, vertical_alignment="center"):
            stats, inspect = st.empty(), st.empty()
        outcome = st.empty()
    view = TurnView(
        turn,
        number,
        StreamingPane(thinking, lambda place, text: place.caption(keep_lines(text))),
        StreamingPane(answer, lambda place, text: place.markdown(text, anchors=False)),
        stats,
        inspect,
        outcome,
        turn.run.live,
    )
    view.update()
    if not view.live:
        view.finish()
    return view


def _pane_height(run: Run) -> int | Literal["content"]:
    texts = (run.transcript.thinking_deltas, run.transcript.answer_deltas)
    long = any(sum(map(len, deltas)) > _SHORT for deltas in texts)
    return _PANE_HEIGHT if run.live or long else "content"


def follow(view: TurnView) -> None:
    """Draws a live turn until it ends. Draw it last: what comes after a running loop stands greyed.

    Every pass reads the session, which is where Streamlit serves a waiting click.
    """
    run = view.turn.run
    next_status = 0.0
    while run.live:
        now = time.monotonic()
        if now >= next_status:
            view.stats.caption(status_line(run), width="stretch")
            next_status = now + _STATUS_EVERY_S
        view.update()
        give_way()
        run.wait(_LOOK_S)
    view.update()
    view.finish()


def _draw_question(turn: Turn) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        pictures = [part for attachment in turn.attachments for part in attachment.parts]
        if pictures:
            with st.container(horizontal=True, gap="xsmall"):
                for picture in pictures:
                    named = picture.name if isinstance(picture, ImagePart) else clock(picture.time_s)
                    st.image(picture.data, caption=named, width=80, alt=f"Sent: {named}")
        st.text(turn.prompt)
