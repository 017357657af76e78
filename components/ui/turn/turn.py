"""One turn of the conversation: what the user sent, thinking beside the answer, and the line of figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.api.wires.weight import sends_videos
from components.core.texts import whole_characters
from components.runs.conversation import Round, Turn
from components.runs.metrics import add_up, measure
from components.tuning.unaccounted import unaccounted
from components.ui.conversation.editing import Place
from components.ui.figures import STATS_HELP, stats_line
from components.ui.stage.panes import Panes, draw_panes
from components.ui.stage.stage import mark_live
from components.ui.streamlit_internals import yield_to_rerun
from components.ui.turn.grounding import ClipSeen, write_times
from components.ui.turn.keys import turn_key
from components.ui.turn.outcome import draw_outcome
from components.ui.turn.receipt import draw_media_flag
from components.ui.turn.run_status import status_line
from components.ui.turn.sent import draw_sent
from components.ui.turn.sources import draw_sources
from components.ui.turn.streaming import StreamingPane
from components.ui.turn.tool_calls import CallsView, draw_results_form

_UPDATE_EVERY_S = 0.08
# The browser gets so long to draw the end of the text before figures and buttons are sent, which take it half a second
# for a long answer.
_FIRST_SEEN_S = 0.1
_STATUS_EVERY_S = 0.5

# Draws the actions of a turn into a place: the turn, its number from 1, and its place in the tree.
DrawActions = Callable[[DeltaGenerator, Turn, int, Place], None]


@dataclass(frozen=True, slots=True)
class RoundView:
    """One round of a drawn turn: its thinking on the left, its answer and its calls on the right.

    `cut`: the deltas of the cut answer that this round continues, in the same pane.
    """

    round: Round
    thinking: StreamingPane
    answer: StreamingPane
    calls: CallsView
    cut: tuple[str, ...] = ()

    def update(self) -> None:
        """Draws what is new."""
        run = self.round.run
        ended = not run.live
        self.thinking.update(run.transcript.thinking_deltas, ended=ended)
        self.answer.update(self.answered, ended=ended)
        self.calls.update(self.round, ended=ended)

    @property
    def answered(self) -> Sequence[str]:
        """The deltas of the pane of its answer."""
        own = self.round.run.transcript.answer_deltas
        return [*self.cut, *own] if self.cut else own


@dataclass(frozen=True, slots=True)
class TurnView:
    """The places of a drawn turn that change while it is live, as only its latest round can be.

    `live`: the run was live when the turn was drawn; it may have ended since, with more to draw.
    """

    turn: Turn
    number: int
    latest: RoundView
    panes: Panes
    mark: DeltaGenerator
    stats: DeltaGenerator
    actions: DeltaGenerator
    outcome: DeltaGenerator
    live: bool
    place: Place
    draw_actions: DrawActions

    def update(self) -> None:
        """Draws what is new."""
        self.latest.update()

    def finish(self, *, last: bool) -> None:
        """Draws the figures and the outcome of the run; once, at its end. `last`: no turn follows."""
        turn = self.turn
        asked = [one.run for one in turn.rounds if one.written is None]
        if asked:
            figures = add_up([measure(run) for run in asked])
            simulated = asked[-1].connection.simulated
            line = stats_line(figures, rounds=len(asked), simulated=simulated, open_calls=unaccounted(asked))
            self.stats.caption(line, help=STATS_HELP, width="stretch")
        else:
            self.stats.caption("The model was not asked here: no tokens, cost or times", width="stretch")
        self.panes.end([one.run for one in turn.rounds])
        draw_sources(self.panes.below, turn, self.number)
        with self.outcome.container():
            draw_outcome(turn, self.number, last=last)
            draw_media_flag(turn)
            draw_results_form(turn, self.number, last=last)
        self.draw_actions(self.actions, turn, self.number, self.place)
        self.mark.empty()  # last: the page then opens out to what it will keep


def draw_turn(
    turn: Turn,
    number: int,
    place_in_tree: Place,
    draw_actions: DrawActions,
    *,
    last: bool,
    clips: Sequence[ClipSeen],
) -> TurnView | None:
    """Draws a turn as far as it has come. Returns the view that draws what is added later, None where nothing answers.

    `last`: no turn follows. `clips`: the clips that times in the answer may refer to. `draw_actions` draws the row of
    the turn's actions beside its figures.
    """
    with st.container(key=turn_key(number)):
        if turn.asked:
            _draw_question(turn)
        if not turn.rounds:
            with _row(number):
                st.caption("Not answered", width="stretch")
                draw_actions(st.empty(), turn, number, place_in_tree)
            return None
        keys = (turn_key(number, "thinking"), turn_key(number, "answer"))
        panes = draw_panes(str(number), _source(turn, place_in_tree), keys=keys)
        live = turn.run.live  # before its text is drawn: a run that ends meanwhile has more to draw
        latest: RoundView | None = None
        for at, one in enumerate(turn.rounds):
            latest = draw_round(one, at, panes.thinking, panes.answer, clips, latest)
        assert latest is not None  # a turn without rounds is drawn above
        # After the texts, which take their time: what is emptied and filled later is gone from the page meanwhile.
        with _row(number):
            stats, actions = st.empty(), st.empty()
        outcome = st.empty()
        mark = mark_live(turn_key(number), turn.rounds[0].run.id) if live else st.empty()
    view = TurnView(turn, number, latest, panes, mark, stats, actions, outcome, live, place_in_tree, draw_actions)
    if not live:
        view.finish(last=last)
    return view


def _row(number: int) -> DeltaGenerator:
    return st.container(key=turn_key(number, "stats"), horizontal=True, vertical_alignment="center")


def _source(turn: Turn, place: Place) -> str:
    if turn.rounds[-1].written is not None:
        origins = [node.origin for node in place.replies if node.role == "assistant"]
        return "Answer, imported" if origins and origins[-1] == "imported" else "Answer, written by hand"
    return "Answer, simulated" if turn.run.connection.simulated else "Answer"


def draw_round(
    one: Round,
    at: int,
    thinking: DeltaGenerator,
    answer: DeltaGenerator,
    clips: Sequence[ClipSeen],
    before: RoundView | None,
) -> RoundView:
    """Draws round `at` (from 0) of a turn into the panes for thinking and answers, behind the round `before`."""
    cut = before if one.continues else None
    if cut is not None:
        thinking.markdown(f":small[:gray[:material/more_horiz: continued, round {at + 1}]]")
    elif at:
        thinking.markdown(f":small[:gray[:material/subdirectory_arrow_right: after the tools, round {at + 1}]]")
    view = RoundView(
        one,
        StreamingPane(thinking, tone="thinking"),
        cut.answer if cut is not None else StreamingPane(answer.container(), write_text=write_times(clips)),
        CallsView(answer.container()),
        tuple(cut.answered) if cut is not None else (),
    )
    view.update()
    return view


def follow(view: TurnView, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Draws a live turn, the conversation's last, until it ends; `TurnView.finish` draws the end.

    Call it last: Streamlit greys what is drawn after a running loop. Each pass serves a waiting click, and calls
    `meanwhile`, which updates what else changes on the page.
    """
    run = view.turn.run
    next_status = 0.0
    while run.live:
        now = time.monotonic()
        if now >= next_status:
            view.stats.caption(status_line(run), width="stretch")
            next_status = now + _STATUS_EVERY_S
        view.update()
        meanwhile()
        yield_to_rerun()
        run.wait(_UPDATE_EVERY_S)
    view.update()
    time.sleep(_FIRST_SEEN_S)


def _draw_question(turn: Turn) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        videos = bool(turn.rounds) and sends_videos(turn.run.request.wire)
        draw_sent(turn.attachments, videos=videos)
        st.text(whole_characters(turn.prompt))
        if turn.rounds and turn.run.body is not None:
            st.caption(":material/edit: Sent with a body edited by hand; it is not part of the conversation.")
