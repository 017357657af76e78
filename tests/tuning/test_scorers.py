"""Each scorer: what passes, what does not, what cannot be scored, and what is refused before anything is paid."""

import json
from decimal import Decimal

import pytest

from components.core.errors import ParameterError
from components.core.usage import Usage
from components.runs.metrics import Figures
from components.tuning import schema, scorers
from components.tuning.scorers import GRADED, JUDGED, KINDS, Observation, Score, Scorer, check_scorer, score

FIGURES = Figures(Usage(), Decimal("0.0123"), None, None, None, 2.5, None)
UNKNOWN = Figures(Usage(), None, None, None, None, None, None)
SCHEMA = '{"type":"object","required":["n"],"properties":{"n":{"type":"integer"},"s":{"pattern":"^a+$"}}}'
GERMAN = "Das ist ein schöner Tag, und ich gehe mit meinem Hund im Wald spazieren."


def value(kind, setting, answer, expected=""):
    return score(Scorer(kind, setting), Observation(answer, expected, FIGURES)).value


@pytest.mark.parametrize(
    ("kind", "setting", "answer", "expected"),
    [
        ("contains", "Five Cents", "It is five cents.", 1),
        ("contains", "ten", "It is five cents.", 0),
        ("equals", "5  cents", "5 Cents.\n", 1),
        ("equals", "5", "5 cents", 0),
        ("regex", r"\b5\b", "It is 5 cents", 1),
        ("regex", r"^\d+$", "It is 5", 0),
        ("json", "", '{"a": [1, 2]}', 1),
        ("json", "", 'Here:\n```json\n{"a": 1}\n```\nDone.', 1),
        ("json", "", "{'a': 1}", 0),
        ("json", "", "NaN", 0),
        ("json", "", "[" * 100_000, 0),
        ("schema", SCHEMA, '{"n": 3, "s": "aaa"}', 1),
        ("schema", SCHEMA, '{"n": "3"}', 0),
        ("schema", SCHEMA, '{"n": 3, "s": "b"}', 0),
        ("schema", SCHEMA, "no JSON", 0),
        ("length", "3-5", "one two three four", 1),
        ("length", "-2", "one two three", 0),
        ("length", "3-", "one two three", 1),
        ("language", "de", GERMAN, 1),
        ("language", "en", GERMAN, 0),
        ("number", "42", "The answer is 42.", 1),
        ("number", "3.14 +- 0.01", "About 3.149", 1),
        ("number", "3.14 ± 0.01", "About 3.16", 0),
        ("number", "100 +- 5%", "First 3, then 104.9", 1),
        ("number", "1234567", "In all 1,234,567 of them", 1),
        ("number", "-2", "It is -2", 1),
        ("number", "2", "no number here", 0),
        ("language", "zh", "这是一个很好的天气", 1),
        ("language", "ja", "こんにちは", 1),
        ("latency", "", "", 2.5),
        ("cost", "", "", 0.0123),
    ],
)
def test_the_value(kind, setting, answer, expected):
    assert value(kind, setting, answer) == expected


@pytest.mark.parametrize(("kind", "answer"), [("contains", "It is 5."), ("equals", "5"), ("number", "5.0")])
def test_without_a_setting_the_expected_answer_of_the_prompt_counts(kind, answer):
    assert value(kind, "", answer, "5") == 1
    missing = score(Scorer(kind), Observation(answer, "", FIGURES))
    assert missing == Score(None, "There is no expected answer.")


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(scorers, "PATIENCE_S", 0.1)
    monkeypatch.setattr(schema, "PATIENCE_S", 0.1)


def test_a_pattern_that_backtracks_for_ever_is_cut_off(impatient):
    found = score(Scorer("regex", r"^(a|aa|a?)+b?$"), Observation("a" * 4_000 + "!", "", FIGURES))
    assert found.value is None and "cut off" in found.note


EVIL = "^(a|aa|a?)+b?$"
LONG = "a" * 4_000 + "!"
STEPS = 40
# Each step is two of the next: 2 to the power of 40 checks.
DOUBLING = {f"s{step}": {"allOf": [{"$ref": f"#/$defs/s{step + 1}"}] * 2} for step in range(STEPS)}


@pytest.mark.parametrize(
    ("hostile", "answer"),
    [
        ({"type": "string", "pattern": EVIL}, LONG),
        ({"patternProperties": {EVIL: {}}}, {LONG: 1}),
        ({"patternProperties": {EVIL: {}}, "additionalProperties": False}, {LONG: 1}),
        ({"propertyNames": {"pattern": EVIL}}, {LONG: 1}),
        ({"$ref": "#/$defs/s0", "$defs": {**DOUBLING, f"s{STEPS}": {"type": "object"}}}, {}),
        ({"$ref": "#"}, {}),
    ],
    ids=["pattern", "patternProperties", "additionalProperties", "propertyNames", "doubling", "endless"],
)
def test_a_schema_that_would_take_for_ever_is_cut_off(impatient, hostile, answer):
    found = score(Scorer("schema", json.dumps(hostile)), Observation(json.dumps(answer), "", FIGURES))
    assert found.value is None and "cut off" in found.note


