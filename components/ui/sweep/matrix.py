"""The matrix of a sweep on the page: prompts down, ways of asking across; its filters, and two settings as a grid.

The browser draws the places that are in view. What they hold it is given once, what a filter leaves of them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.tuning.findings import Findings
from components.tuning.matrix import PASSED, PROMPT, Filter, View, axes_of, columns_at, grid_of, view_of
from components.tuning.matrix_table import table_of_grid
from components.tuning.scorers import GRADED
from components.ui.markdown.escaping import escaped
from components.ui.state import component_value, set_widget, widget_value
from components.ui.sweep.pair import choose, draw_pair

_KEY = "sweep-matrix"
_NARROWED = "sweep-narrowed"
_OPENED = "sweep-opened"
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
    """Draws the matrix, or two axes of it, and beneath it the place that was opened."""
    matrix = findings.matrix
    if widget_value(f"{_KEY}-of") != findings.record.id:  # another sweep was shown before
        set_widget(f"{_KEY}-of", findings.record.id)
        set_widget(_OPENED, None)
        set_widget(_NARROWED, None)
    axes = axes_of(findings.plan)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader("Cells", anchor=False)
        if any(scorer.kind == GRADED for scorer in findings.plan.scorers) and st.button(
            "Grade by keyboard", icon=":material/keyboard:", key="sweep-grade"
        ):
            set_widget("sweep-grading", True)
            st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom", key="sweep-matrix-choices"):
        shape = "matrix"
        if len(axes) > 1 and matrix.names:
            shape = st.segmented_control(
                "Shape",
                ["matrix", "axes"],
                format_func={"matrix": "Prompts and variants", "axes": "Two axes"}.__getitem__,
                default=set_widget("sweep-shape", widget_value("sweep-shape") or "matrix"),
                key="sweep-shape",
                required=True,
            )
        name = _draw_measure(list(matrix.names)) if matrix.names else ""
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
                "table": table_of_grid(grid, name, matrix.names[name]),
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
    _draw_places(findings, view_of(matrix, chosen, name, limit), chosen, name)


def _draw_measure(names: Sequence[str]) -> str:
    chosen = widget_value("sweep-colour")
    index = names.index(set_widget("sweep-colour", chosen if chosen in names else names[0]))
    return str(st.selectbox("Colour by", names, index=index, key="sweep-colour", width=220))


def _draw_filter(findings: Findings, name: str) -> tuple[Filter, float]:
    chosen: Filter = st.segmented_control(
        "Show",
        list(_FILTERS),
        format_func=_FILTERS.__getitem__,
        default=set_widget("sweep-filter", widget_value("sweep-filter") or "all"),
        key="sweep-filter",
        required=True,
        wrap=True,
    )
    if chosen != "below" or not name:
        return chosen, 0.0
    more = findings.matrix.names[name] is True
    held = widget_value("sweep-limit")
    limit = st.number_input(
        "More than" if more else "Less than",
        value=set_widget("sweep-limit", 1.0 if held is None else float(held)),
        format="%g",
        key="sweep-limit",
        width=130,
        help=f"Cells whose mean of “{escaped(name)}” is {'more' if more else 'less'}. "
        "Choose another measure under “Colour by”.",
    )
    return chosen, limit


def _draw_axes(names: Sequence[str]) -> tuple[str, str]:
    """The two axes that are chosen; another one takes the place of one that is chosen for both."""
    down = widget_value("sweep-down")
    down = set_widget("sweep-down", down if down in names else names[0])
    down = str(st.selectbox("Down", names, index=names.index(down), key="sweep-down", width=180))
    others = [name for name in names if name != down]
    across = widget_value("sweep-across")
    across = set_widget("sweep-across", across if across in others else others[0])
    return down, str(st.selectbox("Across", others, index=others.index(across), key="sweep-across", width=180))


def _grid_words(axes: dict[str, Any], name: str, down: str, across: str) -> str:
    others = [escaped(axis) for axis in axes if axis not in (down, across)]
    over = f", over every {' and '.join(others)}" if others else ""
    told = "the share that passed" if name == PASSED else f"the mean of {escaped(name)}, and how far its values spread"
    return f"In each place {told}{over}. Open one to see its answers."


def _draw_places(findings: Findings, view: View, chosen: Filter, name: str) -> None:
    matrix = findings.matrix
    columns = widget_value(_NARROWED) or tuple(range(len(matrix.columns)))
    if len(columns) < len(matrix.columns):
        words = f"{len(columns):,} of {len(matrix.columns):,} variants: show all"
        st.button(words, icon=":material/close:", key="sweep-widen", on_click=_widen)
    if not view.lines:
        st.info(_NOTHING[chosen], icon=":material/check:")
        return
    words = f"{len(view.lines):,} of {len(matrix.lines):,} prompts. " if chosen != "all" else ""
    if view.hits is not None:
        words += f"{len(view.hits):,} {'cell is' if len(view.hits) == 1 else 'cells are'} marked. "
    st.caption(f"{words}Select a cell to read its answer beside another. By keyboard: arrows, Enter, Escape.")
    _component()(key=f"{_KEY}-cells", data={"of": _stamp(findings), "packed": findings.table}, height="content")
    _draw_board(
        findings,
        {
            "of": _stamp(findings),
            "lines": list(view.lines),
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
        draw_pair(findings, matrix.place(*opened), close=_close)


def _draw_board(findings: Findings, data: dict[str, Any]) -> None:
    def take() -> None:
        asked = component_value(_KEY, "asked") or {}
        place = asked.get("open")
        if not _is_place(place):
            set_widget(_OPENED, None)
        elif "table" in data:
            _narrow(findings, place)
        else:
            set_widget(_OPENED, (place[0], place[1]))
            choose(findings.matrix.place(*place))

    _component()(key=_KEY, data=data, on_asked_change=take)


def _is_place(place: object) -> TypeGuard[list[int]]:
    return isinstance(place, list) and len(place) == 2 and all(isinstance(one, int) for one in place)


def _narrow(findings: Findings, place: Sequence[int]) -> None:
    """Shows the variants behind a place of the grid of two axes."""
    chosen = [
        set(columns_at(findings.plan, findings.matrix, widget_value(key), at))
        for key, at in zip(("sweep-down", "sweep-across"), place, strict=True)
        if widget_value(key) != PROMPT
    ]
    columns = tuple(sorted(set.intersection(*chosen)))
    set_widget(_NARROWED, columns)
    set_widget("sweep-shape", "matrix")
    set_widget("sweep-filter", "all")


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
