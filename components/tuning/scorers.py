"""Scorers: how an answer is scored, each as data. Nothing that a user writes is run as a program.

A scorer gives 1 or 0 where the answer can be right or wrong. `latency` and `cost` measure: less is better. `rubric` is
judged by the model in a call of its own (`judge`), `grade` by a person.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from components.core.errors import ParameterError
from components.runs.metrics import Figures
from components.tuning.checks import PATIENCE_S, compiled, verdict
from components.tuning.numbers import numbers_in, read_number
from components.tuning.schema import validator_of, violation

# Of a few words every language seems as likely as the next.
_CERTAIN = 0.5
_FENCED = re.compile(r"```[a-zA-Z]*\n(.*?)```", re.DOTALL)

JUDGED = "rubric"
GRADED = "grade"
CHECKED = "checks"


@dataclass(frozen=True, slots=True)
class Observation:
    """What is scored: the answer, what was expected of it (empty: nothing), and the figures of its run.

    `checks`: those of its row alone, see `checks`; may be empty.
    """

    answer: str
    expected: str
    figures: Figures
    checks: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """`value` None: the answer could not be scored, and `note` says why."""

    value: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scorer:
    """One way to score. `setting` is what its kind asks for: a text, a pattern, a schema, a number; may be empty."""

    kind: str
    setting: str = ""

    @property
    def name(self) -> str:
        """The name of its column in the results."""
        return f"{self.kind}: {self.setting}" if self.setting else self.kind

    @property
    def lower_is_better(self) -> bool:
        """Whether a lower value is better."""
        return KINDS[self.kind].lower_is_better


@dataclass(frozen=True, slots=True)
class Kind:
    """`asks`: what `setting` is, in words; `expects`: an empty setting means the expected answer of the prompt.

    `needed`: without a setting it cannot be used. `check` refuses a setting with a sentence (ValueError). `ways`: words
    of which one may come before the setting and says what of the answer counts; by default the first.
    """

    label: str
    asks: str
    score: Callable[[Observation, str], Score] | None
    expects: bool = False
    needed: bool = False
    lower_is_better: bool = False
    check: Callable[[str], object] = field(default=lambda setting: None)
    modes: tuple[str, ...] = ()


def score(scorer: Scorer, observed: Observation) -> Score:
    """Scores one answer. Where it cannot be scored the value is None, and the note says why."""
    kind = KINDS[scorer.kind]
    assert kind.score is not None, f"{scorer.kind} is not scored here"
    mode, setting = split_setting(scorer)
    if kind.expects and not setting:
        if not observed.expected:
            return Score(None, "There is no expected answer.")
        setting = observed.expected
    setting = f"{mode} {setting}" if mode else setting
    try:
        return kind.score(observed, setting)
    except ValueError as error:  # an expected answer from a table is checked only here
        return Score(None, str(error))


def split_setting(scorer: Scorer) -> tuple[str, str]:
    """The mode that the setting begins with, else the kind's first one (empty without modes); and the rest."""
    modes = KINDS[scorer.kind].modes
    first, _, rest = scorer.setting.strip().partition(" ")
    if first in modes:
        return first, rest.strip()
    return (modes[0] if modes else ""), scorer.setting


def check_scorer(scorer: Scorer, *, expected: bool) -> None:
    """Checks that a scorer can score; `expected`: whether every prompt has an expected answer.

    Raises: ParameterError with one sentence.
    """
    if scorer.kind not in KINDS:
        raise ParameterError({scorer.kind: f"{scorer.kind!r} is not a scorer; known are {', '.join(KINDS)}."})
    kind = KINDS[scorer.kind]
    _, setting = split_setting(scorer)
    if not setting:
        if kind.needed:
            raise ParameterError({scorer.kind: f"The scorer “{kind.label}” needs {kind.asks}."})
        if kind.expects and not expected:
            words = f"The scorer “{kind.label}” needs {kind.asks}, or an expected answer for every prompt."
            raise ParameterError({scorer.kind: words})
        return
    try:
        kind.check(setting)
    except ValueError as error:
        raise ParameterError({scorer.kind: f"The scorer “{kind.label}”: {error}"}) from error


def _contains(observed: Observation, text: str) -> Score:
    return _passed(text.casefold() in observed.answer.casefold())


def _equals(observed: Observation, text: str) -> Score:
    return _passed(_plain(observed.answer) == _plain(text))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


def _regex(observed: Observation, pattern: str) -> Score:
    try:
        return _passed(compiled(pattern).search(observed.answer, timeout=PATIENCE_S) is not None)
    except TimeoutError:
        return Score(None, f"The pattern took more than {PATIENCE_S:g} s and was cut off: it backtracks.")


def _is_json(observed: Observation, _: str) -> Score:
    try:
        read_json(observed.answer)
    except ValueError as error:
        return Score(0.0, str(error))
    return Score(1.0)


def _schema(observed: Observation, setting: str) -> Score:
    try:
        value = read_json(observed.answer)
    except ValueError as error:
        return Score(0.0, str(error))
    try:
        found = violation(setting, value)
    except TimeoutError:
        return Score(None, "Checking against the schema took too long and was cut off.")
    return Score(1.0) if found is None else Score(0.0, found)


