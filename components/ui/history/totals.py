"""Tokens, costs and times of all listed runs, in sum and by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import streamlit as st

from components.history.listing import Day, Filter, add_up_days
from components.ui import resources
from components.ui.reader_time import zone, zone_name

_FEWEST_DAYS = 14
_CHARTS = {
    "Tokens": "tokens",
    "Cost ($)": "cost_usd",
    "Time (s, mean)": "total_s",
    "First answer (s, mean)": "first_answer_s",
}


def draw_totals(owner: str, narrowed: Filter) -> None:
    """Draws the sums and one chart. Raises: StoreError."""
    # The judge's calls are paid for, listed or not.
    days = add_up_days(resources.store(), owner, replace(narrowed, judged=True), zone())
    if not days:
        st.caption("No run matches: there is nothing to add up." if narrowed != Filter() else "Nothing to add up yet.")
        return
    cost = sum((day.cost_usd for day in days if day.cost_usd is not None), Decimal(0))
    tokens = sum(day.tokens for day in days if day.tokens is not None)
    with st.container(horizontal=True):
        st.metric("Runs", f"{sum(day.runs for day in days):,}")
        st.metric("Tokens, as reported", f"{tokens:,}")
        st.metric("Cost, from reported tokens", f"${cost:.4f}")
        st.metric("Days with runs", f"{len(days):,}")
    chosen = st.segmented_control("By day", list(_CHARTS), default="Tokens", required=True, key="history-chart")
    st.vega_lite_chart(
        {
            "Day": [day.date.isoformat() for day in days],
            chosen: [_value(day, _CHARTS[chosen]) for day in days],
        },
        {
            "height": 220,
            "mark": {"type": "bar", "tooltip": True},
            "encoding": {
                "x": {
                    "field": "Day",
                    "type": "temporal",
                    "timeUnit": "utcyearmonthdate",
                    "title": None,
                    "scale": {"type": "utc", "domain": _span(days)},
                    "axis": {"format": "%b %d"},
                },
                "y": {"field": chosen, "type": "quantitative", "title": chosen},
            },
        },
    )
    st.caption(
        f"Days are those of {zone_name()}, your time zone. What was not reported is left out of the sums."
        " The judge's calls are counted, listed or not."
    )


def _span(days: Sequence[Day]) -> list[str]:
    """From the first day to the end of the last, and no less than two weeks: a single day would fill the chart."""
    first, last = days[0].date, days[-1].date
    return [min(first, last - timedelta(days=_FEWEST_DAYS - 1)).isoformat(), (last + timedelta(days=1)).isoformat()]


def _value(day: Day, name: str) -> float | None:
    value = getattr(day, name)
    return None if value is None else float(value)
