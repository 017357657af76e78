"""This sweep beside an earlier one: a sentence, each prompt that both ask, and what could not be matched."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.core.errors import StoreError
from components.core.texts import cut
from components.history.sweeps import SweepHead, SweepRecord, load_outcomes, load_sweep
from components.tuning.change import (
    BETTER,
    HIGHER,
    LOWER,
    SAME,
    WORSE,
    Change,
    Pair,
    Side,
    as_csv,
    change,
    left_out,
    scored_apart,
    sentence,
)
from components.tuning.plan import Plan, read_plan
from components.tuning.results import Row, metrics_of, rows_of
from components.ui import resources
from components.ui.difference import draw_difference
from components.ui.markdown.escaping import with_code
from components.ui.reader_time import written
from components.ui.state import Key, session, set_widget, widget_value
from components.ui.sweep.choice import draw_choice

_ALL = "all ways of asking"
_SIGNS = {BETTER: "▲ better", WORSE: "▼ worse", SAME: "= same", HIGHER: "▲ higher", LOWER: "▼ lower"}
_LONGEST, _LONGEST_PROMPT = 40, 200
_EARLIER = Key[str | None]("sweep-against")
_METRIC = Key[str | None]("sweep-against-metric")
_BEFORE = Key[str | None]("sweep-against-before")
_AFTER = Key[str | None]("sweep-against-after")


def draw_earlier_sweep(record: SweepRecord, plan: Plan, heads: Sequence[SweepHead]) -> None:
    """Draws the choice of an earlier sweep, and the comparison with it; nothing where there is none."""
    earlier = {head.id: head for head in heads if head.created_at < record.created_at}
    if not earlier or not any(cell.status in ("done", "answered") for cell in record.cells):
        return
    st.subheader("Compared with an earlier sweep", anchor=False)
    held = set_widget(_EARLIER, widget_value(_EARLIER))
    chosen = st.selectbox(
        "Earlier sweep",
        list(earlier),
        index=list(earlier).index(held) if held in earlier else None,
        format_func=lambda id: f"{cut(earlier[id].name, _LONGEST)} · {written(earlier[id].created_at, '%b %d, %H:%M')}",
        key=_EARLIER,
        placeholder="Choose one: its prompts are matched with these",
        label_visibility="collapsed",
    )
    if chosen is None:
        return
    try:
        other = load_sweep(resources.store(), chosen, session().owner)
        if other is None:
            return
        before = read_plan(other.plan)
        then = rows_of(before, other.cells, load_outcomes(resources.store(), other.id))
        now = rows_of(plan, record.cells, load_outcomes(resources.store(), record.id))
    except StoreError as error:
        st.error(with_code(str(error)), icon=":material/error:")
        return
    _draw_change(before, then, plan, now)


def _draw_change(before: Plan, then: Sequence[Row], after: Plan, now: Sequence[Row]) -> None:
    lower = {name: less for name, less in metrics_of(after, now).items() if name in metrics_of(before, then)}
    names = [name for name in lower if any(name in row.values for row in now)]
    if not names:
        st.caption("The two have no score in common yet.")
        return
    left, middle, right = st.columns(3, gap="small")
    with left:
        metric = draw_choice(_METRIC, "Compare by", names)
    with middle:
        old = draw_choice(_BEFORE, "Earlier", [_ALL, *dict.fromkeys(row.variant for row in then)])
    with right:
        new = draw_choice(_AFTER, "This one", [_ALL, *dict.fromkeys(row.variant for row in now)])
    sides = [
        Side(plan, some, None if way == _ALL else way) for plan, some, way in ((before, then, old), (after, now, new))
    ]
    found = change(sides[0], sides[1], metric, lower[metric])
    st.markdown(f":material/compare_arrows: {with_code(sentence(found))}")
    st.caption(with_code(" ".join(_remarks(found, before, after, old, new))))
    if found.pairs:
        _draw_pairs(found)


def _remarks(found: Change, before: Plan, after: Plan, old: str, new: str) -> list[str]:
    words = (BETTER, WORSE, HIGHER, LOWER, SAME)
    counts = ", ".join(f"{count:,} {word}" for word in words if (count := found.count(word)))
    remarks = [f"{counts}." if counts else "", *left_out(found)]
    if (before.asked, before.model) != (after.asked, after.model):
        remarks.append(
            f"The earlier sweep asked {before.model} at {before.asked}, this one {after.model} at {after.asked}."
        )
    if old == new == _ALL and [way.label for way in before.variants] != [way.label for way in after.variants]:
        remarks.append("The two have different ways of asking: choose one of each to compare like with like.")
    if names := scored_apart(before, after):
        remarks.append(f"Scored in one of the two only: {', '.join(names)}.")
    return [remark for remark in remarks if remark]


def _draw_pairs(found: Change) -> None:
    kinds = [word for word in (WORSE, BETTER, HIGHER, LOWER, SAME) if found.count(word)]
    shown = (
        st.pills("Show", kinds, selection_mode="multi", key="sweep-against-kinds", label_visibility="collapsed")
        if len(kinds) > 1
        else []
    )
    pairs = [pair for pair in found.pairs if not shown or pair.verdict in shown]
    pairs.sort(key=lambda pair: (pair.verdict == SAME, -abs(pair.difference)))
    number = st.column_config.NumberColumn(format="%.4g")
    event = st.dataframe(
        {
            "Result": [_SIGNS[pair.verdict] for pair in pairs],
            "Prompt": [cut(" ".join(pair.prompt.split()), _LONGEST_PROMPT) for pair in pairs],
            "Earlier": [pair.before for pair in pairs],
            "Now": [pair.after for pair in pairs],
            "Difference": [pair.difference for pair in pairs],
            "n": [f"{pair.before_n} → {pair.after_n}" for pair in pairs],
        },
        hide_index=True,
        key="sweep-against-pairs",
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Earlier": number, "Now": number, "Difference": st.column_config.NumberColumn(format="%+.4g")},
    )
    if event.selection.rows and event.selection.rows[0] < len(pairs):
        _draw_answers(pairs[event.selection.rows[0]])
    st.download_button(
        "CSV of the comparison",
        lambda: as_csv(found).encode(),
        "comparison.csv",
        "text/csv",
        icon=":material/download:",
        key="sweep-against-csv",
        on_click="ignore",
        type="tertiary",
    )


def _draw_answers(pair: Pair) -> None:
    """What the first repeats answered, then and now, and which words differ."""
    old, new = (
        next((row.outcome.answer for row in some if row.outcome is not None), "")
        for some in (pair.before_rows, pair.after_rows)
    )
    with st.container(border=True, key="sweep-against-answers"):
        st.text(pair.prompt)
        left, right = st.columns(2, gap="small")
        for column, title, text in ((left, "Earlier", old), (right, "Now", new)):
            with column:
                st.caption(title)
                st.text(text or "no answer")
        st.caption("From the first answer then to the first answer now:")
        draw_difference(old, new)
