"""Texts as a page or a file can hold them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.texts import cut, whole_characters


@pytest.mark.parametrize(
    ("text", "held"), [("plain", "plain"), ("a\ud83d\ude00b", "a😀b"), ("é\ud83d", "é\ufffd"), ("\ude00é", "\ufffdé")]
)
def test_halves_are_joined_and_one_alone_is_marked(text: str, held: str):
    assert whole_characters(text) == held


@given(st.text(st.characters()))
def test_what_comes_can_be_encoded(text: str):
    whole_characters(text).encode()


@given(st.text(), st.integers(1, 40))
def test_what_is_cut_fits_and_says_so(text: str, most: int):
    shown = cut(text, most)
    assert shown == text if len(text) <= most else len(shown) == most and shown.endswith("…")
