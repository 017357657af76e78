"""The difference of two texts, word by word."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.tuning.difference import Piece, word_difference


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("the same text", "the same text", [("same", "the same text")]),
        ("", "new", [("added", "new")]),
        ("old", "", [("removed", "old")]),
        (
            "The ball costs ten cents.",
            "The ball costs five cents.",
            [("same", "The ball costs "), ("removed", "ten"), ("added", "five"), ("same", " cents.")],
        ),
        ("a b c d", "a  b\tc d", [("same", "a  b\tc d")]),
        (
            "one\ntwo three",
            "one two three",
            [("same", "one"), ("removed", "\n"), ("added", " "), ("same", "two three")],
        ),
    ],
    ids=["both empty", "equal", "added", "removed", "a word", "white space", "line break"],
)
def test_what_differs(before, after, pieces):
    found = word_difference(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "removed") == after
    assert found == tuple(Piece(kind, text) for kind, text in pieces)


def test_an_odd_word_in_common_does_not_make_confetti():
    found = word_difference("red green the blue black", "one two the three four")
    assert [piece.kind for piece in found] == ["removed", "added"]


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_the_pieces_make_up_the_second_text_to_the_letter(before, after):
    found = word_difference(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "removed") == after
    old = "".join(piece.text for piece in found if piece.kind != "added")
    assert old.split() == before.split()


def test_a_thinking_of_thousands_of_words_takes_no_time_worth_noticing():
    words = [f"word{number % 997}" for number in range(20_000)]
    began = time.process_time()
    found = word_difference(" ".join(words), " ".join(words[::3] + words[1::7]))
    assert found and time.process_time() - began < 5
