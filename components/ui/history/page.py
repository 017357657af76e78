"""The history page put together."""

from __future__ import annotations

import streamlit as st

from components.core.errors import StoreError
from components.history.marks import tags_of
from components.ui import resources
from components.ui.history.actions import draw_actions, draw_undo, show_note
from components.ui.history.comparison import show_comparison
from components.ui.history.filters import draw_filters
from components.ui.history.table import draw_table
from components.ui.history.totals import draw_totals
from components.ui.markdown.escaping import with_code
from components.ui.playground.export import draw_import, draw_list_export
from components.ui.state import session


def draw_history() -> None:
    """Draws the page."""
    st.title("History", anchor=False)
    state = session()
    view = state.history
    try:
        resources.keeper().flush(1.0)
        tags = tags_of(resources.store(), state.owner)
        narrowed = draw_filters(tags)
        draw_undo(view)
        actions = st.container()
        chosen = draw_table(state.owner, narrowed, view)
        with actions:
            with st.container(horizontal=True, gap="xsmall", key="history-actions"):
                draw_actions(chosen, view)
                draw_list_export(chosen)
                draw_import()
        with st.expander(
            "Totals and charts", icon=":material/bar_chart:", key="history-totals", on_change="rerun"
        ) as totals:
            if totals.open:
                draw_totals(state.owner, narrowed)
        if view.noted and chosen:
            show_note(chosen, tags, view)
        if view.compared is not None:
            show_comparison(*view.compared)
    except StoreError as error:
        st.error(with_code(str(error)), icon=":material/cloud_off:")
