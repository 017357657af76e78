"""Two answers to one prompt side by side, whole, with the words marked that only one of them has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from components.core.errors import StoreError
from components.history.records import RunRecord
from components.history.runs import load_run
from components.tuning.difference import Kind, word_difference
from components.tuning.findings import Findings
from components.tuning.matrix import MatrixCell
from components.tuning.results import Row
from components.ui import resources
from components.ui.difference import draw_side
from components.ui.markdown.escaping import escaped, with_code
from components.ui.state import Key, session, set_widget, widget_value
from components.ui.sweep.cell import draw_cell, draw_media
from components.ui.sweep.choice import draw_choice

Choice = tuple[int, int]
"""A way of asking and a repeat, by their indices."""
_SHOWN = Key[Choice | None]("sweep-shown")
_BESIDE = Key[Choice | None]("sweep-beside")
_DIFFERENCES = Key[bool | None]("sweep-differences")


def show_cell(cell: MatrixCell) -> None:
    """Has the first answer of a cell shown."""
    answered = next((row for row in cell.rows if row.outcome is not None), cell.rows[0])
    set_widget(_SHOWN, (cell.column, answered.repeat))


def draw_pair(findings: Findings, cell: MatrixCell, *, close: Callable[[], None]) -> None:
    """Draws the cell that was opened, beside what is compared with it: the first other way of asking, or a repeat."""
    rows = _rows(findings, cell.prompt)
    with st.container(border=True, key="sweep-cell"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**Prompt {cell.prompt + 1:,}**", width="stretch")
            st.button("Close", icon=":material/close:", key="sweep-close", type="tertiary", on_click=close)
        shown, beside = _choices(rows, cell)
        columns = st.columns(2 if len(rows) > 1 else 1)
        with columns[0]:
            shown = _draw_choice("Answer", _SHOWN, findings, list(rows), shown)
        if len(rows) > 1:
            with columns[1]:
                beside = _draw_choice("Compared with", _BESIDE, findings, [one for one in rows if one != shown], beside)
        chosen = [rows[shown]] if beside is None else [rows[shown], rows[beside]]
        try:
            runs = [_run(row) for row in chosen]
        except StoreError as error:
            st.error(with_code(str(error)), icon=":material/error:")
            return
        if runs[0] is not None:
            draw_media(runs[0].request.messages[-1])
        st.text(chosen[0].prompt)
        if chosen[0].expected:
            st.caption(f"Expected: {escaped(chosen[0].expected)}")
        _draw_sides(findings, chosen, runs)


def _draw_sides(findings: Findings, chosen: Sequence[Row], runs: Sequence[RunRecord | None]) -> None:
    answers = [row.outcome.answer for row in chosen if row.outcome is not None]
    marked = len(answers) == 2 and st.toggle(
        "Mark the words that differ",
        value=set_widget(_DIFFERENCES, widget_value(_DIFFERENCES) in (None, True)),
        key=_DIFFERENCES,
    )
    pieces = word_difference(answers[1], answers[0]) if marked else ()
    if marked:
        same = all(piece.kind == "same" for piece in pieces)
        st.caption("Word for word the same." if same else "Marked: the words that only this one of the two has.")
    for side, (column, row, run) in enumerate(zip(st.columns(len(chosen)), chosen, runs, strict=True)):
        own: Kind = "added" if side == 0 else "removed"
        with column:
            draw_cell(findings, row, run, side, draw_text=partial(draw_side, pieces, own) if marked else None)


def _rows(findings: Findings, prompt: int) -> dict[Choice, Row]:
    """The rows of the prompt with this index."""
    cells = [findings.matrix.cell(prompt, column) for column in range(len(findings.matrix.columns))]
    return {(cell.column, row.repeat): row for cell in cells for row in cell.rows}


def _choices(rows: dict[Choice, Row], cell: MatrixCell) -> tuple[Choice, Choice | None]:
    """What is shown, and what beside it: what was compared with before, else the same repeat of the first other way."""
    shown = widget_value(_SHOWN)
    if shown not in rows:
        shown = (cell.column, 0)
    beside = widget_value(_BESIDE)
    if beside not in rows or beside == shown:
        others = sorted(rows.keys() - {shown}, key=lambda one: (one[0] == shown[0], one[1] != shown[1], one))
        beside = others[0] if others else None
    return shown, beside


def _draw_choice(
    label: str, key: Key[Choice | None], findings: Findings, options: Sequence[Choice], chosen: Choice | None
) -> Choice:
    def label_of(one: Choice) -> str:
        repeat = f", repeat {one[1] + 1}" if findings.matrix.repeats > 1 else ""
        return f"{one[0] + 1}. {findings.matrix.columns[one[0]]}{repeat}"

    set_widget(key, chosen)
    return draw_choice(key, label, options, format_func=label_of)


def _run(row: Row) -> RunRecord | None:
    return load_run(resources.store(), row.run_id, session().owner) if row.run_id is not None else None
