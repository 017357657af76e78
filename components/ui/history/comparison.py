"""Two runs side by side: what was sent differently, what it used and took, and the words that differ."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.core.usage import Usage
from components.history.records import RunRecord
from components.history.runs import load_runs
from components.params.choices import value_text
from components.ui import resources
from components.ui.difference import draw_difference
from components.ui.history.view import HistoryView
from components.ui.markdown.escaping import escaped
from components.ui.state import session

_UNKNOWN = "not reported"


@st.dialog("Two runs compared", width="large")
def show_comparison(first_id: str, second_id: str) -> None:
    """Opens the comparison."""
    session().of(HistoryView).compared = None
    records = load_runs(resources.store(), (first_id, second_id), session().owner)
    if len(records) < 2:
        st.caption("One of the two is no longer here.")
        return
    first, second = sorted(records.values(), key=lambda record: record.started_at)
    facts = _facts(first), _facts(second)
    names = list(dict.fromkeys([*facts[0], *facts[1]]))
    st.dataframe(
        {
            "": names,
            "Earlier": [facts[0].get(name, "default") for name in names],
            "Later": [facts[1].get(name, "default") for name in names],
            "Differs": ["≠" if facts[0].get(name) != facts[1].get(name) else "" for name in names],
        },
        hide_index=True,
        height="content",
    )
    answer, thinking = st.tabs(["Answer", "Thinking"])
    with answer:
        draw_difference(first.transcript.answer, second.transcript.answer)
    with thinking:
        draw_difference(first.transcript.thinking, second.transcript.thinking)


def _facts(record: RunRecord) -> Mapping[str, str]:
    usage = record.transcript.usage or Usage()
    timings = record.timings
    return {
        "Prompt": escaped(record.title),
        "Endpoint": record.request.wire,
        "System prompt": record.request.system or "none",
        **{name: value_text(value) for name, value in record.request.parameters.items()},
        "Status": record.status,
        "Input tokens": _count(usage.input_tokens),
        "Thinking tokens": _count(usage.reasoning_tokens),
        "Output tokens": _count(usage.output_tokens),
        "Cost": _UNKNOWN if record.cost_usd is None else f"${record.cost_usd:.6f}",
        "First answer": _time(timings.get("first_answer")),
        "Time": _time(timings.get("end")),
    }


def _count(value: int | None) -> str:
    return _UNKNOWN if value is None else f"{value:,}"


def _time(value: float | None) -> str:
    return "not reached" if value is None else f"{value:.2f} s"