def read_json(answer: str) -> Any:
    """The JSON of an answer: the whole of it, or the one block of code in it.

    Raises: ValueError with a sentence if it is not JSON; NaN and Infinity are not.
    """
    fenced = _FENCED.findall(answer)
    text = fenced[0] if len(fenced) == 1 else answer

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is not JSON.")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise ValueError(f"Not JSON: {error.msg} at line {error.lineno}.") from error
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply.") from error


def _length(observed: Observation, setting: str) -> Score:
    fewest, most = _range(setting)
    words = len(observed.answer.split())
    return Score(1.0 if fewest <= words <= most else 0.0, f"{words:,} words")


def _range(setting: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{0,7})\s*-\s*(\d{0,7})\s*", setting)
    if match is None or not (match[1] or match[2]):
        raise ValueError(f"A number of words is written as 50-100, 50- or -100, not {setting!r}.")
    fewest, most = int(match[1] or 0), int(match[2] or 10**9)
    if fewest > most:
        raise ValueError(f"{setting!r} begins with the larger number.")
    return fewest, most


def _language(observed: Observation, code: str) -> Score:
    words = _FENCED.sub("", observed.answer)
    if not any(letter.isalpha() for letter in words):
        return Score(None, "The answer has no words.")
    found, certainty = _identifier().classify(words)
    if certainty < _CERTAIN:
        return Score(None, f"The answer is too short to tell its language (perhaps {found}, {certainty:.0%} certain).")
    return Score(1.0 if found == code.strip().lower() else 0.0, f"{found} ({certainty:.0%} certain)")


def _check_language(code: str) -> None:
    known = sorted(_identifier().labels)
    if code.strip().lower() not in known:
        raise ValueError(f"{code!r} is not a language that can be told; known are {', '.join(known)}.")


@cache
def _identifier() -> Any:
    # Imported and read from its file when first needed: a third of a second.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]  # it has no types

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _number(observed: Observation, setting: str) -> Score:
    mode, _, number = setting.partition(" ")
    wanted, tolerance = _tolerance(number)
    found = numbers_in(observed.answer)
    if not found:
        return Score(0.0, "The answer holds no number.")
    nearest = min(found, key=lambda one: abs(one - wanted))
    compared = {"last": found[-1], "first": found[0], "any": nearest}[mode]
    note = f"the {'nearest' if mode == 'any' else mode} number is {compared:.10g}"
    return Score(1.0 if abs(compared - wanted) <= tolerance else 0.0, note)


def _tolerance(setting: str) -> tuple[float, float]:
    number, _, tolerance = setting.replace("±", "+-").partition("+-")
    tolerance = tolerance.strip()
    try:
        wanted = read_number(number)
        if tolerance.endswith("%"):
            allowed = abs(wanted) * read_number(tolerance[:-1]) / 100
        else:
            allowed = read_number(tolerance) if tolerance else 0.0
    except ValueError:
        wanted = allowed = math.nan
    if not (math.isfinite(wanted) and allowed >= 0):
        raise ValueError(f"A number is written as 42, 3.14 +- 0.01 or 100 +- 5%, not {setting!r}.")
    return wanted, allowed


def _latency(observed: Observation, _: str) -> Score:
    return _measured(observed.figures.total_s)


def _cost(observed: Observation, _: str) -> Score:
    cost = observed.figures.cost_usd
    return _measured(None if cost is None else float(cost))


def _checks(observed: Observation, _: str) -> Score:
    if not observed.checks:
        return Score(None, "The row has no checks.")
    passed, note = verdict(observed.checks, observed.answer, observed.figures)
    return Score(None if passed is None else float(passed), note)


def _measured(value: float | None) -> Score:
    return Score(None, "not reported") if value is None else Score(value)


def _passed(passed: bool) -> Score:
    return Score(1.0 if passed else 0.0)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "contains": Kind("Contains", "a text", _contains, expects=True),
        "equals": Kind("Equals", "a text", _equals, expects=True),
        "regex": Kind("Matches a pattern", "a regular expression", _regex, expects=True, check=compiled),
        "json": Kind("Is JSON", "nothing", _is_json),
        "schema": Kind("Is JSON of a schema", "a JSON schema", _schema, needed=True, check=validator_of),
        "length": Kind("Length in words", "a range such as 50-100", _length, needed=True, check=_range),
        "language": Kind("Language", "a code such as en or de", _language, needed=True, check=_check_language),
        "number": Kind(
            "Number within a tolerance",
            "a number such as 42 or 3.14 +- 0.01",
            _number,
            expects=True,
            check=_tolerance,
            modes=("last", "first", "any"),
        ),
        CHECKED: Kind("Checks of the table's rows", "nothing", _checks),
        "latency": Kind("Time (s)", "nothing", _latency, lower_is_better=True),
        "cost": Kind("Cost ($)", "nothing", _cost, lower_is_better=True),
        JUDGED: Kind("Rubric, judged by the model", "what a good answer does", None, needed=True),
        GRADED: Kind("Graded by you, 1 to 5", "nothing", None),
    }
)
"""Every kind by its name, in the order in which they are offered."""
