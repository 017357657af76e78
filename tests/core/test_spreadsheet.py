"""CSV that a spreadsheet opens as it is meant: as UTF-8, every text as a text."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from components.core.spreadsheet import harmless, write_csv


def test_a_table_begins_with_a_byte_order_mark_and_comes_back():
    text = write_csv(["größe", "価格"], [["a,b\nc", 1.5], [None, "=1+1"], ["half \ud83d", True]])
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert lines == [["größe", "価格"], ["a,b\nc", "1.5"], ["", "'=1+1"], ["half \ufffd", "True"]]


@given(st.text(max_size=20))
def test_no_text_begins_like_a_formula(text):
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert harmless(text) in (text, f"'{text}")
