"""`Dataset`: what is read of a file for a sweep: its rows, and its prompts and scorers as far as they can be used."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from components.core.texts import whole_characters
from components.tuning.table import EXPECTED, MOST_ROWS, Table, table_error

MOST_COLUMNS = 200
# Other names of the column of expected answers; the first that a table has counts.
EXPECTED_NAMES = (
    *("ideal", "expected_output", "expectedOutput", "reference_output", "reference_answer", "ground_truth"),
    *("target", "answer"),
)
# Other names of the column of prompts.
_QUESTIONS = ("question", "input", "query", "instruction", "text")


@dataclass(frozen=True, slots=True)
class Dataset:
    """`format`: the file's format, in words. `prompt`: the template that its rows fill; may be empty.

    `system`: its system prompt. `scorers`: kind -> setting. `left_out`: a sentence for each thing of the file that
    cannot be used here.
    """

    format: str
    table: Table
    prompt: str = ""
    system: str = ""
    scorers: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def table_of(rows: Sequence[Mapping[str, object]]) -> Table:
    """The rows as a table of texts, with a column for each name that any of them has, in the order of their first use.

    Raises: ParameterError with one sentence.
    """
    if len(rows) > MOST_ROWS:
        raise table_error(f"The table has more than {MOST_ROWS:,} rows. Cut it into several.")
    columns = dict.fromkeys(name.strip() for row in rows for name in row)
    if not rows or not columns:
        raise table_error("The file holds no row.")
    if len(columns) > MOST_COLUMNS:
        raise table_error(f"The table has {len(columns):,} columns; at most {MOST_COLUMNS} are read.")
    if "" in columns:
        raise table_error("A column of the table has no name.")
    texts = [{name.strip(): text_of(value) for name, value in row.items()} for row in rows]
    return Table(tuple(columns), tuple({name: row.get(name, "") for name in columns} for row in texts))


def text_of(value: object) -> str:
    """A value as the text of a cell: a text as it is, None as an empty text, all else as JSON."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return whole_characters(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def with_expected(table: Table, names: Iterable[str] = EXPECTED_NAMES) -> tuple[Table, tuple[str, ...]]:
    """The table with its expected answers in the column `EXPECTED`, and a sentence where that had another name."""
    found = next((name for name in names if name in table.columns), None)
    if table.expected is not None or found is None or len(table.columns) == 1:
        return table, ()

    new_names = {name: EXPECTED if name == found else name for name in table.columns}
    rows = tuple({new_names[name]: text for name, text in row.items()} for row in table.rows)
    sentence = f"The column `{found}` is taken for the expected answers, and called `{EXPECTED}` here."
    return Table(tuple(new_names.values()), rows), (sentence,)


def prompt_for(table: Table) -> str:
    """The template that asks the question of a row, guessed from the columns' names; empty where they do not tell."""
    if "prompt" in table.columns:
        return ""  # that column is used without a template
    others = [name for name in table.columns if name != table.expected]
    named = [name for name in _QUESTIONS if name in others]
    if len(others) == 1 or named:
        return f"{{{{{(named or others)[0]}}}}}"
    return ""
