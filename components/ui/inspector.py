"""The wire laid open, for one turn: the exact request, the response, every event as it came, and when."""

from __future__ import annotations

import json
from itertools import islice

import streamlit as st

from components.api.wires.registry import WIRES
from components.api.wires.wire import short_url
from components.runs.run import Run
from components.runs.timeline import event_rows, moments
from components.ui.keeping import complete
from components.ui.safe_markdown import without_formulas
from components.ui.state import session

_ROWS = 2_000
_BARS = 80


@st.dialog("What went over the wire", width="large")
def show_inspector(run: Run) -> None:
    """Opens the inspector of a run that has ended."""
    if problem := complete(run, session().owner):
        st.warning(without_formulas(f"Its events cannot be read. {problem}"))
    request, response, events, timeline, wires = st.tabs(
        ["Request", "Response", "Events", "Timeline", "Other endpoints"]
    )
    with request:
        _draw_request(run)
    with response:
        _draw_response(run)
    with events:
        _draw_events(run)
    with timeline:
        _draw_timeline(run)
    with wires:
        _draw_wires(run)


def _draw_request(run: Run) -> None:
    wire = WIRES[run.request.wire]
    st.caption(f"`POST {run.connection.base_url}{wire.path}`")
    credential = dict.fromkeys(run.connection.headers, "…key…")
    st.code(_json({"content-type": "application/json", **wire.headers, **credential}), language="json")
    st.code(_json(wire.encode(run.request, short_url)), language="json", height=380)


def _draw_response(run: Run) -> None:
    if run.response is None:
        st.caption("No response came.")
    else:
        st.caption(f"Status `{run.response.status}`")
        st.code(_json(dict(run.response.headers)), language="json")
    for retry in run.retries:
        reason = without_formulas(retry.reason)
        st.caption(f"Retry {retry.attempt} of {retry.of} after {retry.wait_s:.1f} s: {reason}")
    if run.error is not None:
        st.caption(without_formulas(str(run.error)))
        st.code(run.error.raw or "(empty)", language=None, wrap_lines=True)


def _draw_events(run: Run) -> None:
    containing = st.text_input(
        "Search the events", key=f"events-{run.id}", placeholder="any text, or a kind: thinking, usage"
    )
    rows = list(islice(event_rows(run, containing or ""), _ROWS + 1))
    more = f"; the first {_ROWS:,} that match are shown" if len(rows) > _ROWS else ""
    st.caption(f"{len(run.received):,} events came{more}. Unknown ones are kept as they were.")
    shown = rows[:_ROWS]
    st.dataframe(
        {
            "#": [row.number for row in shown],
            "At (s)": [round(row.at_s, 4) for row in shown],
            "Gap (s)": [round(row.gap_s, 4) for row in shown],
            "Meaning": [", ".join(row.kinds) for row in shown],
            "Event": [row.name for row in shown],
            "Data": [row.data for row in shown],
        },
        hide_index=True,
        height=400,
    )


def _draw_timeline(run: Run) -> None:
    st.dataframe(
        {
            "Moment": [moment.name for moment in moments(run)],
            "At (s)": [round(moment.at_s, 4) for moment in moments(run)],
            "After the one before (s)": [round(moment.gap_s, 4) for moment in moments(run)],
        },
        hide_index=True,
    )
    rows = [(row.at_s, kind) for row in event_rows(run) for kind in row.kinds]
    if not rows:
        return
    step_s = max(0.1, rows[-1][0] / _BARS)
    st.caption(f"Events in every {step_s:.1f} s; a silence is a gap.")
    st.vega_lite_chart(
        {"Seconds": [at_s for at_s, _ in rows], "Kind": [kind for _, kind in rows]},
        {
            "height": 200,
            "mark": "bar",
            "encoding": {
                # Seconds as a measure, not as names: else the silence between two events would not be drawn.
                "x": {"field": "Seconds", "type": "quantitative", "bin": {"step": step_s}},
                "y": {"aggregate": "count", "title": "Events"},
                "color": {"field": "Kind", "type": "nominal"},
            },
        },
    )


def _draw_wires(run: Run) -> None:
    st.caption("The same turn as each endpoint would be sent it. What a format has no place for is named below it.")
    for column, wire in zip(st.columns(len(WIRES)), WIRES.values(), strict=True):
        with column:
            st.markdown(f"**{wire.label}**" + (" (sent)" if wire.name == run.request.wire else ""))
            st.code(_json(wire.encode(run.request, short_url)), language="json", height=420)
            for name in run.request.parameters.keys() & wire.not_carried.keys():
                st.caption(f"`{name}` is not sent: {wire.not_carried[name]}")


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
