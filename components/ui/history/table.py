"""The table of the history page: one run a row, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from components.history.listing import COUNTED, PAGE, Filter, Order, RunRow, count_runs, list_runs
from components.params.choices import value_text
from components.ui import resources
from components.ui.history.filters import clear_filters, narrowed_by
from components.ui.history.view import HistoryView
from components.ui.markdown.escaping import escaped
from components.ui.reader_time import zone_name

_ORDERS: dict[Order, str] = {
    "started_at": "date",
    "cost_usd": "cost",
    "total_tokens": "tokens",
    "output_tokens": "output tokens",
    "total_s": "time",
    "first_answer_s": "first answer",
}
_DATES = {"highest": "newest", "lowest": "oldest"}


def draw_table(owner: str, narrowed: Filter, view: HistoryView) -> list[RunRow]:
    """Draws the sorting, one page of the list and its pages; gives the rows that are chosen. Raises: StoreError."""
    store = resources.store()
    count = count_runs(store, owner, narrowed)
    with st.container(horizontal=True, vertical_alignment="center"):
        told = f"more than {COUNTED:,}" if count > COUNTED else f"{count:,}"
        by = narrowed_by(narrowed)
        which = f" :gray[by {escaped(', '.join(by))}]" if by else ""
        st.markdown(
            f"**{told}** {'run' if count == 1 else 'runs'}{which}", width="content"
        )  # the table's own tools lie over what is at the right
        order = st.selectbox(
            "Sort by",
            list(_ORDERS),
            format_func=lambda name: f"Sort by {_ORDERS[name]}",
            key="history-order",
            width=200,
            label_visibility="collapsed",
        )
        way = st.segmented_control(
            "First",
            ["highest", "lowest"],
            format_func=_DATES.__getitem__ if order == "started_at" else str,
            default="highest",
            required=True,
            key="history-way",
            label_visibility="collapsed",
        )
    if not count:
        _draw_nothing(by)
        return []
    pages = -(-min(count, COUNTED) // PAGE)
    place = st.container()
    page = st.pagination(pages, key=f"history-page-{pages}") if pages > 1 else 1
    rows = list_runs(store, owner, narrowed, order, descending=way == "highest", page=page)
    with place:
        event: Any = st.dataframe(
            _columns(rows),
            hide_index=True,
            placeholder="",
            key=f"history-table-{view.chosen}",
            on_select="rerun",
            selection_mode="multi-row",
            column_config=_CONFIG | {"Asked": _asked()},
            height=min(560, 38 + 35 * len(rows)),
        )
    return [rows[at] for at in event.selection.rows if at < len(rows)]


def _draw_nothing(by: Sequence[str]) -> None:
    """Says why no run is listed: there is none yet, or none that matches; then everything is one click away."""
    if not by:
        st.info(
            "Nothing here. What you ask on the playground appears on this page by itself.", icon=":material/history:"
        )
        return
    st.info(f"No run matches. The list is narrowed by {escaped(', '.join(by))}.", icon=":material/search_off:")
    st.button(
        "Clear search and filters", icon=":material/filter_list_off:", key="history-clear", on_click=clear_filters
    )


def _columns(rows: Sequence[RunRow]) -> dict[str, list[object]]:
    values = [row.values for row in rows]
    return {
        "★": ["★" if one["starred"] else "" for one in values],
        "Asked": [datetime.fromtimestamp(one["started_at"], UTC) for one in values],
        "Prompt": [one["title"] for one in values],
        "Status": [one["status"] for one in values],
        "Cost": [None if one["cost_usd"] is None else float(one["cost_usd"]) for one in values],
        "In": [one["input_tokens"] for one in values],
        "Out": [one["output_tokens"] for one in values],
        "First answer": [one["first_answer_s"] for one in values],
        "Time": [one["total_s"] for one in values],
        "Endpoint": [one["wire"] for one in values],
        "Parameters": [
            ", ".join(f"{name} {value_text(value)}" for name, value in one["parameters"].items()) for one in values
        ],
        "Pictures": [one["pictures"] or None for one in values],
        "Rating": [{1: "good", 0: "bad"}.get(one["rating"], "") for one in values],
        "Tags": [list(row.tags) for row in rows],
        "Note": [one["note"] for one in values],
        "By": ["simulator" if one["simulated"] else one["model"] for one in values],
        "From": [one["kind"] for one in values],
    }


def _asked() -> Any:
    """The column of times by the reader's clock, whatever the server's is."""
    name = zone_name()
    return st.column_config.DatetimeColumn(
        "Asked", format="localized", timezone=name, width=150, help=f"By the clock of {name}, your time zone"
    )


_CONFIG: dict[str, Any] = {
    "★": st.column_config.TextColumn("★", width=30),
    "Prompt": st.column_config.TextColumn("Prompt", width=330),
    "Cost": st.column_config.NumberColumn("Cost", format="$%.6f", help="Empty: not reported"),
    "In": st.column_config.NumberColumn("In", format="localized", help="Input tokens; empty: not reported"),
    "Out": st.column_config.NumberColumn("Out", format="localized", help="Output tokens; empty: not reported"),
    "First answer": st.column_config.NumberColumn("First answer", format="%.2f s"),
    "Time": st.column_config.NumberColumn("Time", format="%.2f s"),
    "Tags": st.column_config.ListColumn("Tags"),
}
