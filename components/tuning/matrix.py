"""The matrix of a sweep: prompts down, ways of asking across, and in each cell the results of its repeats.

Filters and grids of two settings are computed here, too; nothing is drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from components.core.texts import cut, whole_characters
from components.params.choices import value_text
from components.tuning.plan import Plan
from components.tuning.results import Row, metrics_of
from components.tuning.scorers import GRADED, JUDGED, KINDS

PASSED = "passed"
"""The measure that is 1 for an answer that passes every check, else 0."""
PROMPT = "prompt"
"""The axis of a grid that is no setting."""
THINKING = "thinking tokens"
COST = "cost ($)"

# The scorers that give 1 or 0. The others measure, or say how good an answer is.
CHECKS = frozenset(KINDS) - {"latency", "cost", JUDGED, GRADED}
_BEGINNING = 110
_RUN_DELETED = "Its run is no longer in the history."
# The share of the cells that "longest thinking" shows.
_LONGEST = 0.1

Mark = Literal["passed", "mixed", "wrong", "answered", "failed", "waiting"]
Filter = Literal["all", "failed", "below", "disagree", "thinking"]


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, lowest and highest of the `n` values of a cell in a measure."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A prompt asked in one way. `rows`: its repeats; `beginning`: of the first answer, else of the reason without one.

    `mark`: whether its repeats passed every check, some of them did, or none; `answered` where nothing can be right or
    wrong, `failed` where no call was answered, `waiting` where none has ended.
    """

    prompt: int
    column: int
    rows: tuple[Row, ...]
    mark: Mark
    beginning: str
    spreads: Mapping[str, Spread]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`cells`: prompt by prompt. `metrics`: what can be compared, by name, with whether less of it is better."""

    prompts: tuple[str, ...]
    columns: tuple[str, ...]
    repeats: int
    metrics: Mapping[str, bool | None]
    checks: tuple[str, ...]
    cells: tuple[MatrixCell, ...]

    @property
    def judged(self) -> tuple[str, ...]:
        """The names of the metrics that say how good an answer is, by the model or by a person."""
        return tuple(name for name in self.metrics if name == GRADED or name.partition(": ")[0] == JUDGED)

    def cell(self, prompt: int, column: int) -> MatrixCell:
        """The cell of a prompt and a way of asking, by their indices."""
        return self.cells[prompt * len(self.columns) + column]


@dataclass(frozen=True, slots=True)
class View:
    """What a filter leaves: the prompts in the order in which they are shown, and the cells that match.

    `hits` is None for a filter that all cells match.
    """

    prompts: tuple[int, ...]
    hits: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """One measure over two axes. `spreads`: (down, across) -> of all answers there; a pair without any is left out."""

    down: tuple[str, ...]
    across: tuple[str, ...]
    spreads: Mapping[tuple[int, int], Spread]


def matrix_of(plan: Plan, rows: Sequence[Row]) -> Matrix:
    """The matrix of a plan; `rows` are those of all its cells, in order."""
    checks = tuple(scorer.name for scorer in plan.scorers if scorer.kind in CHECKS)
    metrics: dict[str, bool | None] = {PASSED: False} if any(passed(row, checks) is not None for row in rows) else {}
    metrics |= {
        name: lower for name, lower in metrics_of(plan, rows).items() if any(name in row.values for row in rows)
    }
    width, count = len(plan.variants), len(plan.questions) * len(plan.variants)
    cells = []
    for at in range(count):
        prompt, column = divmod(at, width)
        # Repeats come last in the numbers of a plan's cells.
        repeats = tuple(rows[number] for number in range(at, len(rows), count))
        cells.append(_cell(prompt, column, repeats, metrics, checks))
    return Matrix(
        tuple(_beginning(question.prompt) for question in plan.questions),
        tuple(variant.label for variant in plan.variants),
        plan.repeats,
        metrics,
        checks,
        tuple(cells),
    )


def passed(row: Row, checks: Sequence[str]) -> bool | None:
    """Whether an answer is right by every check that could be made of it; None where none could."""
    values = [row.values[name] for name in checks if name in row.values]
    return all(value >= 1 for value in values) if values else None


def value_of(row: Row, name: str, checks: Sequence[str]) -> float | None:
    """The value of a row in a measure; None where it has none."""
    if name != PASSED:
        return row.values.get(name)
    right = passed(row, checks)
    return None if right is None else float(right)


def filtered(matrix: Matrix, chosen: Filter, name: str = "", limit: float = 0.0) -> View:
    """What the filter `chosen` leaves of the matrix.

    `failed`: a call failed, or an answer is wrong. `below`: the mean of the measure `name` is less than `limit`, or
    more where less is better. `disagree`: one prompt is answered rightly in one way and wrongly in another; where
    nothing is right or wrong, judged differently, or else in other words. `thinking`: the tenth of the cells with the
    most thinking tokens, and their prompts in that order.
    """
    if chosen == "all":
        return View(tuple(range(len(matrix.prompts))))
    if chosen == "thinking":
        return _longest_thinking(matrix)
    hits: set[int] = set()
    if chosen == "disagree":
        for prompt in range(len(matrix.prompts)):
            hits |= _disagreeing(matrix, prompt)
    elif chosen == "failed":
        for at, cell in enumerate(matrix.cells):
            if cell.mark in ("wrong", "mixed", "failed") or any(row.status == "failed" for row in cell.rows):
                hits.add(at)
    else:
        more = matrix.metrics.get(name) is True
        for at, cell in enumerate(matrix.cells):
            spread = cell.spreads.get(name)
            if spread is not None and (spread.mean > limit if more else spread.mean < limit):
                hits.add(at)
    return View(tuple(sorted({at // len(matrix.columns) for at in hits})), frozenset(hits))


def axes_of(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The possible axes of a grid, the prompt among them: name -> its values (two or more) as texts."""
    found: dict[str, dict[str, None]] = {}
    for variant in plan.variants:
        for name, value in variant.settings.items():
            found.setdefault(name, {})[_value(value)] = None
    axes = {name: tuple(values) for name, values in found.items() if len(values) > 1}
    return axes | ({PROMPT: tuple(_numbered_prompts(plan))} if len(plan.questions) > 1 else {})


