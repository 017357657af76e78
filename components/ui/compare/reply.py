"""One column's reply to a trial: thinking above the answer, a line of figures, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.runs.conversation import Round
from components.runs.run import Run
from components.ui.figures import STATS_HELP, figures_line
from components.ui.markdown.escaping import escaped, with_code
from components.ui.stage.panes import Panes, draw_panes
from components.ui.state import session
from components.ui.turn.outcome import lost_to_thinking, why_no_answer
from components.ui.turn.run_status import status_line
from components.ui.turn.turn import RoundView, draw_round


@dataclass(slots=True)
class ReplyView:
    """The containers of a reply that change while it is live; `status` and `stop` above it, always in sight.

    `quiet`: figures are not shown, since they would give the column away. `go_on` lets the example tools answer the
    calls that the reply ends with, and returns whether another round began.
    """

    rounds: Sequence[Round]
    status: DeltaGenerator
    stop: DeltaGenerator
    panes: Panes
    stats: DeltaGenerator
    outcome: DeltaGenerator
    draw_actions: Callable[[], None]
    go_on: Callable[[], bool]
    quiet: bool
    finished: bool = False
    _drawn: list[RoundView] = field(default_factory=list)

    @property
    def run(self) -> Run:
        """The latest generation."""
        return self.rounds[-1].run

    def update(self) -> None:
        """Draws what is new; at the end of the reply, once, its figures as well."""
        if self.finished:
            return
        while len(self._drawn) < len(self.rounds):
            before = self._drawn[-1] if self._drawn else None
            if before is not None:
                before.update()  # with the results of its calls
            at = len(self._drawn)
            self._drawn.append(draw_round(self.rounds[at], at, self.panes.thinking, self.panes.answer, (), before))
        ended = not self.run.live
        self._drawn[-1].update()
        if ended and not self.go_on():
            self._finish()
            self.finished = True

    def draw_status(self) -> None:
        """Draws the status of the live run."""
        if self.run.live:
            self.status.caption(status_line(self.run), width="content")

    def _finish(self) -> None:
        self.status.empty()
        self.stop.empty()  # Streamlit keeps a button that goes in mid-run, greyed, until the page is drawn
        # Folded, however short: what is compared are the answers, and both are to begin in sight.
        self.panes.end([one.run for one in self.rounds], longest=0)
        if self.quiet:
            self.stats.caption("Figures are shown after your vote.", width="stretch")
        else:
            self.stats.caption(figures_line(self.rounds), help=STATS_HELP, width="stretch")
        with self.outcome.container(gap="xsmall"):
            _draw_outcome(self.rounds)
            self.draw_actions()


def draw_reply(
    rounds: Sequence[Round],
    name: str,
    status: DeltaGenerator,
    stop: DeltaGenerator,
    *,
    quiet: bool,
    draw_actions: Callable[[], None],
    go_on: Callable[[], bool],
) -> ReplyView:
    """Draws a reply so far, under keys that end in `name`; the view that is returned draws what is added."""
    simulated = rounds[-1].run.connection.simulated
    panes = draw_panes(name, "Answer, simulated" if simulated else "Answer")
    view = ReplyView(rounds, status, stop, panes, st.empty(), st.empty(), draw_actions, go_on, quiet)
    view.update()
    view.draw_status()
    return view


def _draw_outcome(rounds: Sequence[Round]) -> None:
    run = rounds[-1].run
    if run.error is not None:
        kept = " What came is kept." if run.status == "interrupted" else ""
        st.error(f"{escaped(str(run.error))}{kept}", icon=":material/error:")
    elif run.status == "stopped":
        st.caption(":material/stop_circle: Stopped by you; what came is kept. It may be billed whole all the same.")
    elif run.status == "interrupted":
        st.warning("The stream ended before the reply was complete.", icon=":material/link_off:")
    elif lost_to_thinking(run):
        st.warning(with_code(why_no_answer(run)), icon=":material/hourglass_disabled:")
    elif run.transcript.finish_reason == "length":
        st.warning("The answer was cut at `max_tokens`.", icon=":material/content_cut:")
    elif rounds[-1].open_calls:
        tools = session().tools
        why = (
            f"the limit of {tools.most_rounds} rounds is reached"
            if tools.automatic and len(rounds) >= tools.most_rounds
            else "only example tools are answered here, where that is switched on under Tools"
        )
        st.caption(f":material/function: The reply ends with a call: {why}.")
