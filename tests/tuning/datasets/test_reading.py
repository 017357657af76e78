"""Tables of other programs: recognised by what is in them, and refused in one sentence where they are damaged."""

import datetime
import json
import random

import pytest

from components.core.errors import ParameterError
from components.tuning.datasets.reading import read_dataset
from components.tuning.table import EXPECTED
from tests.tuning.datasets.files import (
    LANGFUSE,
    LANGSMITH,
    LANGSMITH_COLUMNS,
    OPENAI_IDEAL,
    OPENAI_ITEMS,
    PROMPTFOO,
    json_lines,
    workbook,
)

WORKBOOK = workbook(
    Data=[["question", "answer", "on"], ["=1+1", 2.0, datetime.date(2024, 1, 2)], [None], ["true?", True, None]],
    Notes=[["x"], [1]],
)
FILES = {
    "a.jsonl": json_lines({"question": "2+2?", "answer": 4}, {"question": "3+3?", "answer": 6, "level": {"a": 1}}),
    "a.json": json.dumps([{"question": "2+2?", "answer": "4"}, {"question": "3+3?", "answer": "6"}]).encode(),
    "a.csv": b"q,expected\n2+2?,4\n3+3?,6\n",
    "a.tsv": b"q\texpected\n2+2?\t4\n3+3?\t6\n",
    "a.xlsx": WORKBOOK,
    "items.jsonl": OPENAI_ITEMS,
    "ideal.jsonl": OPENAI_IDEAL,
    "langfuse.csv": LANGFUSE,
    "langsmith.csv": LANGSMITH,
    "columns.csv": LANGSMITH_COLUMNS,
    "promptfooconfig.yaml": PROMPTFOO.encode(),
}


@pytest.mark.parametrize(
    ("name", "format", "prompt", "expected"),
    [
        ("a.jsonl", "JSON Lines", "{{question}}", ["4", "6"]),
        ("a.json", "JSON", "{{question}}", ["4", "6"]),
        ("a.csv", "CSV", "{{q}}", ["4", "6"]),
        ("a.tsv", "TSV", "{{q}}", ["4", "6"]),
        ("a.xlsx", "XLSX workbook", "{{question}}", ["2", "true"]),
        ("ideal.jsonl", "OpenAI evals (JSON Lines)", "", ["4", "Madrid"]),
        ("langfuse.csv", "Langfuse dataset (CSV)", "{{country}}", ["Paris", "Madrid"]),
        ("langsmith.csv", "LangSmith dataset (CSV)", "{{question}}", ["4", "6"]),
        ("columns.csv", "LangSmith dataset (CSV)", "{{question}}", ["4", "6"]),
    ],
)
def test_each_format_is_named_and_its_expected_answers_found(name, format, prompt, expected):
    found = read_dataset(FILES[name], name)
    assert (found.format, found.prompt) == (format, prompt)
    assert [row[EXPECTED] for row in found.table.rows] == expected


def test_items_of_openais_evals_are_columns():
    found = read_dataset(OPENAI_ITEMS, "items.jsonl")
    assert found.format == "OpenAI evals (JSON Lines)"
    assert found.table.columns == ("ticket", "correct_label") and found.table.rows[1]["ticket"] == "Wi-Fi is gone"


def test_messages_are_a_prompt_and_several_ideal_answers_a_check():
    found = read_dataset(OPENAI_IDEAL, "ideal.jsonl")
    assert [row["prompt"] for row in found.table.rows] == ["2+2?", "Capital of Spain?"]
    assert found.table.rows[0]["system"] == "Be short." and found.scorers == {"checks": ""}
    assert json.loads(found.table.rows[1]["checks"]) == [{"type": "icontains-any", "value": ["Madrid", "madrid"]}]


def test_a_workbook_gives_its_first_sheet_with_dates_and_numbers_as_they_are_read():
    found = read_dataset(WORKBOOK, "a.xlsx")
    assert [row["on"] for row in found.table.rows] == ["2024-01-02", ""]
    assert any("`Notes`" in sentence for sentence in found.left_out)


