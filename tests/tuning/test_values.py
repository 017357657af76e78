"""The values of an axis as they are typed, read or refused in a sentence."""

import pytest

from components.core.errors import ParameterError
from components.params.cards import default_card
from components.tuning.values import range_of, read_values

CARD = default_card()


@pytest.mark.parametrize("name", [name for name, one in CARD.parameters.items() if one.type in ("number", "integer")])
def test_the_example_of_a_range_is_one_of_the_parameter(name):
    assert 2 <= len(read_values(name, range_of(CARD.parameters[name]), CARD)) <= 6


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("temperature", "0, 0.5,1", (0, 0.5, 1)),
        ("temperature", "0,5; 1; 1", (0.5, 1)),
        ("temperature", "0 to 1 step 0.5", (0, 0.5, 1)),
        ("max_tokens", "256,512", (256, 512)),
        ("max_tokens", "1 to 3", (1, 2, 3)),
        ("stop", "\\n\n\na,b", (("\n",), ("a", "b"))),
        ("reasoning_effort", "LOW, High", ("low", "high")),
        ("stop", "END, STOP\n\\n", (("END", "STOP"), ("\n",))),
        ("enable_thinking", "on, off", (True, False)),
        ("frames", "4; 8", (4, 8)),
    ],
)
def test_values_are_read_as_they_are_typed(name, text, values):
    assert read_values(name, text, CARD) == values


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("thinking_budget", "1,024, 8,192", "1,024 in the values of thinking_budget may be one number or two"),
        ("max_tokens", "1,024", "may be one number or two"),
        ("temperature", "0,5, 1", "may be one number or two"),
        ("temperature", "2 to 0", "goes upward"),
        ("temperature", "0 to 1 step 0", "more than 0"),
        ("temperature", "0 to 2 step 0.001", "more than 200 values"),
        ("temperature", "", "at least one value"),
        ("max_tokens", "low to high", r"A range of max_tokens is written as \d+ to \d+ step \d+\.$"),
        ("reasoning_effort", "low to high", r"reasoning_effort.*(none|low|medium|high)"),
        ("enable_thinking", "0 to 2 step 0.5", "enable_thinking"),
        ("top_p", "nan", "from 0 to 1"),
        ("temperature", "3", "from 0 to 2"),
        ("temperature", "warm", "must be a number"),
        ("stop", "\n", "at least one value"),
        ("jpeg_quality", "5", "from 10 to 100"),
    ],
)
def test_values_that_could_be_misread_are_refused(name, text, words):
    with pytest.raises(ParameterError, match=words):
        read_values(name, text, CARD)
