"""The inspector of a turn: the exact request, the response, and every event as it came, with its time."""

from __future__ import annotations

from itertools import islice

import streamlit as st

from components.api.wires.registry import WIRES
from components.api.wires.wire import short_url
from components.runs.bundle import bundle, sent_body, sent_headers
from components.runs.caching import explain_cache
from components.runs.conversation import Turn
from components.runs.run import Run
from components.runs.timeline import event_rows, moments
from components.ui.conversation.saving import complete
from components.ui.figures import dollars, tokens
from components.ui.markdown.escaping import escaped, in_code, with_code
from components.ui.state import Key, session, set_widget
from components.ui.text import as_json
from components.ui.turn.body_editor import draw_body_editor

_ROWS = 2_000
_BARS = 80


def draw_inspect(turn: Turn, number: int) -> None:
    """Draws the button that opens the inspector of a turn that has ended."""
    if st.button("Inspect", icon=":material/lab_research:", key=f"inspect-{number}", type="tertiary", width="content"):
        show_inspector(turn)


@st.dialog("What went over the wire", width="large")
def show_inspector(turn: Turn) -> None:
    """Opens the inspector of a turn that has ended."""
    run = _chosen_run(turn)
    if problem := complete(run, session().owner):
        st.warning(f"Its events cannot be read. {escaped(str(problem))}")
    names = ["Request", "Response", "Events", "Timeline", "Cache", "Other endpoints"]
    request, response, events, timeline, cache, wires = st.tabs(names, key=f"inspector-{run.id}")
    with request:
        _draw_request(run)
    with response:
        _draw_response(run)
    with events:
        _draw_events(run)
    with timeline:
        _draw_timeline(run)
    with cache:
        _draw_cache(run)
    with wires:
        _draw_wires(run)
    st.download_button(
        "Support bundle",
        lambda: bundle(run),
        file_name=f"run-{run.id[:8]}.zip",
        mime="application/zip",
        icon=":material/folder_zip:",
        key=f"bundle-{run.id}",
        on_click="ignore",
        help="All of this as a zip, with the media and without the key, for whoever has to find out what went wrong.",
    )


def _chosen_run(turn: Turn) -> Run:
    if len(turn.rounds) == 1:
        return turn.run
    chosen = st.segmented_control(
        "Round",
        range(len(turn.rounds)),
        format_func=lambda at: f"Round {at + 1}",
        default=len(turn.rounds) - 1,
        required=True,
        key=f"inspected-{turn.run.id}",
    )
    return turn.rounds[chosen].run


def _draw_request(run: Run) -> None:
    wire = WIRES[run.request.wire]
    st.caption(
        in_code(f"POST {run.connection.base_url}{wire.path}") + (" with a body edited by hand" if run.body else "")
    )
    st.code(as_json(sent_headers(run)), language="json")
    draw_body_editor(run, as_json(sent_body(run)))


def _draw_response(run: Run) -> None:
    if run.response is None:
        st.caption("No response came.")
    else:
        st.caption(f"Status `{run.response.status}`")
        st.code(as_json(dict(run.response.headers)), language="json")
    for retry in run.retries:
        reason = escaped(retry.reason)
        st.caption(f"Retry {retry.attempt} of {retry.of} after {retry.wait_s:.1f} s: {reason}")
    if run.error is not None:
        st.caption(escaped(str(run.error)))
        st.code(run.error.raw or "(empty)", language=None, wrap_lines=True)


def _draw_events(run: Run) -> None:
    key = Key[str](f"events-{run.id}")
    containing = st.text_input("Search the events", key=key, placeholder="any text, or a kind: thinking, usage")
    rows = list(islice(event_rows(run, containing or ""), _ROWS + 1))
    more = f"; the first {_ROWS:,} that match are shown" if len(rows) > _ROWS else ""
    st.caption(f"{len(run.received):,} events came{more}. Unknown ones are kept as they were.")
    if containing and not rows:
        st.info("No event matches the search.", icon=":material/search_off:")
        st.button("Clear the search", key=f"events-clear-{run.id}", on_click=set_widget, args=(key, ""))
        return
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


def _draw_cache(run: Run) -> None:
    report = explain_cache(run, _run_before(run))
    with st.container(horizontal=True):
        st.metric("Input tokens, reported", tokens(report.input_tokens))
        st.metric("of these from the cache, reported", tokens(report.cached_tokens))
        st.metric("Saved by it, computed", dollars(report.saved_usd))
    st.markdown(
        f"{report.shared} of {report.pieces} pieces of this prompt (tools, system prompt, messages) stand at its "
        "beginning exactly as in the request before."
    )
    st.markdown(escaped(report.reason))
    st.caption(
        "Caching is automatic: a prompt that begins like an earlier one is read at the lower price, up to there."
    )


def _run_before(run: Run) -> Run | None:
    """The request of this session that was sent last before the run."""
    runs = [one.run for turn in session().turns for one in turn.rounds]
    earlier = [other for other in runs if (other.timings.sent or 0.0) < (run.timings.sent or 0.0)]
    return max(earlier, key=lambda other: other.timings.sent or 0.0, default=None)


def _draw_wires(run: Run) -> None:
    st.caption("The same turn as each endpoint would be sent it. What a format has no place for is named below it.")
    for column, wire in zip(st.columns(len(WIRES)), WIRES.values(), strict=True):
        with column:
            st.markdown(f"**{wire.label}**" + (" (sent)" if wire.name == run.request.wire else ""))
            st.code(as_json(wire.encode(run.request, short_url)), language="json", height=420)
            for name, reason in wire.unsupported_parameters(run.request.card).items():
                if name in run.request.parameters:
                    st.caption(f"{in_code(name)} is not sent: {with_code(reason)}")
