"""The checks of a row, each decided as promptfoo decides it."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from components.tuning.checks import problem_of, verdict

FIGURES = SimpleNamespace(total_s=0.5, cost_usd=Decimal("0.002"))


def passes(answer, **check):
    import json

    return verdict(json.dumps([check]), answer, FIGURES)[0]


@pytest.mark.parametrize(
    ("check", "passing", "failing"),
    [
        ({"type": "equals", "value": "Paris"}, "Paris", "paris"),
        ({"type": "equals", "value": 4}, "4", "4.0"),
        ({"type": "equals", "value": {"a": [1]}}, '{ "a": [1] }', '{"a": [2]}'),
        ({"type": "contains", "value": "Par"}, "Paris", "paris"),
        ({"type": "icontains", "value": "PAR"}, "Paris", "Lima"),
        ({"type": "not-contains", "value": "Par"}, "Lima", "Paris"),
        ({"type": "contains-any", "value": ["a", "b"]}, "b", "c"),
        ({"type": "contains-all", "value": ["a", "b"]}, "ba", "a"),
        ({"type": "starts-with", "value": "P"}, "Paris", "paris"),
        ({"type": "regex", "value": "^P.+s$"}, "Paris", "In Paris"),
        ({"type": "is-json"}, '{"a": 1}', '```json\n{"a": 1}\n```'),
        ({"type": "is-json", "value": {"required": ["a"]}}, '{"a": 1}', "{}"),
        ({"type": "not-is-json"}, "no", "1"),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_a_check_passes_and_fails(check, passing, failing):
    assert (passes(passing, **check), passes(failing, **check)) == (True, False)


def test_figures_are_compared_with_thresholds_and_what_is_not_known_has_no_verdict():
    assert passes("", type="latency", threshold=500) and not passes("", type="latency", threshold=499)
    assert passes("", type="cost", threshold=0.002) and not passes("", type="cost", threshold=0.001)
    unknown = SimpleNamespace(total_s=None, cost_usd=None)
    assert verdict('[{"type": "cost", "threshold": 1}]', "", unknown) == (None, "cost 1: the cost is not known")


def test_all_checks_must_pass_and_those_that_failed_are_named():
    setting = '[{"type": "contains", "value": "a"}, {"type": "equals", "value": "b"}]'
    assert verdict(setting, "a", FIGURES) == (False, "failed: equals b")


@pytest.mark.parametrize(
    "check",
    [{}, {"type": "javascript"}, {"type": "regex", "value": "("}, {"type": "latency"}, {"type": "is-json", "value": 1}],
)
def test_a_check_that_cannot_be_used_says_why(check):
    assert problem_of(check)