def grid_of(plan: Plan, matrix: Matrix, name: str, down: str, across: str) -> Grid:
    """The measure `name` over two of `axes_of`, over all values of the other settings."""
    axes = axes_of(plan)
    groups: dict[tuple[int, int], list[float]] = {}
    indices = {axis: {value: index for index, value in enumerate(values)} for axis, values in axes.items()}
    prompts = _numbered_prompts(plan)

    def index_on(axis: str, cell: MatrixCell) -> int | None:
        if axis == PROMPT:
            return indices[axis][prompts[cell.prompt]]
        settings = plan.variants[cell.column].settings
        return indices[axis][_value(settings[axis])] if axis in settings else None

    for cell in matrix.cells:
        row, column = index_on(down, cell), index_on(across, cell)
        if row is None or column is None:
            continue
        for one in cell.rows:
            value = value_of(one, name, matrix.checks)
            if value is not None:
                groups.setdefault((row, column), []).append(value)
    return Grid(_labels(axes[down]), _labels(axes[across]), {at: _spread(values) for at, values in groups.items()})


def columns_at(plan: Plan, axis: str, value: int) -> tuple[int, ...]:
    """The ways of asking that have the `value`-th value of an axis in `axes_of`; of the prompt, all of them."""
    if axis == PROMPT:
        return tuple(range(len(plan.variants)))
    wanted = axes_of(plan)[axis][value]
    return tuple(
        at
        for at, variant in enumerate(plan.variants)
        if axis in variant.settings and _value(variant.settings[axis]) == wanted
    )


def _cell(
    prompt: int, column: int, repeats: tuple[Row, ...], metrics: Mapping[str, object], checks: Sequence[str]
) -> MatrixCell:
    spreads = {}
    for name in metrics:
        values = [value for row in repeats if (value := value_of(row, name, checks)) is not None]
        if values:
            spreads[name] = _spread(values)
    answered = next((row for row in repeats if row.outcome is not None), None)
    if answered is not None and answered.outcome is not None:
        text = answered.outcome.answer
    else:
        text = repeats[0].note or (_RUN_DELETED if repeats[0].run_id is not None else "")
    return MatrixCell(prompt, column, repeats, _mark(repeats, spreads.get(PASSED)), _beginning(text), spreads)


def _mark(repeats: Sequence[Row], right: Spread | None) -> Mark:
    if right is not None:
        all_passed = right.mean == 1 and all(row.status != "failed" for row in repeats)
        return "wrong" if right.mean == 0 else "passed" if all_passed else "mixed"
    if any(row.outcome is not None for row in repeats):
        return "answered"
    return "failed" if any(row.status == "failed" for row in repeats) else "waiting"


def _spread(values: Sequence[float]) -> Spread:
    return Spread(sum(values) / len(values), min(values), max(values), len(values))


def _disagreeing(matrix: Matrix, prompt: int) -> set[int]:
    """The cells of a prompt that differ from its most common outcome; all of them where there is no single one."""
    start = prompt * len(matrix.columns)
    outcomes = {at: outcome for at in range(start, start + len(matrix.columns)) if (outcome := _outcome(matrix, at))}
    counted = Counter(outcomes.values()).most_common(2)
    if len(counted) < 2:
        return set()
    usual = counted[0][0] if counted[0][1] > counted[1][1] else None
    return {at for at, outcome in outcomes.items() if outcome != usual}


def _outcome(matrix: Matrix, at: int) -> str:
    """The outcome of a cell as a text to compare; empty where there is none yet."""
    cell = matrix.cells[at]
    if cell.mark in ("failed", "waiting"):
        return ""
    if cell.mark != "answered":
        return cell.mark
    judged = [f"{cell.spreads[name].mean:.6g}" for name in matrix.judged if name in cell.spreads]
    if judged:
        return " ".join(judged)
    answers = {" ".join(row.outcome.answer.split()).casefold().rstrip(".") for row in cell.rows if row.outcome}
    return "said " + "\n".join(sorted(answers))


def _longest_thinking(matrix: Matrix) -> View:
    means = ((cell.spreads.get(THINKING), at) for at, cell in enumerate(matrix.cells))
    thought = [(spread.mean, at) for spread, at in means if spread is not None]
    thought.sort(key=lambda one: (-one[0], one[1]))
    hits = [at for _, at in thought[: ceil(len(thought) * _LONGEST)]]
    return View(tuple(dict.fromkeys(at // len(matrix.columns) for at in hits)), frozenset(hits))


def _beginning(text: str) -> str:
    return cut(whole_characters(" ".join(text[: 4 * _BEGINNING].split())), _BEGINNING)


def _value(value: object) -> str:
    return whole_characters(value_text(value))


def _labels(values: Sequence[str]) -> tuple[str, ...]:
    """The values' beginnings; with their numbers where two begin alike."""
    short = [_beginning(value) for value in values]
    if len(set(short)) == len(short):
        return tuple(short)
    return tuple(f"{number}. {label}" for number, label in enumerate(short, start=1))


def _numbered_prompts(plan: Plan) -> list[str]:
    """The prompts' beginnings, each with its number: two may begin alike."""
    return [f"{number}. {_beginning(question.prompt)}" for number, question in enumerate(plan.questions, start=1)]
