"""A prompt of nothing that can be seen is blank, whatever characters it is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.texts import is_blank

BLANK = {
    "nothing": "",
    "spaces and tabs": " \t ",
    "newlines": "\n\r\n\u2028\u2029\x85",
    "no-break spaces": "\u00a0\u202f",
    "ideographic space": "\u3000",
    "zero-width": "\u200b\u200c\u200d\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen and marks of direction": "\u00ad\u200e\u202e",
    "fillers": "\u3164\uffa0\u115f\u2800",
    "variation selectors": "\ufe0f\U000e0100",
}


@pytest.mark.parametrize("text", BLANK.values(), ids=BLANK)
def test_what_cannot_be_seen_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "あ", "\u200b0", "👍🏽", "\u0301a", "​ـ"])
def test_what_can_be_seen_is_not(text):
    assert not is_blank(text)


@given(st.text(st.sampled_from("".join(BLANK.values()))), st.characters(categories=["L", "N", "P", "S"]))
def test_one_character_that_is_seen_is_enough(text, seen):
    if not is_blank(seen):
        assert not is_blank(f"{text}{seen}{text}")
