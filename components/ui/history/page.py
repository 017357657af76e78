"""The history page put together."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.core.errors import StoreError
from components.history.entries import expand_groups, group_name
from components.history.marks import list_tags
from components.ui import resources
from components.ui.conversation.export import draw_import, draw_list_export
from components.ui.history.actions import GROUP, draw_actions, draw_undo, show_note
from components.ui.history.comparison import show_comparison
from components.ui.history.filters import draw_filters
from components.ui.history.table import draw_table
from components.ui.history.totals import draw_totals
from components.ui.history.view import HistoryView
from components.ui.markdown.escaping import escaped, with_code
from components.ui.state import session


def draw_history() -> None:
    """Draws the page."""
    st.title("History", anchor=False)
    state = session()
    view = state.of(HistoryView)
    try:
        resources.history_writer().flush(1.0)
        tags = list_tags(resources.store(), state.owner)
        narrowed = replace(draw_filters(tags), group=st.query_params.get(GROUP, ""))
        _draw_way_back(narrowed.group, state.owner)
        draw_undo(view)
        actions = st.container()
        chosen = draw_table(state.owner, narrowed, view)
        rows = expand_groups(resources.store(), state.owner, chosen)
        with actions:
            with st.container(horizontal=True, gap="xsmall", key="history-actions"):
                draw_actions(chosen, rows, view)
                draw_list_export(rows)
                draw_import()
        with st.expander(
            "Totals and charts", icon=":material/bar_chart:", key="history-totals", on_change="rerun"
        ) as totals:
            if totals.open:
                draw_totals(state.owner, narrowed)
        if view.noted and rows:
            show_note(rows, tags, view)
        if view.compared is not None:
            show_comparison(*view.compared)
    except StoreError as error:
        st.error(with_code(str(error)), icon=":material/cloud_off:")


def _draw_way_back(group_id: str, owner: str) -> None:
    """Draws the name of the sweep or comparison whose calls are listed, and a button that lists all again."""
    if not group_id:
        return
    name = group_name(resources.store(), owner, group_id) or "a sweep or comparison that is no longer here"
    with st.container(horizontal=True, vertical_alignment="center", key="history-group"):
        st.button("All of the history", icon=":material/arrow_back:", key="history-all", on_click=_show_all)
        st.markdown(f"The calls of **{escaped(name)}**", width="content")


def _show_all() -> None:
    st.query_params.pop(GROUP, None)
