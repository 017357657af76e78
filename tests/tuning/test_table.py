"""Tables as people's programs write them, read or refused in a sentence."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import ParameterError
from components.tuning.table import MOST_ROWS, fill, read_table, variables


def rows(data: bytes):
    return [dict(row) for row in read_table(data).rows]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfname,expected\r\nAda,1\r\n",
        b"name;expected\nAda;1",
        b"name\texpected\nAda\t1\n\n",
        "name,expected\nAda,1\n".encode("utf-16"),
        b" name ,expected\n\nAda,1,\n,,\n",
        b"sep=;\r\nname;expected\r\nAda;1\r\n",
        b"name,expected\rAda,1\r",
    ],
    ids=["byte order mark", "semicolons", "tabs", "UTF-16", "blank lines and cells", "Excel's own line", "old Mac"],
)
def test_every_spreadsheets_way_of_writing_is_read_the_same(data):
    assert rows(data) == [{"name": "Ada", "expected": "1"}]


def test_quotes_line_breaks_and_formulas_are_text():
    data = b'prompt,expected\n"He said ""hi"",\nthen left",=SUM(A1)\n'
    assert rows(data) == [{"prompt": 'He said "hi",\nthen left', "expected": "=SUM(A1)"}]


def test_a_cell_may_hold_a_whole_document():
    assert rows(b'text\n"' + b"x" * 300_000 + b'"\n') == [{"text": "x" * 300_000}]


def test_the_separator_is_told_by_a_first_line_with_breaks_and_commas_in_its_names():
    assert rows(b'"a\nb";"c,d,e"\n1;2\n') == [{"a\nb": "1", "c,d,e": "2"}]


def test_expected_answers_are_found_however_their_column_is_capitalised():
    assert (read_table(b"q,Expected\n1,2\n").expected, read_table(b"q\n1\n").expected) == ("Expected", None)


def test_ten_thousand_rows_are_read_and_one_more_is_refused():
    line = b"a question,an answer\n"
    assert len(read_table(b"prompt,expected\n" + line * MOST_ROWS).rows) == MOST_ROWS
    with pytest.raises(ParameterError, match="more than 10,000 rows"):
        read_table(b"prompt,expected\n" + line * (MOST_ROWS + 1))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"prompt\n", "no row below"),
        (b"prompt,prompt\na,b\n", "Two columns of the table are called “prompt”"),
        (b"prompt,\na,b\n", "Column 2 of the table has no name"),
        (b"a,b\n1\n", "line 2 has 1 cells, but there are 2 columns"),
        (b"a,b\n1,2,3\n", "line 2 has 3 cells"),
        (b'a,b\n"1,2\n', "breaks off at line"),
        (b"a,b\nx,\xff\xfe\n", "The table is not UTF-8 from line 2 on"),
        ("a,b\nGr\xfc\xdfe,1\n".encode("latin-1"), "line 2 on; it seems to be Windows-1252. Save it as UTF-8"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16-le"), "The table is UTF-16 without a byte order mark. Save it as UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data, words):
    with pytest.raises(ParameterError, match=words):
        read_table(data)


def test_a_template_is_filled_and_braces_can_be_written():
    assert variables("{{a}} and {{ b }} and {{a}} but \\{{c}}") == ("a", "b")
    assert fill("{{a}} \\{{a}} {{ b }}", {"a": "{{b}}", "b": "$1"}) == "{{b}} {{a}} $1"


def test_a_missing_column_is_named():
    with pytest.raises(ParameterError, match=r"asks for \{\{city\}\}, but the table has name, expected"):
        fill("Where is {{city}}?", {"name": "", "expected": ""})


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(st.fixed_dictionaries({"one": TEXT, "two": st.text('a",;\n\r\t =')}), min_size=1, max_size=5))
def test_what_a_csv_writer_writes_comes_back(table):
    table = [{**row, "one": row["one"] + "x"} for row in table]  # a row of blanks alone is left out
    text = io.StringIO()
    writer = csv.DictWriter(text, ["one", "two"])
    writer.writeheader()
    writer.writerows(table)
    assert rows(text.getvalue().encode()) == table
