"""What is typed as JSON is taken as an API would take it; a mistake has its place."""

import pytest

from components.core.typed_json import NotJson, read_typed_json


@pytest.mark.parametrize(("text", "value"), [('{"a": 1.5}', {"a": 1.5}), ("\ufeff[]", []), ('"\\ud83d\\ude00"', "😀")])
def test_json_is_read(text, value):
    assert read_typed_json(text) == value


@pytest.mark.parametrize(
    ("text", "says", "place"),
    [
        ('{\n "a": 1,\n}', "This is not JSON", (3, 1)),
        ("", "This is not JSON", (1, 1)),
        ('{"a": NaN}', "`NaN` is no number", (1, 1)),
        ("[-Infinity]", "`-Infinity` is no number", (1, 1)),
        ('["\\ud800"]', "half a character", (1, 1)),
        ("[" * 100_000, "nested too deeply", (1, 1)),
        ("9" * 5_000, "too long a number", (1, 1)),
    ],
)
def test_what_no_api_takes_is_said_to_be_none(text, says, place):
    with pytest.raises(NotJson, match=says) as caught:
        read_typed_json(text)
    assert (caught.value.line, caught.value.column) == place
