"""The results of a sweep: the verdict, the spread of each way of asking, charts, grading, and exports."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.history.sweeps import SweepRecord, load_outcomes, load_sweep, save_cells, sweep_fingerprint
from components.tuning.charts import Chart
from components.tuning.datasets.promptfoo_file import KEY_VARIABLE, as_promptfoo
from components.tuning.drawing import STYLE, as_svg
from components.tuning.export import as_csv, as_html, as_jsonl
from components.tuning.findings import Findings
from components.tuning.plan import Plan
from components.tuning.results import Row, best_variant, variant_numbers
from components.tuning.scorers import GRADED
from components.tuning.statistics import Summary
from components.ui import resources
from components.ui.markdown.escaping import escaped
from components.ui.reader_time import written, zone_name
from components.ui.resources import Asked
from components.ui.settings.presets import PresetState, save_as_preset
from components.ui.state import Key, Lasts, PanelState, Session, session, set_widget, widget_value
from components.ui.sweep.cell import draw_answer
from components.ui.sweep.choice import draw_choice
from components.ui.sweep.draft_state import problem_shown
from components.ui.sweep.matrix import GRADING, draw_matrix
from components.ui.sweep.targets import targets_of_plan

_METRIC = Key[str | None]("sweep-metric")
_STOP_GRADING = Key[bool]("sweep-graded")


@dataclass
class FindingsState(PanelState, lasts=Lasts.OWNER):
    """`findings`: those of the sweep that is shown."""

    findings: Findings | None = field(default=None, repr=False)


def current_findings(state: Session, sweep_id: str) -> Findings | None:
    """The findings of a sweep that is not running, computed again only when it has changed. None: it was deleted.

    Raises: StoreError.
    """
    store, shown = resources.store(), state.of(FindingsState)
    known = shown.findings
    stamp = sweep_fingerprint(store, sweep_id)
    if known is None or known.record.id != sweep_id or known.stamp != stamp:
        record = load_sweep(store, sweep_id, state.owner)
        known = None if record is None else Findings(stamp, record, load_outcomes(store, sweep_id))
        shown.findings = known
    return known


def draw_results(findings: Findings) -> None:
    """Draws the results so far. A click in one section draws only that section again."""
    if findings.metrics:
        st.fragment(_draw_findings, key="sweep-findings")(findings)
    if widget_value(GRADING):
        _draw_grading(findings.record, findings.rows)
    else:
        st.fragment(draw_matrix, key="sweep-matrix-part")(findings)
    if findings.metrics:
        _draw_exports(findings.record, findings.plan, findings.rows)


def _draw_findings(findings: Findings) -> None:
    st.subheader("Results", anchor=False)
    metric = draw_choice(_METRIC, "Compare by", list(findings.metrics), width=320)
    compared = findings.compared(metric)
    st.markdown(f":material/gavel: {escaped(compared.verdict)}")
    _draw_summaries(compared.summaries, variant_numbers(findings.rows))
    for name, (count, reason) in findings.unscored.items():
        many = f"{count:,} {'answer' if count == 1 else 'answers'}"
        st.markdown(f":orange[:material/help: {escaped(name)} could not score {many}: {escaped(reason)}]")
    _draw_winner(findings.plan, findings.rows, metric, findings.metrics[metric])
    _draw_charts(compared.charts)


def _draw_summaries(found: Mapping[str, Summary], numbers: Mapping[str, int]) -> None:
    st.dataframe(
        {
            "#": [numbers[name] for name in found],
            "Settings": list(found),
            "Mean": [one.mean for one in found.values()],
            "95% from": [one.low for one in found.values()],
            "95% to": [one.high for one in found.values()],
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
                for name in ("Mean", "95% from", "95% to", "Minimum", "Maximum")
            },
        },
    )
    if all(one.n == 1 for one in found.values()):
        st.caption("n = 1 everywhere: there is no spread, so no interval.")


def _draw_winner(plan: Plan, rows: Sequence[Row], metric: str, lower_is_better: bool | None) -> None:
    """Offers the settings with the best mean for the playground."""
    name = best_variant(rows, metric, lower_is_better)
    variant = next((variant for variant in plan.variants if variant.label == name), None)
    if variant is None or len(plan.variants) < 2:
        return
    choices = variant.choices(plan.choices)
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
            save_as_preset(choices, preset)
            st.toast(escaped(session().of(PresetState).problem or f"Saved as “{preset}”."))
    if variant.media:
        media = escaped(", ".join(f"{name} {value}" for name, value in variant.media.items()))
        st.caption(f"Settings are of the request alone: {media} is chosen where the clip or the photo is attached.")


def _draw_charts(drawn: Sequence[tuple[str, Chart]]) -> None:
    if drawn:
        st.caption("The numbers in the charts are those of the table above.")
    for start in range(0, len(drawn), 2):
        for column, (title, chart) in zip(st.columns(2), drawn[start : start + 2], strict=False):
            with column:
                st.caption(escaped(title))
                _chart_component()(data=as_svg(chart), key=f"sweep-chart-{title}")


@cache
def _chart_component() -> ComponentRenderer:
    """Shows the SVG of a chart, which `st.html` would remove."""
    script = "export default ({ data, parentElement }) => { parentElement.querySelector('.drawing').innerHTML = data }"
    return st.components.v2.component("playground_chart", html='<div class="drawing"></div>', css=STYLE, js=script)


def _draw_grading(record: SweepRecord, rows: Sequence[Row]) -> None:
    """One answer after the other, without its settings; the keys 1 to 5 grade it."""
    st.subheader("Cells", anchor=False)
    left = [row for row in rows if row.outcome is not None and GRADED not in row.values]
    with st.container(border=True, key="sweep-grading-pane"):
        if not left:
            st.markdown(":material/check: Every answer has its grade.")
            st.button("Done", key=_STOP_GRADING, on_click=_end_grading)
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
            st.button("Stop grading", key=_STOP_GRADING, type="tertiary", on_click=_end_grading)


def _end_grading() -> None:
    set_widget(GRADING, False)


def _grade(record: SweepRecord, number: int, grade: int) -> None:
    cell = record.cells[number]
    scores = {**cell.scores, GRADED: {"value": float(grade), "note": ""}}
    with problem_shown():
        save_cells(resources.store(), record.id, [replace(cell, scores=scores)])


def _draw_exports(record: SweepRecord, plan: Plan, rows: Sequence[Row]) -> None:
    name = re.sub(r"[\W_]+", "-", plan.name)[:40].strip("-") or "sweep"
    made_on = f"{written(record.created_at, '%Y-%m-%d %H:%M')} ({zone_name()})"
    files: dict[str, tuple[str, str, str, Callable[[], str], str | None]] = {
        "csv": ("CSV", "csv", "text/csv", lambda: as_csv(plan, rows), None),
        "jsonl": ("JSONL", "jsonl", "application/jsonl", lambda: as_jsonl(rows), None),
        "html": ("HTML report", "html", "text/html", lambda: as_html(plan, rows, made_on=made_on), None),
        "promptfoo": (
            "promptfoo",
            "promptfooconfig.yaml",
            "application/yaml",
            lambda: _promptfoo(plan)[0],
            "The sweep as a configuration: `npx promptfoo eval -c` with this file asks the same with "
            f"your key in `{KEY_VARIABLE}`. {_left_out(plan)}",
        ),
    }
    with st.container(horizontal=True, key="sweep-exports"):
        for kind, (label, suffix, media_type, text, about) in files.items():
            st.download_button(
                label,
                lambda text=text: text().encode(),  # type: ignore[misc]  # its type is that of the dictionary's
                f"{name}.{suffix}",
                media_type,
                icon=":material/download:",
                key=f"sweep-{kind}-export",
                on_click="ignore",
                help=about,
            )


def _promptfoo(plan: Plan) -> tuple[str, tuple[str, ...]]:
    connection = resources.connection()
    model = plan.model or session().of(Asked).model or resources.settings().model
    card = resources.card_of(connection, model)
    return as_promptfoo(plan, connection.base_url, model, card, targets_of_plan(plan))


def _left_out(plan: Plan) -> str:
    missing = _promptfoo(replace(plan, questions=plan.questions[:1]))[1]
    return f"Not in it: {escaped(' '.join(missing))}" if missing else ""
