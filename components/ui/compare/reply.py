"""One column's reply to a trial: thinking above the answer, a line of figures, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.params.card import model_card
from components.runs.metrics import measure
from components.runs.run import Run
from components.ui.figures import STATS_HELP, dollars, seconds, tokens
from components.ui.outcome import lost_to_thinking
from components.ui.run_status import status_line
from components.ui.safe_markdown import keep_lines, without_formulas
from components.ui.streaming import StreamingPane

THINKING_HEIGHT = 170
ANSWER_HEIGHT = 320


@dataclass(slots=True)
class ReplyView:
    """The places of a drawn reply that change while it is live. `quiet`: figures would tell which column it is."""

    run: Run
    thinking: StreamingPane
    answer: StreamingPane
    stats: DeltaGenerator
    outcome: DeltaGenerator
    draw_actions: Callable[[], None]
    quiet: bool
    finished: bool = False

    def update(self) -> None:
        """Draws what is new; at the end of the run its figures, too, once."""
        if self.finished:
            return
        ended = not self.run.live
        self.thinking.update(self.run.transcript.thinking_deltas, ended=ended)
        self.answer.update(self.run.transcript.answer_deltas, ended=ended)
        if ended:
            self._finish()
            self.finished = True

    def draw_status(self) -> None:
        """Says how the live run stands."""
        if self.run.live:
            self.stats.caption(status_line(self.run), width="stretch")

    def _finish(self) -> None:
        if self.quiet:
            self.stats.caption("Figures are shown after your vote.", width="stretch")
        else:
            self.stats.caption(figures_line(self.run), help=STATS_HELP, width="stretch")
        with self.outcome.container(gap="xsmall"):
            _draw_outcome(self.run)
            self.draw_actions()


def draw_reply(run: Run, name: str, *, quiet: bool, draw_actions: Callable[[], None]) -> ReplyView:
    """Draws a reply as it stands, under keys that end in `name`; the view that comes back draws what is added."""
    pane = st.expander("Thinking", expanded=True, icon=":material/neurology:", type="compact")
    thinking = pane.container(height=THINKING_HEIGHT, border=False, autoscroll=True, key=f"pane-thinking-{name}")
    st.caption(":material/chat: Answer, simulated" if run.connection.simulated else ":material/chat: Answer")
    answer = st.container(height=ANSWER_HEIGHT, border=False, autoscroll=True, key=f"pane-answer-{name}")
    view = ReplyView(
        run,
        StreamingPane(thinking, lambda place, text: place.caption(keep_lines(text))),
        StreamingPane(answer, lambda place, text: place.markdown(text, anchors=False)),
        st.empty(),
        st.empty(),
        draw_actions,
        quiet,
    )
    view.update()
    view.draw_status()
    return view


def figures_line(run: Run) -> str:
    """The figures of a run, short enough for a column."""
    figures = measure(run, model_card().prices)
    usage = figures.usage
    words = [
        f"first answer {seconds(figures.first_answer_s)}, total {seconds(figures.total_s)}",
        f"{tokens(usage.reasoning_tokens)} thinking, {tokens(usage.output_tokens)} out",
        dollars(figures.cost_usd),
    ]
    return without_formulas(" · ".join(words))


def _draw_outcome(run: Run) -> None:
    if run.error is not None:
        kept = " What came is kept." if run.status == "interrupted" else ""
        st.error(without_formulas(f"{run.error}{kept}"), icon=":material/error:")
    elif run.status == "stopped":
        st.caption(":material/stop_circle: Stopped by you; what came is kept. It may be billed whole all the same.")
    elif run.status == "interrupted":
        st.warning("The stream ended before the reply was complete.", icon=":material/link_off:")
    elif lost_to_thinking(run):
        st.warning("The model thought but never answered: raise `max_tokens`.", icon=":material/hourglass_disabled:")
    elif run.transcript.finish_reason == "length":
        st.warning("The answer was cut at `max_tokens`.", icon=":material/content_cut:")
