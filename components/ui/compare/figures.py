"""The columns' figures side by side: a row for each metric, a star at the best, and the number of messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from components.runs.metrics import Figures
from components.tuning.marks import METRICS, best, means
from components.ui.figures import UNKNOWN, dollars, seconds
from components.ui.markdown.escaping import with_dollars


def draw_figures(figures: Mapping[str, Sequence[Figures]], letters: Sequence[str]) -> None:
    """Draws the means of each column that is in `figures`; the others have a dash."""
    rows = [f"| |{'|'.join(letters)}|", f"|:--|{'|'.join('--:' for _ in letters)}|"]
    for metric in METRICS:
        averages = means(metric, figures)
        shown = {letter: _shown(value, metric.unit) for letter, (value, _) in averages.items()}
        winner = best(metric, averages)
        if winner is not None and list(shown.values()).count(shown[winner]) == 1:  # no star for what cannot be seen
            shown[winner] = f"**★ {shown[winner]}**"
        cells = [shown.get(letter, UNKNOWN if letter in figures else "–") for letter in letters]
        rows.append(f"|{metric.label}|{'|'.join(cells)}|")
    st.markdown(with_dollars("\n".join(rows)))
    most = max(map(len, figures.values()))
    st.caption(
        "★ is the best of this one message (n = 1): another try may turn out otherwise."
        if most == 1
        else f"★ is the best mean over n = {most} messages. Whether a difference is more than chance, a sweep can tell."
    )


def _shown(value: float, unit: str) -> str:
    match unit:
        case "s":
            return seconds(value)
        case "$":
            return dollars(Decimal(str(value)))
        case "tokens/s":
            return f"{value:,.0f}/s"
        case _:
            return f"{value:,.0f}"
