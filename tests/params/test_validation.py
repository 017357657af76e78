"""Whatever comes in, by any way, nothing leaves that the model page does not allow."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.params.cards import default_card
from components.params.validation import escape, parse_value, unescape, validate

CARD = default_card()
NAMES = tuple(CARD.parameters)


@dataclass(frozen=True)
class Case:
    id: str
    name: str
    value: object
    problem: str


REFUSED = [
    Case("too hot", "temperature", 2.01, "temperature must be a number from 0 to 2, not 2.01."),
    Case("below zero", "temperature", -0.1, "temperature must be a number from 0 to 2, not -0.1."),
    Case("just over", "temperature", 2.0000001, "temperature must be a number from 0 to 2, not 2.0000001."),
    Case("not a number", "temperature", math.nan, "temperature must be a number from 0 to 2, not nan."),
    Case("infinite", "temperature", math.inf, "temperature must be a number from 0 to 2, not inf."),
    Case("minus infinite", "max_tokens", -math.inf, "max_tokens must be a whole number from 1 to 16,000, not -inf."),
    Case("truth for a number", "temperature", True, "temperature must be a number from 0 to 2, not True."),
    Case(
        "truth for a whole number", "max_tokens", True, "max_tokens must be a whole number from 1 to 16,000, not True."
    ),
    Case("text for a number", "top_p", "3", "top_p must be a number from 0 to 1, not '3'."),
    Case("text in range for a number", "top_p", "1", "top_p must be a number from 0 to 1, not '1'."),
    Case("another kind of number", "top_p", Decimal(1), "top_p must be a number from 0 to 1, not Decimal('1')."),
    Case("zero tokens", "max_tokens", 0, "max_tokens must be a whole number from 1 to 16,000, not 0."),
    Case("too many tokens", "max_tokens", 16001, "max_tokens must be a whole number from 1 to 16,000, not 16001."),
    Case("half a token", "max_tokens", 7.5, "max_tokens must be a whole number from 1 to 16,000, not 7.5."),
    Case(
        "hardly a fraction",
        "max_tokens",
        16.0000001,
        "max_tokens must be a whole number from 1 to 16,000, not 16.0000001.",
    ),
    Case(
        "budget too large",
        "thinking_budget",
        81921,
        "thinking_budget must be a whole number from 1 to 81,920, not 81921.",
    ),
    Case("number for truth", "enable_thinking", 1, "enable_thinking must be true or false, not 1."),
    Case("text for truth", "web_search_linkup", "true", "web_search_linkup must be true or false, not 'true'."),
    Case(
        "no such level",
        "reasoning_effort",
        "hi",
        "reasoning_effort must be one of none, low, medium, high, max, not 'hi'.",
    ),
    Case(
        "level in capitals",
        "reasoning_effort",
        "High",
        "reasoning_effort must be one of none, low, medium, high, max, not 'High'.",
    ),
    Case("five strings", "stop", ["a", "b", "c", "d", "e"], "stop takes up to 4 strings, not 5."),
    Case("numbers for strings", "stop", ["a", 1], "stop must be up to 4 strings, not ['a', 1]."),
    Case("a set has no order", "stop", {"a"}, "stop must be up to 4 strings, not {'a'}."),
    Case("bytes are not text", "stop", b"a", "stop must be up to 4 strings, not b'a'."),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_a_value_that_is_not_allowed_is_refused_in_one_sentence(case: Case):
    validation = validate({case.name: case.value}, CARD)
    assert validation.problems == {case.name: case.problem}
    assert validation.values == {}


def test_each_wrong_field_gets_its_own_message_and_right_ones_pass():
    validation = validate({"temperature": 3, "max_tokens": 0, "top_p": 0.5, "stop": list("abcde")}, CARD)
    assert list(validation.problems) == ["temperature", "max_tokens", "stop"]
    assert validation.values == {"top_p": 0.5}


def test_unknown_parameters_are_refused_by_name_in_the_order_given():
    validation = validate({"temprature": 1, "seed": 7, "n": None, "top_k": 1}, CARD)
    assert list(validation.problems) == ["temprature", "seed", "n", "top_k"]
    assert validation.problems["temprature"] == (
        "temprature is not a parameter of kimi-k2-6; known are temperature, top_p, max_tokens, stop, enable_thinking, "
        "thinking_budget, reasoning_effort, web_search_linkup, disable_formatting."
    )


def test_a_stop_string_that_cannot_be_written_as_utf8_is_refused():
    # JSON and the command line can both carry half a surrogate pair; no request body can.
    assert validate({"stop": ["ok", "\ud800"]}, CARD).problems == {
        "stop": "stop must be text that can be sent as UTF-8, not '\\ud800'."
    }


def test_a_number_too_long_to_be_written_is_refused_like_any_other():
    problem = validate({"max_tokens": 10**5000}, CARD).problems["max_tokens"]
    assert problem.startswith("max_tokens must be a whole number from 1 to 16,000, not ")
    assert len(problem) < 200


@dataclass(frozen=True)
class Passed:
    id: str
    given: dict[str, object]
    values: dict[str, object] = field(default_factory=dict)


PASSED = [
    Passed("nothing", {}),
    Passed("none means not set", dict.fromkeys(NAMES)),
    Passed(
        "lower ends", {"temperature": 0, "top_p": 0, "max_tokens": 1}, {"temperature": 0, "top_p": 0, "max_tokens": 1}
    ),
    Passed(
        "upper ends",
        {"temperature": 2, "top_p": 1.0, "max_tokens": 16000, "thinking_budget": 81920},
        {"temperature": 2, "top_p": 1.0, "max_tokens": 16000, "thinking_budget": 81920},
    ),
    Passed("a whole float is a whole number", {"max_tokens": 7.0}, {"max_tokens": 7}),
    Passed("one string", {"stop": "END"}, {"stop": ("END",)}),
    Passed("a list of strings", {"stop": ["a", "b"]}, {"stop": ("a", "b")}),
    Passed("empty strings are dropped", {"stop": ["", "a", ""]}, {"stop": ("a",)}),
    Passed("duplicates are dropped before counting", {"stop": ["b", "a", "b", "a", "b"]}, {"stop": ("b", "a")}),
    Passed("only empty strings mean not set", {"stop": ["", ""]}),
    Passed("no strings mean not set", {"stop": []}),
    Passed("white space is text", {"stop": ["\n", " "]}, {"stop": ("\n", " ")}),
]


@pytest.mark.parametrize("case", PASSED, ids=lambda case: case.id)
def test_an_allowed_value_passes(case: Passed):
    validation = validate(case.given, CARD)
    assert validation.problems == {}
    assert validation.values == case.values


def test_a_whole_float_leaves_as_an_integer():
    assert type(validate({"max_tokens": 7.0}, CARD).values["max_tokens"]) is int


def test_values_leave_in_the_order_of_the_card():
    values = dict(reversed([(name, default) for name, default in CARD.defaults.items() if default is not None]))
    assert list(validate(values, CARD).values) == [name for name in NAMES if name != "stop"]


def test_a_long_stop_string_passes_with_advice():
    validation = validate({"stop": ["x" * 32, "é" * 17]}, CARD)
    assert validation.values == {"stop": ("x" * 32, "é" * 17)}
    assert "is 34 bytes long; Moonshot documents at most 32" in validation.advice["stop"]
    assert validate({"stop": ["x" * 32]}, CARD).advice == {}


def _is_number(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) in (int, float) and low <= value <= high


def _is_whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def _is_truth(value: object) -> bool:
    return type(value) is bool


def _is_strings(value: Any) -> bool:
    return type(value) is tuple and 1 <= len(value) <= 4 and len({*value}) == len(value) and all(map(_is_text, value))


def _is_text(value: object) -> bool:
    return type(value) is str and value != ""


# Written down from the model page once more, not taken from the card.
ALLOWED: dict[str, Callable[[Any], bool]] = {
    "temperature": _is_number(0, 2),
    "top_p": _is_number(0, 1),
    "max_tokens": _is_whole(1, 16000),
    "stop": _is_strings,
    "enable_thinking": _is_truth,
    "thinking_budget": _is_whole(1, 81920),
    "reasoning_effort": lambda value: value in ("none", "low", "medium", "high", "max"),
    "web_search_linkup": _is_truth,
    "disable_formatting": _is_truth,
}

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-2, 100_000)
    | st.floats()
    | st.floats(-0.5, 3)
    | st.decimals()
    | st.fractions()
    | st.complex_numbers()
    | st.text(st.characters())
    | st.sampled_from(["none", "low", "max", "", "true"])
    | st.binary()
    | st.dates()
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.lists(inner, max_size=6).map(tuple)
        | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
) | st.lists(st.text(st.characters()), max_size=6)


@given(st.dictionaries(st.sampled_from(NAMES), anything))
@example({"max_tokens": 10**400, "temperature": -(10**400)})
def test_nothing_out_of_range_ever_gets_through(values: dict[str, object]):
    validation = validate(values, CARD)
    for name, value in validation.values.items():
        assert ALLOWED[name](value), (name, value)
    assert not validation.values.keys() & validation.problems.keys()
    assert validation.problems.keys() <= values.keys()
    for name, problem in validation.problems.items():
        assert problem.startswith(f"{name} ") and problem.endswith(".")
    # What passed can be sent: strict JSON, in UTF-8, which reads back as the same values.
    json.dumps(dict(validation.values), allow_nan=False, ensure_ascii=False).encode()


@given(st.dictionaries(st.text(), anything, min_size=1, max_size=3))
def test_no_name_outside_the_card_gets_through(values: dict[str, object]):
    validation = validate(values, CARD)
    assert validation.values.keys() <= set(NAMES)
    assert validation.problems.keys() >= values.keys() - set(NAMES)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "temperature": st.floats(0, 2),
            "top_p": st.floats(0, 1),
            "max_tokens": st.integers(1, 16000),
            "stop": st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True).map(tuple),
            "enable_thinking": st.booleans(),
            "thinking_budget": st.integers(1, 81920),
            "reasoning_effort": st.sampled_from(["none", "low", "medium", "high", "max"]),
            "web_search_linkup": st.booleans(),
            "disable_formatting": st.booleans(),
        },
    )
)
def test_everything_in_range_gets_through_unchanged_and_a_second_time(values: dict[str, Any]):
    validation = validate(values, CARD)
    assert validation.problems == {}
    assert validation.values == values
    assert validate(validation.values, CARD) == validation


@dataclass(frozen=True)
class Typed:
    name: str
    text: str
    value: object


TYPED = [
    Typed("temperature", "0.5", 0.5),
    Typed("temperature", "1", 1),
    Typed("temperature", " 1e-1 ", 0.1),
    Typed("temperature", "warm", "warm"),
    Typed("temperature", "", ""),
    Typed("max_tokens", "100", 100),
    Typed("max_tokens", "1e3", 1000.0),
    Typed("max_tokens", "9" * 5000, math.inf),
    Typed("enable_thinking", "true", True),
    Typed("enable_thinking", "Off", False),
    Typed("enable_thinking", "0", False),
    Typed("enable_thinking", "maybe", "maybe"),
    Typed("reasoning_effort", " high ", "high"),
    Typed("stop", "END", ("END",)),
    Typed("stop", "a,b", ("a", "b")),
    Typed("stop", r"\n\n,\t", ("\n\n", "\t")),
    Typed("stop", r"\\n", ("\\n",)),
    Typed("stop", '["a,b", "\\n"]', ("a,b", "\n")),
    Typed("stop", "[1]", ("[1]",)),
    Typed("stop", "[x", ("[x",)),
    Typed("stop", "", ("",)),
]


@pytest.mark.parametrize("case", TYPED, ids=lambda case: f"{case.name}={case.text[:20]}")
def test_typed_text_is_read_as_far_as_the_type_allows(case: Typed):
    value = parse_value(CARD.parameters[case.name], case.text)
    assert (value, type(value)) == (case.value, type(case.value))


@given(st.sampled_from(NAMES), st.text())
@example("max_tokens", "nan")
@example("temperature", "-inf")
@example("stop", "[" * 20_000)
def test_typed_text_never_gets_past_the_check(name: str, text: str):
    for passed in validate({name: parse_value(CARD.parameters[name], text)}, CARD).values.values():
        assert ALLOWED[name](passed)


@given(st.floats(0, 2) | st.integers(0, 2))
def test_a_number_reads_back_as_written(value: float):
    assert parse_value(CARD.parameters["temperature"], repr(value)) == value


@given(st.lists(st.text(), min_size=1))
def test_strings_read_back_from_json(strings: list[str]):
    assert parse_value(CARD.parameters["stop"], json.dumps(strings)) == tuple(strings)


@given(st.lists(st.text(st.characters(exclude_characters=",[", exclude_categories=["Cs"])), min_size=1))
def test_escaped_strings_without_a_comma_read_back(strings: list[str]):
    assert parse_value(CARD.parameters["stop"], ",".join(map(escape, strings))) == tuple(strings)


@given(st.text())
@example("\\n")
@example("\\")
@example("\r\n\t\\\\n")
def test_unescape_undoes_escape(text: str):
    assert unescape(escape(text)) == text


@given(st.text())
def test_escaped_text_shows_line_breaks_and_tabs_as_letters(text: str):
    assert not {"\n", "\r", "\t"} & set(escape(text))


@given(st.text(st.characters(exclude_characters="\\")))
def test_text_without_backslashes_is_taken_as_typed(text: str):
    assert unescape(text) == text


@pytest.mark.parametrize(("typed", "text"), [(r"\q", r"\q"), ("a\\", "a\\"), (r"\n", "\n"), (r"\\\n", "\\\n")])
def test_backslashes_that_mean_nothing_stay(typed: str, text: str):
    assert unescape(typed) == text
