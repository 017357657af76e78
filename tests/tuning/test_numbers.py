"""Numbers as they are written, in the places of the world and in the notations of models."""

import pytest

from components.tuning.numbers import numbers_in, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It is 42.", 42),
        ("In all 1,234,567 of them", 1_234_567),
        ("$1,234.50.", 1234.5),
        ("1.234,56 EUR", 1234.56),
        ("12.345.678", 12_345_678),
        ("3,14", 3.14),
        ("0,125", 0.125),
        ("1,5", 1.5),
        ("10 000", 10_000),
        ("1\u202f234,5", 1234.5),
        ("1'234.5", 1234.5),
        ("1{,}234", 1234),
        ("1\\,234", 1234),
        ("x = -5", -5),
        ("x = \u22125", -5),
        ("between 10-20", 20),
        ("on 2024-01-15", 15),
        ("1,2,3", 3),
        ("version 1.2.3", 3),
        ("about .5", 0.5),
        ("1e-3", 0.001),
        ("6.02 × 10^23", 6.02e23),
        ("1.6 \\times 10^{-19}", 1.6e-19),
        ("3 x 10 cm", 10),
        ("none", None),
        ("", None),
    ],
)
def test_the_last_number_of_an_answer(text, number):
    found = numbers_in(text)
    assert (found[-1] if found else None) == number


def test_a_setting_is_a_number_and_nothing_else():
    assert (read_number(" 1,234 "), read_number("3,14"), read_number("\u22122")) == (1234, 3.14, -2)
    for text in ("", "forty", "1 2", "5 EUR", "nan", "inf", "--5"):
        with pytest.raises(ValueError, match="is not a number"):
            read_number(text)
