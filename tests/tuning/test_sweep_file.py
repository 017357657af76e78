"""A sweep's file for the terminal; that it is carried out is in `tests/test_sweep_command.py`."""

import json

import pytest

from components.params.cards import default_card
from components.tuning.draft import plan_of
from components.tuning.sweep_file import read_sweep_file

CARD = default_card()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rows.csv", "question,expected\n2+2?,4\n3+3?,6\n"),
        ("rows.jsonl", '{"question": "2+2?", "answer": "4"}\n{"question": "3+3?", "answer": "6"}\n'),
    ],
)
def test_a_table_is_read_as_on_the_page_whatever_its_format(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    file = tmp_path / "sweep.json"
    file.write_text(json.dumps({"table": name, "scorers": {"contains": ""}}))
    plan = plan_of(read_sweep_file(file, CARD).draft, CARD)
    assert [(one.prompt, one.expected) for one in plan.questions] == [("2+2?", "4"), ("3+3?", "6")]
