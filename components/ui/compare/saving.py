"""A comparison survives a refresh and a restart: its id is in the URL, its messages and settings are in the history.

Its runs are found again by their ids, live or stored.
"""

from __future__ import annotations

import streamlit as st

from components.core.errors import StoreError
from components.history.comparisons import (
    ComparisonHead,
    delete_comparison,
    list_comparisons,
    load_comparison,
    save_comparison,
)
from components.tuning.comparison import Comparison, like, new_comparison
from components.tuning.comparison_record import record_of, restored, run_ids
from components.ui import resources
from components.ui.conversation.moving import ComparingState
from components.ui.conversation.saving import find_runs
from components.ui.markdown.escaping import with_code
from components.ui.reader_time import written
from components.ui.saved import draw_saved
from components.ui.state import Session, session

PARAMETER = "compare"


def current(state: Session) -> Comparison:
    """The comparison that the page shows: the session's, the one that the address names, or a new one."""
    comparing = state.of(ComparingState)
    if comparing.comparison is None and (wanted := st.query_params.get(PARAMETER)):
        open_comparison(state, wanted)
    if comparing.comparison is None:
        comparing.comparison = new_comparison(state.own, tools=bool(state.tools.text.strip()))
    return comparing.comparison


def open_comparison(state: Session, comparison_id: str) -> None:
    """Shows a comparison, live or stored; where that cannot be, the reason is on the page."""
    state.problem = None
    found = resources.comparisons().find(comparison_id, state.owner)
    if found is None:
        try:
            resources.history_writer().flush()
            record = load_comparison(resources.store(), comparison_id, state.owner)
            if record is not None:
                found = restored(record, find_runs(run_ids(record), state.owner))
        except StoreError as error:
            state.problem = f"The comparison cannot be opened. {error}"
            return
    if found is None:
        state.problem = "There is no such comparison here: it was deleted, or it is somebody else's."
        st.query_params.pop(PARAMETER, None)
        return
    state.of(ComparingState).comparison = found


def save(state: Session, comparison: Comparison) -> None:
    """Has the comparison saved when it has changed, and puts its id in the URL."""
    resources.comparisons().add(comparison, state.owner)
    record = record_of(comparison, state.owner)
    untouched = comparison.saved is None and not (comparison.touched or comparison.trials)
    if not untouched and record != comparison.saved:
        comparison.touched = True
        if not comparison.private:
            resources.history_writer().write(comparison.id, lambda store: save_comparison(store, record))
    comparison.saved = record
    if comparison.touched and st.query_params.get(PARAMETER) != comparison.id:
        st.query_params[PARAMETER] = comparison.id


def draw_saved_comparisons(state: Session, comparison: Comparison) -> None:
    """Draws the buttons for a new comparison and for the stored ones, and a note where this one is not stored."""
    if comparison.private:
        st.caption(":material/visibility_off: Private: nothing of this comparison is kept.")
    elif problem := resources.history_writer().problem:
        st.warning(with_code(f"Not saved: {problem}"), icon=":material/cloud_off:")
    try:
        heads = list_comparisons(resources.store(), state.owner)
    except StoreError:
        heads = []  # the warning says why
    lines = {head.id: _line(head) for head in heads}
    if comparison.trials and comparison.id not in lines:  # on its way into the history, or private
        lines = {comparison.id: _line(ComparisonHead.of(record_of(comparison, state.owner))), **lines}
    draw_saved(
        "compare",
        "comparison",
        lines,
        comparison.id,
        begin=_begin,
        choose=_choose,
        delete=None if comparison.live_runs or not comparison.trials else _delete,
        help="Delete this comparison; the runs it made stay in the history.",
    )


def _line(head: ComparisonHead) -> str:
    made = written(head.created_at, "%b %d, %H:%M")
    return f"{head.title or 'Without words'} · {made}"


def _begin() -> None:
    state = session()
    comparing = state.of(ComparingState)
    state.problem = None
    st.query_params.pop(PARAMETER, None)
    if comparing.comparison is not None:
        comparing.comparison = like(comparing.comparison)


def _choose(chosen: str | None) -> None:
    if chosen is not None:
        open_comparison(session(), chosen)


def _delete() -> None:
    state = session()
    comparing = state.of(ComparingState)
    if comparing.comparison is None:
        return
    st.query_params.pop(PARAMETER, None)
    deleted, comparing.comparison = comparing.comparison, like(comparing.comparison)
    resources.comparisons().remove(deleted.id, state.owner)
    resources.history_writer().write(deleted.id, lambda store: delete_comparison(store, deleted.id, state.owner))
    resources.history_writer().flush()
