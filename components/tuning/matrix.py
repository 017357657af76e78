"""The matrix of a sweep: prompts down, ways of asking across, and in each place what its repeats came to.

Which lines a filter leaves is decided here, and two settings as a grid are worked out; nothing is drawn.
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
from components.tuning.results import Row, metrics
from components.tuning.scorers import GRADED, JUDGED, KINDS

PASSED = "passed"
"""The measure of an answer that is right by every check that it has: 1 or 0."""
PROMPT = "prompt"
"""The axis that is no setting."""
THINKING = "thinking tokens"
COST = "cost ($)"

# What scores 1 or 0. The others measure, or say how good an answer is.
CHECKS = frozenset(KINDS) - {"latency", "cost", JUDGED, GRADED}
_BEGINNING = 110
_GONE = "Its run is no longer in the history."
# Of all places, those that thought longest.
_LONGEST = 0.1

Mark = Literal["passed", "mixed", "wrong", "answered", "failed", "waiting"]
Filter = Literal["all", "failed", "below", "disagree", "thinking"]


@dataclass(frozen=True, slots=True)
class Spread:
    """Of the `n` values that a place has in a measure."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Place:
    """A prompt asked in one way. `rows`: its repeats; `beginning`: of the first answer, else of why there is none.

    `mark`: whether its repeats passed every check, some of them did, or none; `answered` where nothing can be right or
    wrong, `failed` where no call was answered, `waiting` where none has ended.
    """

    line: int
    column: int
    rows: tuple[Row, ...]
    mark: Mark
    beginning: str
    spreads: Mapping[str, Spread]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`places`: line by line. `names`: what can be compared in it, by name, with whether less of it is better."""

    lines: tuple[str, ...]
    columns: tuple[str, ...]
    repeats: int
    names: Mapping[str, bool | None]
    checks: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def judged(self) -> tuple[str, ...]:
        """The names of what says how good an answer is, by the model or by a person."""
        return tuple(name for name in self.names if name == GRADED or name.partition(": ")[0] == JUDGED)

    def place(self, line: int, column: int) -> Place:
        """The place where a line and a column meet."""
        return self.places[line * len(self.columns) + column]


@dataclass(frozen=True, slots=True)
class View:
    """What a filter leaves: the lines in the order in which they are shown, and the places that it is about.

    `hits` is None where it is about none in particular.
    """

    lines: tuple[int, ...]
    hits: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """One measure over two axes. `spreads`: (down, across) -> of all answers there; a pair without any is left out."""

    down: tuple[str, ...]
    across: tuple[str, ...]
    spreads: Mapping[tuple[int, int], Spread]


def matrix_of(plan: Plan, some: Sequence[Row]) -> Matrix:
    """The matrix of a plan; `some` are the rows of all its cells, in order."""
    checks = tuple(scorer.name for scorer in plan.scorers if scorer.kind in CHECKS)
    names: dict[str, bool | None] = {PASSED: False} if any(passed(row, checks) is not None for row in some) else {}
    names |= {name: lower for name, lower in metrics(plan, some).items() if any(name in row.values for row in some)}
    width, count = len(plan.variants), len(plan.questions) * len(plan.variants)
    places = []
    for at in range(count):
        line, column = divmod(at, width)
        # Repeats come last in the numbers of a plan's cells.
        repeats = tuple(some[number] for number in range(at, len(some), count))
        places.append(_place(line, column, repeats, names, checks))
    return Matrix(
        tuple(_beginning(question.prompt) for question in plan.questions),
        tuple(variant.label for variant in plan.variants),
        plan.repeats,
        names,
        checks,
        tuple(places),
    )


def passed(row: Row, checks: Sequence[str]) -> bool | None:
    """Whether an answer is right by every check that could be made of it; None where none could."""
    values = [row.values[name] for name in checks if name in row.values]
    return all(value >= 1 for value in values) if values else None


def value_of(row: Row, name: str, checks: Sequence[str]) -> float | None:
    """What a row has in a measure; None where it has none."""
    if name != PASSED:
        return row.values.get(name)
    right = passed(row, checks)
    return None if right is None else float(right)


def view_of(matrix: Matrix, chosen: Filter, name: str = "", limit: float = 0.0) -> View:
    """What is left of the matrix.

    `failed`: a call failed, or an answer is wrong. `below`: the mean of the measure `name` is less than `limit`, or
    more where less is better. `disagree`: one prompt is answered rightly in one way and wrongly in another; where
    nothing is right or wrong, judged differently, or else in other words. `thinking`: the tenth of the places that
    thought longest, and its lines in that order.
    """
    if chosen == "all":
        return View(tuple(range(len(matrix.lines))))
    if chosen == "thinking":
        return _longest_thinking(matrix)
    hits: set[int] = set()
    if chosen == "disagree":
        for line in range(len(matrix.lines)):
            hits |= _at_odds(matrix, line)
    elif chosen == "failed":
        for at, place in enumerate(matrix.places):
            if place.mark in ("wrong", "mixed", "failed") or any(row.status == "failed" for row in place.rows):
                hits.add(at)
    else:
        more = matrix.names.get(name) is True
        for at, place in enumerate(matrix.places):
            spread = place.spreads.get(name)
            if spread is not None and (spread.mean > limit if more else spread.mean < limit):
                hits.add(at)
    return View(tuple(sorted({at // len(matrix.columns) for at in hits})), frozenset(hits))


def axes_of(plan: Plan) -> dict[str, tuple[str, ...]]:
    """What can be an axis of a grid, the prompt as well: name -> its values as texts, of each that has at least two."""
    found: dict[str, dict[str, None]] = {}
    for variant in plan.variants:
        for name, value in variant.settings.items():
            found.setdefault(name, {})[_value(value)] = None
    axes = {name: tuple(values) for name, values in found.items() if len(values) > 1}
    return axes | ({PROMPT: tuple(_lines(plan))} if len(plan.questions) > 1 else {})


def grid_of(plan: Plan, matrix: Matrix, name: str, down: str, across: str) -> Grid:
    """The measure `name` over two of `axes_of`, whatever the other settings stood at."""
    axes = axes_of(plan)
    groups: dict[tuple[int, int], list[float]] = {}
    rows_of = {axis: {value: at for at, value in enumerate(values)} for axis, values in axes.items()}
    prompts = _lines(plan)

    def position(axis: str, place: Place) -> int | None:
        if axis == PROMPT:
            return rows_of[axis][prompts[place.line]]
        settings = plan.variants[place.column].settings
        return rows_of[axis][_value(settings[axis])] if axis in settings else None

    for place in matrix.places:
        row, column = position(down, place), position(across, place)
        if row is None or column is None:
            continue
        for one in place.rows:
            value = value_of(one, name, matrix.checks)
            if value is not None:
                groups.setdefault((row, column), []).append(value)
    return Grid(_labels(axes[down]), _labels(axes[across]), {at: _spread(values) for at, values in groups.items()})


def columns_at(plan: Plan, matrix: Matrix, axis: str, value: int) -> tuple[int, ...]:
    """The ways of asking that have the `value`-th value of an axis in `axes_of`; of the prompt, all of them."""
    if axis == PROMPT:
        return tuple(range(len(matrix.columns)))
    wanted = axes_of(plan)[axis][value]
    return tuple(
        at
        for at, variant in enumerate(plan.variants)
        if axis in variant.settings and _value(variant.settings[axis]) == wanted
    )


def _place(
    line: int, column: int, repeats: tuple[Row, ...], names: Mapping[str, object], checks: Sequence[str]
) -> Place:
    spreads = {}
    for name in names:
        values = [value for row in repeats if (value := value_of(row, name, checks)) is not None]
        if values:
            spreads[name] = _spread(values)
    answered = next((row for row in repeats if row.outcome is not None), None)
    if answered is not None and answered.outcome is not None:
        told = answered.outcome.answer
    else:
        told = repeats[0].note or (_GONE if repeats[0].run_id is not None else "")
    return Place(line, column, repeats, _mark(repeats, spreads.get(PASSED)), _beginning(told), spreads)


def _mark(repeats: Sequence[Row], right: Spread | None) -> Mark:
    if right is not None:
        all_passed = right.mean == 1 and all(row.status != "failed" for row in repeats)
        return "wrong" if right.mean == 0 else "passed" if all_passed else "mixed"
    if any(row.outcome is not None for row in repeats):
        return "answered"
    return "failed" if any(row.status == "failed" for row in repeats) else "waiting"


def _spread(values: Sequence[float]) -> Spread:
    return Spread(sum(values) / len(values), min(values), max(values), len(values))


def _at_odds(matrix: Matrix, line: int) -> set[int]:
    """The places of a line that differ from what most of it says; all of them where no outcome has most."""
    start = line * len(matrix.columns)
    said = {at: outcome for at in range(start, start + len(matrix.columns)) if (outcome := _outcome(matrix, at))}
    counted = Counter(said.values()).most_common(2)
    if len(counted) < 2:
        return set()
    usual = counted[0][0] if counted[0][1] > counted[1][1] else None
    return {at for at, outcome in said.items() if outcome != usual}


def _outcome(matrix: Matrix, at: int) -> str:
    """What a place says, in a word that can be compared; empty where it says nothing yet."""
    place = matrix.places[at]
    if place.mark in ("failed", "waiting"):
        return ""
    if place.mark != "answered":
        return place.mark
    judged = [f"{place.spreads[name].mean:.6g}" for name in matrix.judged if name in place.spreads]
    if judged:
        return " ".join(judged)
    answers = {" ".join(row.outcome.answer.split()).casefold().rstrip(".") for row in place.rows if row.outcome}
    return "said " + "\n".join(sorted(answers))


def _longest_thinking(matrix: Matrix) -> View:
    means = ((place.spreads.get(THINKING), at) for at, place in enumerate(matrix.places))
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


def _lines(plan: Plan) -> list[str]:
    """The prompts' beginnings, each with its number: two may begin alike."""
    return [f"{number}. {_beginning(question.prompt)}" for number, question in enumerate(plan.questions, start=1)]