def test_long_lists_are_found_unique_without_comparing_each_with_each():
    whole = [{"a": number} for number in range(20_000)]
    unique = json.dumps({"uniqueItems": True})
    assert value("schema", unique, json.dumps(whole)) == 1
    assert value("schema", unique, json.dumps([*whole, {"a": 7.0}])) == 0  # 7 and 7.0 are one number
    assert value("schema", unique, "[1, true]") == 1


def test_what_a_schema_does_not_name_is_a_breach_where_it_says_so():
    closed = '{"properties": {"a": {}}, "patternProperties": {"^x": {}}, "additionalProperties": false}'
    assert value("schema", closed, '{"a": 1, "x2": 1}') == 1
    found = score(Scorer("schema", closed), Observation('{"b": 1}', "", FIGURES))
    assert found == Score(0.0, "$: 'b' is not allowed")
    assert value("schema", '{"additionalProperties": {"type": "integer"}}', '{"b": "1"}') == 0


def test_a_schema_fetches_nothing_from_the_network():
    found = score(Scorer("schema", '{"$ref":"http://127.0.0.1:9/x.json"}'), Observation("1", "", FIGURES))
    assert found == Score(None, "The schema refers to something that is not in it.")


def test_what_was_not_reported_is_no_number():
    for kind in ("latency", "cost"):
        assert score(Scorer(kind), Observation("", "", UNKNOWN)) == Score(None, "not reported")


@pytest.mark.parametrize("answer", ["OK", "No", "Paris", "42", "", "```python\nprint('Guten Tag, wie geht es')\n```"])
def test_an_answer_too_short_for_its_language_is_not_guessed(answer):
    assert value("language", "en", answer) is None


@pytest.mark.parametrize(
    ("scorer", "words"),
    [
        (Scorer("regex", "(unclosed"), "The pattern cannot be read"),
        (Scorer("schema", "{"), "not valid JSON"),
        (Scorer("schema", '{"type": "nonsense"}'), "not a JSON schema"),
        (Scorer("schema"), "needs a JSON schema"),
        (Scorer("length", "many"), "written as 50-100"),
        (Scorer("length", "9-3"), "begins with the larger"),
        (Scorer("schema", "42"), "it is no object"),
        (Scorer("schema", '{"pattern": "("}'), "not a JSON schema"),
        (Scorer("schema", '{"patternProperties": {"a": {}}, "unevaluatedProperties": false}'), "cannot be used here"),
        (Scorer("language", "klingon"), "not a language that can be told"),
        (Scorer("number", "forty"), "written as 42"),
        (Scorer("number", "1 +- nan"), "written as 42"),
        (Scorer("contains"), "or an expected answer for every prompt"),
        (Scorer(JUDGED), "needs what a good answer does"),
        (Scorer("python", "1"), "not a scorer"),
    ],
    ids=lambda case: getattr(case, "name", ""),
)
def test_a_setting_that_cannot_work_is_refused_in_a_sentence(scorer, words):
    with pytest.raises(ParameterError, match=words):
        check_scorer(scorer, expected=False)


def test_what_can_work_is_let_through():
    for kind, setting in (("regex", "a"), ("schema", SCHEMA), ("length", "1-2"), ("language", "de"), (GRADED, "")):
        check_scorer(Scorer(kind, setting), expected=False)
    check_scorer(Scorer("number"), expected=True)


@pytest.mark.parametrize(
    ("setting", "answer", "expected", "found", "note"),
    [
        ("42", "17 * 2 is 34, plus 8 is 42", "", 1, "the last number is 42"),
        ("last 42", "42, not 41", "", 0, "the last number is 41"),
        ("first 42", "42, not 41", "", 1, "the first number is 42"),
        ("first", "391 is 17 * 23", "391", 1, "the first number is 391"),
        ("any 3.1 +- 0.1", "2, 3.14 and 9", "", 1, "the nearest number is 3.14"),
        ("any", "none here", "7", 0, "The answer holds no number."),
    ],
)
def test_which_number_of_an_answer_counts_is_chosen_and_said(setting, answer, expected, found, note):
    scorer = Scorer("number", setting)
    check_scorer(scorer, expected=bool(expected))
    assert score(scorer, Observation(answer, expected, FIGURES)) == Score(found, note)


def test_a_number_must_follow_the_word_or_be_expected():
    with pytest.raises(ParameterError, match="or an expected answer for every prompt"):
        check_scorer(Scorer("number", "first"), expected=False)
    with pytest.raises(ParameterError, match="written as 42"):
        check_scorer(Scorer("number", "second 42"), expected=False)


def test_less_is_better_only_where_something_is_measured():
    assert {kind for kind in KINDS if Scorer(kind).lower_is_better} == {"latency", "cost"}
