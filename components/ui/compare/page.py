"""The compare page as a whole: columns, trials, message box, and the live replies last."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.api.wires.weight import estimate_request
from components.core.errors import ParameterError
from components.core.texts import is_blank
from components.runs.conversation import Round
from components.tuning.comparison import Comparison, Trial
from components.tuning.unaccounted import unaccounted
from components.ui.compare.asking import ask_all, request_of
from components.ui.compare.figures import draw_figures
from components.ui.compare.header import add_column, can_add, draw_column_choice, draw_column_tools, draw_heads
from components.ui.compare.reply import ReplyView
from components.ui.compare.saving import current, draw_saved_comparisons, save
from components.ui.compare.trial import TrialView, draw_trial, draw_verdict, trial_key
from components.ui.conversation.moving import ComparingState
from components.ui.figures import cost_words, figures_of
from components.ui.markdown.escaping import escaped, with_code
from components.ui.message_box import MESSAGE_BOX, draw_message_box
from components.ui.settings.sidebar import draw_sidebar
from components.ui.stage.stage import draw_stage
from components.ui.state import STOP_BUTTON, Key, Session, refill, session, set_widget, widget_value
from components.ui.streamlit_internals import yield_to_rerun
from components.ui.tray.arriving import draw_arriving
from components.ui.tray.tray import fill_tray
from components.ui.tray.uploads import draw_uploads
from components.ui.views import Place, view_of

_POLL_S = 0.08
_STATUS_EVERY_S = 0.5
_REPLIES, _DIFFERENCES = "Replies", "Differences"
_METER_WIDTH = 380
_AGAINST = Key[str | None]("compare-against")
_BLIND = Key[bool]("compare-blind")


def draw_compare_page() -> None:
    """Draws the page; returns when no run is live."""
    state = session()
    comparison = current(state)
    save(state, comparison)
    state.edited = comparison.column(comparison.selected).choices
    with st.sidebar:
        draw_column_choice(comparison)
        draw_sidebar(draw_tools=partial(draw_column_tools, comparison))
    draw_saved_comparisons(state, comparison)
    against = _draw_toolbar(comparison)
    views: list[TrialView] = []
    with view_of("compare", comparison.id):
        draw_heads(comparison)
        if comparison.before:
            count = len(comparison.before)
            turns = "turn" if count == 1 else "turns"
            st.caption(f":material/history: All columns go on from {count} earlier {turns}.")
        if not comparison.trials:
            _draw_welcome()
        views += [draw_trial(comparison, number, against) for number in range(1, len(comparison.trials) + 1)]
        totals = st.empty()
    count = len(comparison.trials)
    draw_stage(comparison.id, trial_key(count) if count else "", str(count))
    stop, vote = _draw_composer(state, comparison)

    def draw_end(view: TrialView) -> None:
        # The vote on the latest message is above the message box, in sight however the page is scrolled.
        with view.verdict.container():
            latest = view.number == len(comparison.trials)
            draw_verdict(comparison, view.number, vote if latest else st.empty())

    live = [view for view in views if not view.finished]
    for view in views:
        if view not in live:
            draw_end(view)
    if live:
        _follow([reply for view in live for reply in view.replies], partial(save, state, comparison))
        for view in live:
            draw_end(view)
            view.mark.empty()
        stop.empty()
    if len(comparison.trials) > 1:
        with totals.container():
            _draw_totals(comparison)


def _follow(views: list[ReplyView], on_round: Callable[[], None]) -> None:
    """Draws the live replies until all have ended; every pass lets a waiting click be served.

    `on_round` is called when a column has begun another round.
    """
    next_status = 0.0
    rounds = 0
    while live := [view for view in views if not view.finished]:
        if rounds != (rounds := sum(len(view.rounds) for view in views)):
            on_round()
        now = time.monotonic()
        if now >= next_status:
            for view in live:
                view.draw_status()
            next_status = now + _STATUS_EVERY_S
        for view in live:
            view.update()
        yield_to_rerun()
        time.sleep(_POLL_S)


def _draw_toolbar(comparison: Comparison) -> str | None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare-toolbar"):
        st.button(
            "Add a column",
            icon=":material/add_column_right:",
            key="add-column",
            disabled=not can_add(comparison),
            help="It begins with the settings of the column being edited.",
            on_click=add_column,
            args=(comparison,),
        )
        show = st.segmented_control(
            "Show",
            [_REPLIES, _DIFFERENCES],
            default=_REPLIES,
            key="compare-show",
            required=True,
            label_visibility="collapsed",
        )
        against = None
        if show == _DIFFERENCES:
            chosen = widget_value(_AGAINST)
            against = st.segmented_control(
                "Compared with",
                comparison.letters,
                format_func=lambda letter: f"to {letter}",
                default=set_widget(_AGAINST, chosen if chosen in comparison.letters else comparison.letters[0]),
                key=_AGAINST,
                required=True,
                label_visibility="collapsed",
            )
        st.toggle(
            "Blind vote",
            value=set_widget(_BLIND, comparison.blind),
            key=_BLIND,
            help="From the next message on labels and figures are hidden and the order is shuffled, until you voted.",
            on_change=_set_blind,
            args=(comparison,),
        )
    return against


def _set_blind(comparison: Comparison) -> None:
    comparison.blind = widget_value(_BLIND)


def _draw_welcome() -> None:
    st.markdown(
        "One message goes to every column at the same time. Click **Edit** at a column and change its parameters, "
        "endpoint or system prompt in the sidebar; only what sets the columns apart is shown at their heads."
    )


def _draw_totals(comparison: Comparison) -> None:
    done = [trial for trial in comparison.trials if not trial.live and not trial.hidden]
    figures = {
        letter: [figures_of(rounds) for trial in done if (rounds := _finished(trial, letter))]
        for letter in comparison.letters
    }
    if sum(bool(several) for several in figures.values()) >= 2:
        st.markdown("##### All messages together", anchors=False)
        draw_figures({letter: several for letter, several in figures.items() if several}, comparison.letters)
    open_calls = unaccounted(one.run for trial in done for rounds in trial.rounds.values() for one in rounds)
    if open_calls.calls:
        st.caption(with_code(f"Cost of all of it: {cost_words(None, open_calls)}"))
    if tally := comparison.tally():
        st.markdown("##### Blind votes", anchors=False)
        for label, (won, of) in sorted(tally.items(), key=lambda entry: -entry[1][0]):
            st.markdown(f"- {escaped(label)}: best in {won} of {of} (n = {of})")


def _finished(trial: Trial, letter: str) -> list[Round]:
    rounds = trial.rounds.get(letter, [])
    return rounds if rounds and rounds[-1].run.status == "done" else []


def _draw_composer(state: Session, comparison: Comparison) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Draws the bottom of the page; returns the containers of the button that stops all replies, and of the vote."""
    with st.bottom:
        notices, vote, arrivals = st.empty(), st.empty(), st.empty()
        tray = Place(expected=bool(state.tray))
        arriving = st.container()
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            draw_uploads(state)
            weight = st.container(width=_METER_WIDTH)
            stop = st.empty()
            if comparison.live_runs:
                stop.button("Stop all", icon=":material/stop:", key=STOP_BUTTON, type="primary", on_click=_stop)
    fill_tray(state, notices, arrivals, tray)
    with arriving:
        draw_arriving(state)
    with weight:
        _draw_weight(comparison)
    if state.draft is not None:
        refill(MESSAGE_BOX, state.draft)
        state.draft = None
    # In `st.bottom`, since a box that Streamlit places itself has the page follow its end; here the stage does.
    with st.bottom:
        st.chat_input("Ask all columns", key=MESSAGE_BOX, on_submit=_ask)
    draw_message_box("compare", comparison.id, keep=not comparison.private)
    return stop, vote


def _draw_weight(comparison: Comparison) -> None:
    """Draws the size of the next message, all columns together."""
    trial = Trial("", tuple(session().tray))
    requests = []
    for letter in comparison.letters:
        try:
            requests.append(request_of(comparison, letter, trial))
        except ParameterError:
            # Which one and why stands at the setting itself.
            where = f"see the settings of column {letter} marked in red"
            st.markdown(f":small[:red[:material/error: Nothing can be sent yet: {where}]]")
            return
    about = sum(estimate_request(request).tokens for request in requests)
    st.caption(f"The next message is {len(requests)} requests, about {about:,} tokens in all (estimated).")


def _stop() -> None:
    comparison = session().of(ComparingState).comparison
    if comparison is not None:
        for run in comparison.live_runs:
            run.cancel()


def _ask() -> None:
    comparison = session().of(ComparingState).comparison
    prompt = (widget_value(MESSAGE_BOX) or "").rstrip(" ")
    if prompt and comparison is not None and not ask_all(comparison, prompt) and not is_blank(prompt):
        session().draft = prompt
