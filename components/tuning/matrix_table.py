"""A matrix, or a grid of two axes, as JSON for the browser: compact, since it may have ten thousand cells.

The numbers are in one list for each measure, the marks in one string, and all of it is gzipped. Texts are plain.
"""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from components.tuning.matrix import CHECKS, COST, PASSED, THINKING, Grid, Mark, Matrix, MatrixCell, Spread
from components.tuning.results import MEASURES

_MARKS: dict[Mark, str] = {
    "passed": "p",
    "mixed": "m",
    "wrong": "f",
    "answered": "a",
    "failed": "x",
    "waiting": "w",
}
# More digits than are shown.
_DIGITS = 4


def table_of(matrix: Matrix) -> dict[str, Any]:
    """The matrix as JSON: prompts (`lines`) and ways of asking (`columns`) by name, and the cells prompt by prompt."""
    return {
        "kind": "matrix",
        "lines": list(matrix.prompts),
        "columns": list(matrix.columns),
        "notes": [_note(matrix, column) for column in range(len(matrix.columns))],
        "repeats": matrix.repeats,
        "measures": [_measure(name, lower) for name, lower in matrix.metrics.items()],
        "marks": "".join(_MARKS[cell.mark] for cell in matrix.cells),
        "texts": [cell.beginning for cell in matrix.cells],
        "values": [[_numbers(cell.spreads.get(name)) for cell in matrix.cells] for name in matrix.metrics],
    }


def table_of_grid(grid: Grid, name: str, lower_is_better: bool | None) -> dict[str, Any]:
    """A grid of one measure in the same shape; its cells have no texts."""
    positions = [(down, across) for down in range(len(grid.down)) for across in range(len(grid.across))]
    return {
        "kind": "grid",
        "lines": list(grid.down),
        "columns": list(grid.across),
        "notes": ["" for _ in grid.across],
        "repeats": max((spread.n for spread in grid.spreads.values()), default=1),
        "measures": [_measure(name, lower_is_better)],
        "marks": "".join("a" if at in grid.spreads else "w" for at in positions),
        "texts": ["" for _ in positions],
        "values": [[_numbers(grid.spreads.get(at), counted=True) for at in positions]],
    }


def packed(table: dict[str, Any]) -> str:
    """A table as it is sent to the browser: JSON, gzip, base64."""
    written = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(written, 6, mtime=0)).decode()


def _measure(name: str, lower_is_better: bool | None) -> dict[str, Any]:
    """Name, short name, and `kind`: how its values are written."""
    kind = name.partition(": ")[0]
    if name in MEASURES:
        shown = {COST: "cost", THINKING: "tokens", "output tokens": "tokens"}.get(name, "seconds")
    else:
        shown = "check" if name == PASSED or kind in CHECKS else "score"
    return {"name": name, "short": kind, "kind": shown, "lower": lower_is_better}


def _numbers(spread: Spread | None, *, counted: bool = False) -> list[float] | float | None:
    """The mean alone of one value; of several ``[mean, lowest, highest, n]``. None where there is none."""
    if spread is None:
        return None
    if spread.n == 1 and not counted:
        return _rounded(spread.mean)
    return [_rounded(spread.mean), _rounded(spread.low), _rounded(spread.high), spread.n]


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _note(matrix: Matrix, column: int) -> str:
    """The note under the name of a column: how many of its answers passed, and the mean cost of one."""
    cells: list[MatrixCell] = [matrix.cell(prompt, column) for prompt in range(len(matrix.prompts))]
    words = []
    right = [cell.spreads[PASSED] for cell in cells if PASSED in cell.spreads]
    if right:
        passed = round(sum(spread.mean * spread.n for spread in right))
        words.append(f"{passed:,} of {sum(spread.n for spread in right):,} passed")
    paid = [cell.spreads[COST] for cell in cells if COST in cell.spreads]
    if paid:
        mean = sum(spread.mean * spread.n for spread in paid) / sum(spread.n for spread in paid)
        words.append(f"${mean:.4f} each" if mean >= 0.01 else f"${mean:.6f} each")
    return ", ".join(words)
