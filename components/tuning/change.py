"""Compares two sweeps: their prompts are matched, and the differences tested in pairs.

A prompt's value is the mean over its cells, so repeats are no further evidence: the prompts are the sample.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose

from components.core.spreadsheet import write_csv
from components.tuning.plan import Plan, Question
from components.tuning.results import Row
from components.tuning.statistics import LEVEL, Summary, paired_p, summarise

BETTER, WORSE, SAME, HIGHER, LOWER = "better", "worse", "same", "higher", "lower"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sweeps: all its rows, or those of one way of asking."""

    plan: Plan
    rows: Sequence[Row]
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt of both sweeps: its means with their numbers of cells, the verdict (`BETTER`, …), and all rows."""

    prompt: str
    before: float
    after: float
    before_n: int
    after_n: int
    verdict: str
    before_rows: Sequence[Row]
    after_rows: Sequence[Row]

    @property
    def difference(self) -> float:
        """The later mean minus the earlier one."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Change:
    """`summary` of the differences, and `p` of the paired test; None and 1.0 where nothing was matched.

    `only_before`, `only_after`: prompts of one sweep alone; `no_value`: prompts of both without a value in one of them.
    `other_expected`: how many of the pairs expect another answer now.
    """

    metric: str
    lower_is_better: bool | None
    pairs: tuple[Pair, ...]
    summary: Summary | None
    p: float
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    no_value: tuple[str, ...]
    other_expected: int

    def count(self, verdict: str) -> int:
        """How many pairs have that verdict."""
        return sum(pair.verdict == verdict for pair in self.pairs)


def change(before: Side, after: Side, metric: str, lower_is_better: bool | None) -> Change:
    """Compares two sweeps in one metric, prompt by prompt."""
    matched, only_before, only_after = match(before.plan.questions, after.plan.questions)
    pairs, no_value, others = [], [], 0
    then_rows, now_rows = _by_question(before), _by_question(after)
    for then, now in matched:
        question = after.plan.questions[now]
        sides = then_rows.get(then, []), now_rows.get(now, [])
        values = [[row.values[metric] for row in rows if metric in row.values] for rows in sides]
        if not all(values):
            no_value.append(question.prompt)
            continue
        old, new = (sum(some) / len(some) for some in values)
        verdict = _verdict(old, new, lower_is_better)
        pairs.append(Pair(question.prompt, old, new, len(values[0]), len(values[1]), verdict, *sides))
        others += before.plan.questions[then].expected != question.expected
    differences = [0.0 if pair.verdict == SAME else pair.difference for pair in pairs]
    return Change(
        metric,
        lower_is_better,
        tuple(pairs),
        summarise(differences),
        paired_p(differences),
        tuple(before.plan.questions[number].prompt for number in only_before),
        tuple(after.plan.questions[number].prompt for number in only_after),
        tuple(no_value),
        others,
    )


def match(before: Sequence[Question], after: Sequence[Question]) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Pairs of indices of matching questions, in the order of `after`; then the unmatched indices of each sweep.

    First those are matched that are equal; then those with the same prompt; then those made of the same row of a table
    by another template. Of several equal ones the first is matched with the first.
    """
    left_before, left_after = dict(enumerate(before)), dict(enumerate(after))
    found = []
    for key in _KEYS:
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for number, question in left_before.items():
            if (value := key(question)) is not None:
                waiting[value].append(number)
        for number, question in list(left_after.items()):
            same = waiting.get(key(question))
            if same:
                found.append((then := same.popleft(), number))
                del left_before[then], left_after[number]
    return sorted(found, key=lambda pair: pair[1]), list(left_before), list(left_after)


def sentence(found: Change) -> str:
    """The result in a sentence that claims no more than the interval and the test do."""
    n = len(found.pairs)
    if not n or found.summary is None:
        return f"Nothing can be compared: no prompt has {found.metric} in both sweeps."
    mean, low, high = found.summary.mean, found.summary.low, found.summary.high
    prompts = f"{n:,} {'prompt' if n == 1 else 'prompts'}"
    if found.count(SAME) == n:
        return f"No difference: {found.metric} is the same for each of the {prompts} that both sweeps ask."
    size = f"{found.metric} is {abs(mean):.3g} {'higher' if mean > 0 else 'lower'} on average over {prompts}"
    if low is None or high is None:
        return f"One prompt shows nothing: {size}."
    interval, test = f"95% interval {low:+.3g} to {high:+.3g}", f"paired permutation test, {_p(found.p)}"
    inside = low <= 0 <= high
    if inside or found.p >= LEVEL:
        why = "the interval holds 0" if inside else "so few prompts can differ as much by chance"
        return f"No change beyond chance: {size} ({interval}; {test}); {why}."
    if found.lower_is_better is None:
        return f"Changed beyond chance, neither way being better by itself: {size} ({interval}; {test})."
    word = "Better" if (mean < 0) == found.lower_is_better else "Worse"
    return f"{word} beyond chance: {size} ({interval}; {test})."


def left_out(found: Change) -> list[str]:
    """A sentence for each group of prompts that was not compared, and for those that expect another answer now."""
    several = {
        "only the earlier sweep asks": found.only_before,
        "only this sweep asks": found.only_after,
        f"{'have' if len(found.no_value) != 1 else 'has'} no {found.metric} in one of the sweeps": found.no_value,
    }
    sentences = [
        f"Not compared: {len(prompts):,} {'prompt' if len(prompts) == 1 else 'prompts'} that {words}."
        for words, prompts in several.items()
        if prompts
    ]
    if found.other_expected:
        many = f"{found.other_expected:,} {'prompt expects' if found.other_expected == 1 else 'prompts expect'}"
        sentences.append(f"{many} another answer now.")
    return sentences


def scored_apart(before: Plan, after: Plan) -> list[str]:
    """The names of scorers that only one of the sweeps has with these settings: they cannot be compared."""
    then, now = ([scorer.name for scorer in plan.scorers] for plan in (before, after))
    return [name for name in dict.fromkeys((*then, *now)) if (name in then) != (name in now)]


def as_csv(found: Change) -> str:
    """A line for each pair, then one for each prompt that was not compared, with the reason."""
    head = ["prompt", f"{found.metric} before", f"{found.metric} now", "difference", "result", "n before", "n now"]
    lines: list[list[object]] = [
        [pair.prompt, pair.before, pair.after, pair.difference, pair.verdict, pair.before_n, pair.after_n]
        for pair in found.pairs
    ]
    missing: Mapping[str, Sequence[str]] = {
        "only in the earlier sweep": found.only_before,
        "only in this sweep": found.only_after,
        "no value in one of them": found.no_value,
    }
    lines += [[prompt, "", "", "", why, "", ""] for why, prompts in missing.items() for prompt in prompts]
    return write_csv(head, lines)


def _by_question(side: Side) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in side.rows:
        if side.variant in (None, row.variant):
            found[side.plan.cell(row.number).question].append(row)
    return found


def _prompt(question: Question) -> str:
    return " ".join(question.prompt.split())


def _row(question: Question) -> Hashable:
    return tuple(sorted(question.columns.items())) or None


_KEYS: tuple[Callable[[Question], Hashable], ...] = (
    lambda question: (_prompt(question), question.expected, _row(question)),
    lambda question: (_prompt(question), _row(question)),
    _prompt,
    _row,
)


def _verdict(before: float, after: float, lower_is_better: bool | None) -> str:
    if isclose(before, after, rel_tol=1e-9, abs_tol=1e-12):
        return SAME
    if lower_is_better is None:
        return HIGHER if after > before else LOWER
    return BETTER if (after < before) == lower_is_better else WORSE


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"
