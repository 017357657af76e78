"""The example tools answer truly, and every bad argument with a sentence for the model."""

import json
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.tools.calculator import calculate
from components.tools.climate import typical_weather
from components.tools.document import DOCUMENT, search
from components.tools.examples import EXAMPLES, answer_call


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1234 * 5678", 7_006_652),
        ("(17 + 4) * 2 ** 10", 21_504),
        ("-7 // 2", -4),
        ("sqrt(2) * sqrt(2)", 2.0000000000000004),
    ],
)
def test_the_calculator_computes(expression, value):
    assert calculate(expression) == value
    assert json.loads(answer_call("calculator", json.dumps({"expression": expression})))["result"] == value


@pytest.mark.parametrize(
    "expression",
    [
        "1/0",
        "2 +",
        "__import__('os')",
        "().__class__",
        "'a' * 10**9",
        "9 ** 9 ** 9",
        "((9**1000)**1000)**1000",
        "(9**4000) * (9**4000) * (9**4000)",
        "1e308 * 10",
        "(-1) ** 0.5",
        "'text'",
        "True",
        "[1] * 3",
        "1" * 501,
        "(" * 200 + ")" * 200,
        "",
    ],
)
def test_what_cannot_be_computed_is_said_at_once(expression):
    started = time.monotonic()
    answer = json.loads(answer_call("calculator", json.dumps({"expression": expression})))
    assert set(answer) == {"error"} and answer["error"].startswith("calculator: ")
    assert time.monotonic() - started < 10


@given(st.text(max_size=40))
def test_the_calculator_gives_a_number_or_a_sentence(expression):
    try:
        assert isinstance(calculate(expression), int | float)
    except ValueError as error:
        assert str(error)


def test_the_weather_follows_the_seasons_on_both_halves_of_the_earth():
    assert typical_weather("Paris", "celsius", date(2026, 7, 1))["temperature"] == 21.2
    assert typical_weather("paris, France", "fahrenheit", date(2026, 1, 1))["temperature"] == 41.7
    winter, summer = (typical_weather("Sydney", "celsius", date(2026, month, 1)) for month in (7, 1))
    assert winter["temperature"] < summer["temperature"]
    assert "not a forecast" in summer["note"]


def test_the_document_is_searched_by_its_words():
    first, second, *_ = search(DOCUMENT, "When is breakfast, and may I bring my dog?")
    assert {str(passage["text"]).split(".")[0] for passage in (first, second)} == {"Breakfast", "Animals"}
    assert search(DOCUMENT, "zeppelin") == []
    assert search("One.\n\nTwo apples.", "apple") == [{"passage": 2, "text": "Two apples."}]


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("get_weather", "{", "get_weather: "),
        ("get_weather", "[]", "must be an object"),
        ("get_weather", '{"city": 7}', "`city` must be text"),
        ("get_weather", '{"city": "Atlantis"}', "not in the example's table"),
        ("get_weather", '{"city": "Rome", "unit": "kelvin"}', "celsius or fahrenheit"),
        ("search_document", "", "`query` must be text"),
    ],
)
def test_bad_arguments_are_answered_for_the_model_to_read(name, arguments, words):
    assert words in json.loads(answer_call(name, arguments))["error"]


def test_other_tools_have_no_example_answer():
    assert answer_call("launch", "{}") is None
    assert set(EXAMPLES) == {"get_weather", "calculator", "search_document"}
