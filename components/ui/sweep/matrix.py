"""The matrix of a sweep on the page: prompts down, ways of asking across; its filters, and two settings as a grid.

The browser draws the cells that are in view. It is given the contents of all cells once, and then only what a filter
leaves of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.tuning.findings import Findings
from components.tuning.matrix import PASSED, PROMPT, Filter, View, axes_of, columns_at, filtered, grid_of
from components.tuning.matrix_table import table_of_grid
from components.tuning.scorers import GRADED
from components.ui.markdown.escaping import escaped
from components.ui.state import Key, component_value, set_widget, widget_value
from components.ui.sweep.choice import draw_choice
from components.ui.sweep.pair import draw_pair, show_cell

GRADING = Key[bool | None]("sweep-grading")
"""Whether the answers are being graded, one after the other, in place of the matrix."""
_MATRIX = Key[object]("sweep-matrix")
_SWEEP = Key[str | None]("sweep-matrix-of")  # the sweep whose matrix was drawn last
_OPENED = Key[tuple[int, int] | None]("sweep-opened")  # a prompt and a variant
_NARROWED = Key[tuple[int, ...] | None]("sweep-narrowed")  # the variants to show; None: all
_SHAPE = Key[str | None]("sweep-shape")
_COLOUR = Key[str | None]("sweep-colour")
_FILTER = Key[Filter | None]("sweep-filter")
_LIMIT = Key[float | None]("sweep-limit")
_DOWN = Key[str | None]("sweep-down")
_ACROSS = Key[str | None]("sweep-across")
_FILTERS: dict[Filter, str] = {
    "all": "All",
    "failed": "Failed",
    "below": "Below a score",
    "disagree": "Variants disagree",
    "thinking": "Longest thinking",
}
_NOTHING: dict[Filter, str] = {
    "all": "There is nothing to show.",
    "failed": "Nothing failed.",
    "below": "No cell is beyond this limit.",
    "disagree": "The variants agree on every prompt.",
    "thinking": "No cell has reported thinking tokens.",
}


def draw_matrix(findings: Findings) -> None:
    """Draws the matrix, or a grid of two axes, and beneath it the cell that was opened."""
    matrix = findings.matrix
    if widget_value(_SWEEP) != findings.record.id:  # another sweep was shown before
        set_widget(_SWEEP, findings.record.id)
        set_widget(_OPENED, None)
        set_widget(_NARROWED, None)
    axes = axes_of(findings.plan)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader("Cells", anchor=False)
        if any(scorer.kind == GRADED for scorer in findings.plan.scorers) and st.button(
            "Grade by keyboard", icon=":material/keyboard:", key="sweep-grade"
        ):
            set_widget(GRADING, True)
            st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom", key="sweep-matrix-choices"):
        shape = "matrix"
        if len(axes) > 1 and matrix.metrics:
            shape = st.segmented_control(
                "Shape",
                ["matrix", "axes"],
                format_func={"matrix": "Prompts and variants", "axes": "Two axes"}.__getitem__,
                default=set_widget(_SHAPE, widget_value(_SHAPE) or "matrix"),
                key=_SHAPE,
                required=True,
            )
        name = draw_choice(_COLOUR, "Colour by", list(matrix.metrics), width=220) if matrix.metrics else ""
        if shape == "axes":
            down, across = _draw_axes(list(axes))
        else:
            chosen, limit = _draw_filter(findings, name)
    if shape == "axes":
        grid = grid_of(findings.plan, matrix, name, down, across)
        st.caption(_grid_words(axes, name, down, across))
        _draw_board(
            findings,
            {
                "of": f"{findings.record.id} {findings.stamp} {name} {down} {across}",
                "table": table_of_grid(grid, name, matrix.metrics[name]),
                "lines": list(range(len(grid.down))),
                "columns": list(range(len(grid.across))),
                "hits": None,
                "measure": name,
                "corner": f"{down} \\ {across}",
                "label": f"{name} by {down} and {across}",
                "opened": None,
            },
        )
        return
    _draw_cells(findings, filtered(matrix, chosen, name, limit), chosen, name)


def _draw_filter(findings: Findings, name: str) -> tuple[Filter, float]:
    held = widget_value(_FILTER)
    chosen: Filter = st.segmented_control(
        "Show",
        list(_FILTERS),
        format_func=_FILTERS.__getitem__,
        default=set_widget(_FILTER, held or "all"),
        key=_FILTER,
        required=True,
        wrap=True,
    )
    if chosen != "below" or not name:
        return chosen, 0.0
    more = findings.matrix.metrics[name] is True
    least = widget_value(_LIMIT)
    limit = st.number_input(
        "More than" if more else "Less than",
        value=set_widget(_LIMIT, 1.0 if least is None else least),
        format="%g",
        key=_LIMIT,
        width=130,
        help=f"Cells whose mean of “{escaped(name)}” is {'more' if more else 'less'}. "
        "Choose another measure under “Colour by”.",
    )
    return chosen, limit


def _draw_axes(names: Sequence[str]) -> tuple[str, str]:
    """Draws the choice of two different axes."""
    down = draw_choice(_DOWN, "Down", names, width=180)
    return down, draw_choice(_ACROSS, "Across", [name for name in names if name != down], width=180)


def _grid_words(axes: dict[str, Any], name: str, down: str, across: str) -> str:
    others = [escaped(axis) for axis in axes if axis not in (down, across)]
    over = f", over every {' and '.join(others)}" if others else ""
    what = "the share that passed" if name == PASSED else f"the mean of {escaped(name)}, and how far its values spread"
    return f"In each place {what}{over}. Open one to see its answers."


def _draw_cells(findings: Findings, view: View, chosen: Filter, name: str) -> None:
    matrix = findings.matrix
    columns = widget_value(_NARROWED) or tuple(range(len(matrix.columns)))
    if len(columns) < len(matrix.columns):
        words = f"{len(columns):,} of {len(matrix.columns):,} variants: show all"
        st.button(words, icon=":material/close:", key="sweep-widen", on_click=_widen)
    if not view.prompts:
        st.info(_NOTHING[chosen], icon=":material/check:")
        return
    words = f"{len(view.prompts):,} of {len(matrix.prompts):,} prompts. " if chosen != "all" else ""
    if view.hits is not None:
        words += f"{len(view.hits):,} {'cell is' if len(view.hits) == 1 else 'cells are'} marked. "
    st.caption(f"{words}Select a cell to read its answer beside another. By keyboard: arrows, Enter, Escape.")
    _component()(key="sweep-matrix-cells", data={"of": _stamp(findings), "packed": findings.table}, height="content")
    _draw_board(
        findings,
        {
            "of": _stamp(findings),
            "lines": list(view.prompts),
            "columns": list(columns),
            "hits": None if view.hits is None else _ranges(sorted(view.hits)),
            "measure": name,
            "corner": "Prompt",
            "label": "Answers: prompts down, variants across",
            "opened": widget_value(_OPENED),
        },
    )
    opened = widget_value(_OPENED)
    if opened is not None:
        draw_pair(findings, matrix.cell(*opened), close=_close)


def _draw_board(findings: Findings, data: dict[str, Any]) -> None:
    def on_asked() -> None:
        asked = component_value(_MATRIX, "asked") or {}
        position = asked.get("open")
        if not _is_position(position):
            set_widget(_OPENED, None)
        elif "table" in data:
            _narrow(findings, position)
        else:
            set_widget(_OPENED, (position[0], position[1]))
            show_cell(findings.matrix.cell(*position))

    _component()(key=_MATRIX, data=data, on_asked_change=on_asked)


def _is_position(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, int) for one in value)


def _narrow(findings: Findings, position: Sequence[int]) -> None:
    """Shows the variants that a position of the grid of two axes sums up."""
    chosen = [
        set(columns_at(findings.plan, axis, at))
        for key, at in zip((_DOWN, _ACROSS), position, strict=True)
        if (axis := widget_value(key)) is not None and axis != PROMPT
    ]
    columns = tuple(sorted(set.intersection(*chosen)))
    set_widget(_NARROWED, columns)
    set_widget(_SHAPE, "matrix")
    set_widget(_FILTER, "all")


def _widen() -> None:
    set_widget(_NARROWED, None)


def _close() -> None:
    set_widget(_OPENED, None)


def _stamp(findings: Findings) -> str:
    return f"{findings.record.id} {findings.stamp}"


def _ranges(numbers: Sequence[int]) -> list[list[int]]:
    """Ascending numbers as stretches, each from its first to its last."""
    stretches: list[list[int]] = []
    for number in numbers:
        if stretches and stretches[-1][1] == number - 1:
            stretches[-1][1] = number
        else:
            stretches.append([number, number])
    return stretches


@cache
def _component() -> ComponentRenderer:
    here = Path(__file__)
    return st.components.v2.component(
        "playground_matrix",
        html='<div class="grid" role="grid" tabindex="0" hidden><div class="canvas" role="presentation"></div></div>',
        css=here.with_suffix(".css").read_text(encoding="utf-8"),
        js=here.with_suffix(".js").read_text(encoding="utf-8"),
    )
