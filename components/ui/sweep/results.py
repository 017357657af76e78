"""What a sweep found: the verdict, the spread of each way of asking, charts, every cell with its run, and exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from components.core.errors import StoreError
from components.history.sweeps import SweepRecord, load_outcomes, save_cells
from components.tuning.charts import as_altair, charts_of
from components.tuning.datasets.promptfoo_file import KEY_VARIABLE, as_promptfoo
from components.tuning.export import as_csv, as_html, as_jsonl
from components.tuning.plan import Plan
from components.tuning.results import Row, leader, metrics, numbers_of, rows, summaries, unscored, verdict
from components.tuning.scorers import GRADED
from components.ui import resources
from components.ui.markdown.escaping import escaped, with_code
from components.ui.reader_time import written, zone_name
from components.ui.resources import Asked
from components.ui.settings.presets import PresetState, keep
from components.ui.state import session, set_widget, widget_value
from components.ui.sweep.cell import draw_answer, draw_cell
from components.ui.sweep.keeping import SweepState


def draw_results(record: SweepRecord, plan: Plan) -> None:
    """Draws the results as far as they have come; nothing before the first."""
    try:
        some = rows(plan, record.cells, load_outcomes(resources.store(), record.id))
    except StoreError as error:
        st.error(with_code(str(error)), icon=":material/error:")
        return
    scores = metrics(plan, some)
    names = [name for name in scores if any(name in row.values for row in some)]
    if names:
        _draw_findings(plan, some, names, scores)
    if names or any(row.status == "failed" for row in some):
        _draw_cells(record, plan, some, names)
    if names:
        _draw_exports(record, plan, some)


def _draw_findings(plan: Plan, some: Sequence[Row], names: Sequence[str], scores: Mapping[str, bool | None]) -> None:
    st.subheader("Results", anchor=False)
    metric = widget_value("sweep-metric")
    index = names.index(set_widget("sweep-metric", metric if metric in names else names[0]))
    metric = st.selectbox("Compare by", names, index=index, key="sweep-metric", width=320)
    st.markdown(f":material/gavel: {escaped(verdict(some, metric, scores[metric]))}")
    _draw_summaries(some, metric)
    for name, (count, reason) in unscored(plan, some).items():
        many = f"{count:,} {'answer' if count == 1 else 'answers'}"
        st.markdown(f":orange[:material/help: {escaped(name)} could not score {many}: {escaped(reason)}]")
    _draw_winner(plan, some, metric, scores[metric])
    _draw_charts(some, metric)


def _draw_summaries(some: Sequence[Row], metric: str) -> None:
    found, numbers = summaries(some, metric), numbers_of(some)
    st.dataframe(
        {
            "#": [numbers[name] for name in found],
            "Settings": list(found),
            "Mean": [one.mean for one in found.values()],
            "95 % from": [one.low for one in found.values()],
            "95 % to": [one.high for one in found.values()],
            "Minimum": [one.minimum for one in found.values()],
            "Maximum": [one.maximum for one in found.values()],
            "n": [one.n for one in found.values()],
        },
        hide_index=True,
        placeholder="–",
        column_config={
            "#": st.column_config.NumberColumn(width=40, help="By it the charts call these settings"),
            **{
                name: st.column_config.NumberColumn(format="%.4g")
                for name in ("Mean", "95 % from", "95 % to", "Minimum", "Maximum")
            },
        },
    )
    if all(one.n == 1 for one in found.values()):
        st.caption("n = 1 everywhere: there is no spread, so no interval.")


def _draw_winner(plan: Plan, some: Sequence[Row], metric: str, lower_is_better: bool | None) -> None:
    """Offers the settings with the best mean for the playground."""
    name = leader(some, metric, lower_is_better)
    variant = next((variant for variant in plan.variants if variant.label == name), None)
    if variant is None or len(plan.variants) < 2:
        return
    choices = plan.choices.copy()
    choices.values.update(variant.values)
    best = "The settings with the best mean so far, be it by chance or not."
    with st.container(horizontal=True, gap="small"):
        if st.button(
            f"Use {escaped(variant.label)} on the playground",
            icon=":material/forum:",
            key="sweep-use",
            type="tertiary",
            help=best,
        ):
            session().own = choices
            st.toast("The playground has these settings now.", icon=":material/check:")
        if st.button("Save it as a preset", icon=":material/bookmark_add:", key="sweep-preset", type="tertiary"):
            preset = f"{plan.name[:40]}: {variant.label[:60]}"
            keep(choices, preset)
            st.toast(escaped(session().of(PresetState).problem or f"Saved as “{preset}”."))
    if variant.media:
        told = ", ".join(f"{name} {value}" for name, value in variant.media.items())
        st.caption(
            f"Settings are of the request alone: {escaped(told)} is chosen where the clip or the photo is attached."
        )


def _draw_charts(some: Sequence[Row], metric: str) -> None:
    drawn = charts_of(some, metric)
    if drawn:
        st.caption("The numbers in the charts are those of the table above.")
    for start in range(0, len(drawn), 2):
        for place, (title, chart) in zip(st.columns(2), drawn[start : start + 2], strict=False):
            with place:
                st.caption(escaped(title))
                st.altair_chart(as_altair(chart), key=f"sweep-chart-{title}")


def _draw_cells(record: SweepRecord, plan: Plan, some: Sequence[Row], names: Sequence[str]) -> None:
    st.subheader("Cells", anchor=False)
    graded = any(scorer.kind == GRADED for scorer in plan.scorers)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Select a line to see its run: thinking, answer, request, events.", width="stretch")
        if graded:
            st.button("Grade by keyboard", icon=":material/keyboard:", key="sweep-grade", on_click=_begin_grading)
    event = st.dataframe(
        {
            "#": [row.number + 1 for row in some],
            "Prompt": [" ".join(row.prompt.split())[:120] for row in some],
            "Settings": [row.variant for row in some],
            "Repeat": [row.repeat + 1 for row in some],
            "Status": [row.status for row in some],
            **{name: [row.values.get(name) for row in some] for name in names},
            "Answer": [row.outcome.answer[:200] if row.outcome else row.note for row in some],
        },
        hide_index=True,
        placeholder="–",
        key="sweep-cells",
        on_select="rerun",
        selection_mode="single-row",
    )
    if widget_value("sweep-grading"):
        _draw_grading(record, some)
        return
    chosen = event.selection.rows
    if chosen:
        draw_cell(record.id, some[chosen[0]])


def _begin_grading() -> None:
    set_widget("sweep-grading", True)


def _draw_grading(record: SweepRecord, some: Sequence[Row]) -> None:
    """One answer after the other, without its settings; the keys 1 to 5 grade it."""
    left = [row for row in some if row.outcome is not None and GRADED not in row.values]
    with st.container(border=True, key="sweep-grading-pane"):
        if not left:
            st.markdown(":material/check: Every answer has its grade.")
            st.button("Done", key="sweep-graded", on_click=_end_grading)
            return
        row = left[0]
        st.caption(f"{len(left):,} to grade. Press 1 (poor) to 5 (excellent). The settings are hidden.")
        st.text(row.prompt)
        draw_answer(row.outcome.answer if row.outcome else "")
        with st.container(horizontal=True):
            for grade in range(1, 6):
                st.button(
                    str(grade),
                    key=f"sweep-grade-{grade}",
                    shortcut=str(grade),
                    on_click=_grade,
                    args=(record, row.number, grade),
                )
            st.button("Stop grading", key="sweep-graded", type="tertiary", on_click=_end_grading)


def _end_grading() -> None:
    set_widget("sweep-grading", False)


def _grade(record: SweepRecord, number: int, grade: int) -> None:
    cell = record.cells[number]
    scores = {**cell.scores, GRADED: {"value": float(grade), "note": ""}}
    try:
        save_cells(resources.store(), record.id, [replace(cell, scores=scores)])
    except StoreError as error:
        session().of(SweepState).problem = str(error)


def _draw_exports(record: SweepRecord, plan: Plan, some: Sequence[Row]) -> None:
    name = "".join(letter if letter.isalnum() else "-" for letter in plan.name)[:40].strip("-") or "sweep"
    made_on = f"{written(record.created_at, '%Y-%m-%d %H:%M')} ({zone_name()})"
    with st.container(horizontal=True, key="sweep-exports"):
        st.download_button(
            "CSV",
            lambda: as_csv(plan, some).encode(),
            f"{name}.csv",
            "text/csv",
            icon=":material/download:",
            key="sweep-csv-export",
            on_click="ignore",
        )
        st.download_button(
            "JSONL",
            lambda: as_jsonl(some).encode(),
            f"{name}.jsonl",
            "application/jsonl",
            icon=":material/download:",
            key="sweep-jsonl-export",
            on_click="ignore",
        )
        st.download_button(
            "HTML report",
            lambda: as_html(plan, some, made_on=made_on).encode(),
            f"{name}.html",
            "text/html",
            icon=":material/download:",
            key="sweep-html-export",
            on_click="ignore",
        )
        st.download_button(
            "promptfoo",
            lambda: _promptfoo(plan)[0].encode(),
            f"{name}.promptfooconfig.yaml",
            "application/yaml",
            icon=":material/download:",
            key="sweep-promptfoo-export",
            on_click="ignore",
            help="The sweep as a configuration: `npx promptfoo eval -c` with this file asks the same with "
            f"your key in `{KEY_VARIABLE}`. {_left_out(plan)}",
        )


def _promptfoo(plan: Plan) -> tuple[str, tuple[str, ...]]:
    connection = resources.connection()
    model = plan.model or session().of(Asked).model or resources.settings().model
    return as_promptfoo(plan, connection.base_url, model, resources.card_of(connection, model))


def _left_out(plan: Plan) -> str:
    missing = _promptfoo(replace(plan, questions=plan.questions[:1]))[1]
    return f"Not in it: {escaped(' '.join(missing))}" if missing else ""
