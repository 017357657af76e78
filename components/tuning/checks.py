"""The checks of a single row, which are promptfoo's assertions as data, each with promptfoo's own verdict.

They are JSON in the row's column `checks`. None is run as a program. How each decides:
https://www.promptfoo.dev/docs/configuration/expected-outputs/deterministic/ (read 2026-11-28, version 0.121.20).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import regex

from components.core.typed_json import NotJson, read_typed_json
from components.runs.metrics import Figures
from components.tuning.schema import validator_of, violation

COLUMN = "checks"
_NOT = "not-"
# A pattern that backtracks for ever is cut off; any other takes milliseconds on the longest answer.
PATIENCE_S = 1.0


class CannotTell(ValueError):
    """The check has no verdict; the text says why."""


def verdict(setting: str, answer: str, figures: Figures) -> tuple[bool | None, str]:
    """Whether the answer passes every check of the row, and which it failed; None where one has no verdict.

    Raises: ValueError with a sentence if they cannot be read.
    """
    failed = []
    for check in read_checks(setting):
        try:
            if not passes(check, answer, figures):
                failed.append(_in_words(check))
        except CannotTell as error:
            return None, f"{_in_words(check)}: {error}"
    return not failed, f"failed: {'; '.join(failed)}" if failed else ""


def passes(check: Mapping[str, Any], answer: str, figures: Figures) -> bool:
    """Whether the answer passes one check. Raises: CannotTell."""
    kind = str(check["type"])
    return _TESTS[kind.removeprefix(_NOT)](check, answer, figures) != kind.startswith(_NOT)


def read_checks(setting: str) -> list[Mapping[str, Any]]:
    """The checks in a row's column. Raises: ValueError with a sentence if one is not known or lacks its value."""
    try:
        checks = read_typed_json(setting) if setting.strip() else []
    except NotJson as error:
        raise ValueError(f"The row's checks cannot be read. {error}") from error
    if not isinstance(checks, list) or not all(isinstance(check, dict) for check in checks):
        raise ValueError("The row's checks are no list of JSON objects.")
    for check in checks:
        if problem := problem_of(check):
            raise ValueError(f"The row's checks: {problem}")
    return checks


def problem_of(check: Mapping[str, Any]) -> str | None:
    """Why a check cannot be used here, in a sentence; None if it can."""
    kind = str(check.get("type", ""))
    base, value = kind.removeprefix(_NOT), check.get("value")
    if base not in _TESTS:
        return f"`{kind[:60]}` is not known here."
    if base in ("cost", "latency"):
        threshold = check.get("threshold")
        number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
        return None if number else f"`{kind}` has no threshold."
    if base in _LISTS:
        return None if isinstance(value, list) and value else f"`{kind}` has no list of texts."
    if base == "is-json":
        return _schema_problem(kind, value)
    if base == "regex":
        return _pattern_problem(kind, value)
    if base == "equals":
        return None if "value" in check and value is not None else f"`{kind}` has no value."
    return None if isinstance(value, str | int | float) and value != "" else f"`{kind}` has no text."


def _in_words(check: Mapping[str, Any]) -> str:
    """The check in a few words."""
    value = check.get("value", check.get("threshold", ""))
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{check['type']} {words[:80]}".rstrip()


def _schema_problem(kind: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        return f"The schema of `{kind}` is no object."
    try:
        validator_of(json.dumps(value))
    except ValueError as error:
        return f"`{kind}`: {error}"
    return None


def _pattern_problem(kind: str, value: object) -> str | None:
    if not isinstance(value, str) or not value:
        return f"`{kind}` has no pattern."
    try:
        compiled(value)
    except ValueError as error:
        return f"`{kind}`: {error}"
    return None


@cache
def compiled(pattern: str) -> regex.Pattern[str]:
    """A pattern, ready for use. Raises: ValueError with a sentence if it cannot be read."""
    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"The pattern cannot be read: {error}.") from error


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _json(text: str) -> Any:
    try:
        return read_typed_json(text)
    except NotJson:
        return _NO_JSON


_NO_JSON = object()


def _equals(check: Mapping[str, Any], answer: str, _: Figures) -> bool:
    value = check["value"]
    return bool(_json(answer) == value) if isinstance(value, dict | list) else answer == _text(value)


def _regex(check: Mapping[str, Any], answer: str, _: Figures) -> bool:
    try:
        return compiled(check["value"]).search(answer, timeout=PATIENCE_S) is not None
    except TimeoutError as error:
        raise CannotTell(f"the pattern took more than {PATIENCE_S:g} s and was cut off") from error


def _is_json(check: Mapping[str, Any], answer: str, _: Figures) -> bool:
    value = _json(answer)
    if value is _NO_JSON or check.get("value") is None:
        return value is not _NO_JSON
    try:
        return violation(json.dumps(check["value"]), value) is None
    except (TimeoutError, ValueError) as error:
        raise CannotTell("checking against the schema was cut off") from error


def _latency(check: Mapping[str, Any], answer: str, figures: Figures) -> bool:
    if figures.total_s is None:
        raise CannotTell("the time is not known")
    return bool(figures.total_s * 1000 <= check["threshold"])


def _cost(check: Mapping[str, Any], answer: str, figures: Figures) -> bool:
    if figures.cost_usd is None:
        raise CannotTell("the cost is not known")
    return bool(float(figures.cost_usd) <= check["threshold"])


_Test = Callable[[Mapping[str, Any], str, Figures], bool]
_LISTS = ("contains-any", "contains-all", "icontains-any", "icontains-all")
_TESTS: Mapping[str, _Test] = MappingProxyType(
    {
        "equals": _equals,
        "contains": lambda check, answer, _: _text(check["value"]) in answer,
        "icontains": lambda check, answer, _: _text(check["value"]).lower() in answer.lower(),
        "contains-any": lambda check, answer, _: any(_text(one) in answer for one in check["value"]),
        "contains-all": lambda check, answer, _: all(_text(one) in answer for one in check["value"]),
        "icontains-any": lambda check, answer, _: any(_text(one).lower() in answer.lower() for one in check["value"]),
        "icontains-all": lambda check, answer, _: all(_text(one).lower() in answer.lower() for one in check["value"]),
        "starts-with": lambda check, answer, _: answer.startswith(_text(check["value"])),
        "regex": _regex,
        "is-json": _is_json,
        "latency": _latency,
        "cost": _cost,
    }
)