def test_a_promptfoo_file_comes_with_its_rows_and_checks_and_says_what_cannot_come():
    found = read_dataset(PROMPTFOO.encode(), "promptfooconfig.yaml")
    assert (found.format, found.prompt) == ("promptfoo configuration", "What is the capital of {{country}}?")
    first, second, third = found.table.rows
    assert (first["country"], second["country"], third["country"]) == ("France", "Spain", "Peru")
    assert (first["day"], first["answer"]) == ("2024-01-01", "yes")  # as YAML 1.2 has them
    assert json.loads(first["checks"]) == [
        {"type": "latency", "threshold": 60000},
        {"type": "contains", "value": "Paris"},
        {"type": "not-contains", "value": "France is"},
    ]
    assert [check["type"] for check in json.loads(third["checks"])] == ["latency", "equals", "regex", "is-json", "cost"]
    assert third["rubric"] == "names the capital of Peru"
    assert found.scorers == {"checks": "", "rubric": "{{rubric}}"}
    told = "\n".join(found.left_out)
    for words in ("`javascript` assertion: it is a program", "`python` assertion", "`file://more.yaml`", "`similar`"):
        assert words in told


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("file://prompts.txt", "`file://prompts.txt`"),
        ("prompts.js", "`prompts.js`"),
        ("exec:./run.sh", "`exec:./run.sh`"),
        ("{{ x | upper }}", "filters or logic"),
        ("{% for x in y %}{{x}}{% endfor %}", "filters or logic"),
        ("{{ env.KEY }}", "filters or logic"),
    ],
)
def test_a_prompt_that_is_a_program_or_a_file_is_refused_by_name(prompt, words):
    with pytest.raises(ParameterError, match=r"no prompt that can be read here") as caught:
        read_dataset(json.dumps({"prompts": [prompt], "tests": []}).encode(), "a.yaml")
    assert words in str(caught.value)


def test_several_prompts_each_meet_every_test():
    found = read_dataset(b'{"prompts": ["Say {{a}}", "Sing {{a}}"], "tests": [{"vars": {"a": "x"}}]}', "config.json")
    assert found.prompt == "{{prompt}}" and [row["prompt"] for row in found.table.rows] == ["Say x", "Sing x"]


def test_a_chat_prompt_gives_its_question_and_system_prompt():
    prompt = '[{"role": "system", "content": "Be short."}, {"role": "user", "content": {{ ask | dump }}}]'
    found = read_dataset(json.dumps({"prompts": [prompt], "tests": [{"vars": {"ask": "Hi"}}]}).encode(), "c.yaml")
    assert (found.prompt, found.system) == ("{{ask}}", "Be short.")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.jsonl", b'{"a": 1}\n{"a": \n', "Line 2 of the file cannot be read: This is not JSON"),
        ("a.jsonl", b'{"a": 1}\n[1]\n', "number 2 is none"),
        ("a.json", b"[1, 2]", "number 1 is none"),
        ("a.jsonl", b'{"a": NaN}\n{"a": 1}\n', "`NaN` is no number in JSON"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "The workbook is damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "before 2007"),
        ("a.xlsx", workbook(A=[]), "The workbook is empty"),
        ("a.xlsx", workbook(A=[["a", "a"], [1, 2]]), "Two columns of the table are called “a”"),
        ("a.yaml", b"a: [1, 2", "The YAML cannot be read at line"),
        ("a.yaml", b"a: 1", "no promptfoo configuration"),
        ("a.yaml", b"[" * 100_000, "nest"),
        ("a.yaml", b"!!python/object/apply:os.system [id]", "The YAML cannot be read"),
        ("a.yaml", b"", "empty"),
        (
            "a.yaml",
            b"a: &a [x, x, x, x, x, x, x, x]\n"
            + b"".join(b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 8)) for n in range(98, 107)),
            "too large once its aliases are followed",
        ),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_in_a_sentence(name, data, words):
    with pytest.raises(ParameterError) as caught:
        read_dataset(data, name)
    assert words in str(caught.value)


def test_five_hundred_damaged_files_are_read_or_refused_in_a_sentence():
    chance = random.Random(16)
    for number in range(500):
        name = chance.choice(list(FILES))
        data = bytearray(FILES[name])
        for _ in range(chance.randint(1, 12)):
            place = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[place] = chance.randrange(256)
                case 1:
                    del data[place : place + chance.randint(1, 40)]
                case 2:
                    data[place:place] = chance.choice([b"{", b"[", b'"', b"\0", b"\xff", b"- ", b"&a *a", b"{{", b"\n"])
                case 3:
                    data[place:place] = data[chance.randrange(len(data)) :][:30]
            data = data or bytearray(b"x")
        try:
            found = read_dataset(bytes(data), name)
        except ParameterError as error:
            said = str(error)
            assert said and "Traceback" not in said and "<" not in said.split("`")[0] and " object at " not in said, (
                number
            )
        else:
            assert all(set(row) == set(found.table.columns) for row in found.table.rows), number
