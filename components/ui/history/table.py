"""The table of the history page, a page at a time: one run a row, and a sweep or comparison one, too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from components.history.entries import count_entries, list_entries
from components.history.listing import COUNTED, PAGE, Filter, Order, RunRow, count_runs, list_runs
from components.params.choices import value_text
from components.ui import resources
from components.ui.history.filters import clear_filters, narrowed_by
from components.ui.history.view import HistoryView
from components.ui.markdown.escaping import escaped
from components.ui.reader_time import zone_name
from components.ui.state import Key, set_widget, widget_value

CHOSEN = "chosen"
_PAGE = Key[int | None]("history-page")

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
    """Draws the sorting, one page of the list and its pages; returns the chosen rows. Raises: StoreError.

    Sorted by date, a sweep or comparison is one row, unless it is opened. By any other figure its runs are listed.
    """
    store = resources.store()
    top = st.container(horizontal=True, vertical_alignment="center")
    with top:
        heading = st.container(width="content")
        order = st.selectbox(
            "Sort by",
            list(_ORDERS),
            format_func=lambda name: f"Sort by {_ORDERS[name]}",
            key="history-order",
            width=200,
            label_visibility="collapsed",
            bind="query-params",
        )
        direction = st.segmented_control(
            "First",
            ["highest", "lowest"],
            format_func=_DATES.__getitem__ if order == "started_at" else str,
            default="highest",
            required=True,
            key="history-way",
            label_visibility="collapsed",
            bind="query-params",
        )
    grouped = order == "started_at" and not narrowed.group
    count = count_entries(store, owner, narrowed) if grouped else count_runs(store, owner, narrowed)
    filters = narrowed_by(narrowed)
    number = f"more than {COUNTED:,}" if count > COUNTED else f"{count:,}"
    noun = ("entry" if count == 1 else "entries") if grouped else ("run" if count == 1 else "runs")
    which = f" :gray[by {escaped(', '.join(filters))}]" if filters else ""
    heading.markdown(f"**{number}** {noun}{which}")
    if not count:
        _draw_empty(filters)
        return []
    pages = -(-min(count, COUNTED) // PAGE)
    table_area = st.container()
    page = _draw_pages(pages, (narrowed, order, direction), view)
    descending = direction == "highest"
    if grouped:
        rows = list_entries(store, owner, narrowed, descending=descending, page=page)
    else:
        rows = list_runs(store, owner, narrowed, order, descending=descending, page=page)
    with table_area:
        return _draw_rows(rows, view)


def _draw_pages(pages: int, listing: object, view: HistoryView) -> int:
    """Draws the page numbers and returns the shown one: the first, if the list has changed."""
    begins = 1
    if view.listing not in (None, listing) or (widget_value(_PAGE) or 1) > pages:
        begins = set_widget(_PAGE, begins)
    view.listing = listing
    # The address does not hold a widget's default; that must always be the first page.
    return st.pagination(pages, default=begins, key=_PAGE, bind="query-params") if pages > 1 else 1


def _draw_rows(rows: Sequence[RunRow], view: HistoryView) -> list[RunRow]:
    """Draws the table. The address holds the chosen rows by their ids, not by their positions."""
    listed = tuple(row.group or row.id for row in rows)
    wanted = tuple(filter(None, st.query_params.get(CHOSEN, "").split(",")))
    selection = widget_value(_table_key(view))
    # After a click the browser may not have its new address yet.
    clicked = selection is not None and _chosen_of(listed, selection) != view.selected
    # Another list, a link or the browser's Back button: a new table.
    if listed != view.listed or (wanted != view.selected and not clicked):
        view.listed, view.selected = listed, tuple(one for one in wanted if one in listed)
        view.table_number += 1
    event: Any = st.dataframe(
        _columns(rows),
        hide_index=True,
        placeholder="",
        key=_table_key(view),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [listed.index(one) for one in view.selected]}},
        column_config=_CONFIG | {"Asked": _asked()},
        height=min(560, 38 + 35 * len(rows)),
    )
    view.selected = _chosen_of(listed, event)
    if view.selected:
        st.query_params[CHOSEN] = ",".join(view.selected)
    else:
        st.query_params.pop(CHOSEN, None)
    return [row for row, key in zip(rows, listed, strict=True) if key in view.selected]


def _table_key(view: HistoryView) -> Key[Any]:
    return Key(f"history-table-{view.table_number}")


def _chosen_of(listed: Sequence[str], selection: Any) -> tuple[str, ...]:
    """The keys of the rows that are selected in a table, in their order."""
    return tuple(listed[at] for at in sorted(selection["selection"]["rows"]) if at < len(listed))


def clear_selection(view: HistoryView) -> None:
    """Unselects all rows."""
    view.selected = ()
    view.table_number += 1
    st.query_params.pop(CHOSEN, None)


def _draw_empty(filters: Sequence[str]) -> None:
    """Says why no run is listed: there is none yet, or none that matches; then everything is one click away."""
    if not filters:
        st.info(
            "Nothing here. What you ask on the playground appears on this page by itself.", icon=":material/history:"
        )
        return
    st.info(f"No run matches. The list is narrowed by {escaped(', '.join(filters))}.", icon=":material/search_off:")
    st.button(
        "Clear search and filters", icon=":material/filter_list_off:", key="history-clear", on_click=clear_filters
    )


def _columns(rows: Sequence[RunRow]) -> dict[str, list[object]]:
    values = [row.values for row in rows]
    return {
        "★": ["★" if one["starred"] else "" for one in values],
        "Asked": [datetime.fromtimestamp(one["started_at"], UTC) for one in values],
        "Prompt": [f"▸ {one['title']}" if row.group else one["title"] for row, one in zip(rows, values, strict=True)],
        "Calls": [row.calls if row.group else None for row in rows],
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
        "By": ["simulator" if one["simulated"] is True else one["model"] or "not known" for one in values],
        "From": [one["kind"] for one in values],
    }


def _asked() -> Any:
    """The column of times in the reader's time zone."""
    name = zone_name()
    return st.column_config.DatetimeColumn(
        "Asked", format="localized", timezone=name, width=150, help=f"By the clock of {name}, your time zone"
    )


_CONFIG: dict[str, Any] = {
    "★": st.column_config.TextColumn("★", width=30),
    "Prompt": st.column_config.TextColumn("Prompt", width=330),
    "Calls": st.column_config.NumberColumn(
        "Calls", width=60, help="Of a sweep or comparison, whose row adds all its calls up, the judge's with them"
    ),
    "Status": st.column_config.TextColumn("Status", width=110),
    "Cost": st.column_config.NumberColumn("Cost", format="$%.6f", help="Empty: not reported"),
    "In": st.column_config.NumberColumn("In", format="localized", help="Input tokens; empty: not reported"),
    "Out": st.column_config.NumberColumn("Out", format="localized", help="Output tokens; empty: not reported"),
    "First answer": st.column_config.NumberColumn("First answer", format="%.2f s"),
    "Time": st.column_config.NumberColumn("Time", format="%.2f s"),
    "Tags": st.column_config.ListColumn("Tags"),
}
