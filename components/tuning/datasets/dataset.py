"""`Dataset`: what a file says of a sweep: its rows, and what of its prompts and scorers could come along."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from components.core.errors import ParameterError
from components.core.texts import whole_characters
from components.tuning.table import EXPECTED, MOST_ROWS, Table

MOST_COLUMNS = 200
# A row's name for what is expected, where it is not called so; the first that is there counts.
EXPECTED_NAMES = (
    *("ideal", "expected_output", "expectedOutput", "reference_output", "reference_answer", "ground_truth"),
    *("target", "answer"),
)
# What a question is called where it is not called prompt.
_QUESTIONS = ("question", "input", "query", "instruction", "text")


@dataclass(frozen=True, slots=True)
class Dataset:
    """`format`: what the file was recognised as, in words. `prompt`: the template that its rows fill; may be empty.

    `system`: the system prompt that goes with it. `scorers`: kind -> setting. `left_out`: a sentence for each thing of
    the file that has no place here.
    """

    format: str
    table: Table
    prompt: str = ""
    system: str = ""
    scorers: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def refused(sentence: str) -> ParameterError:
    """The error that a file which cannot be read is refused with."""
    return ParameterError({"table": sentence})


def table_of(rows: Sequence[Mapping[str, object]]) -> Table:
    """The rows as texts: a column for each name that any of them has, in the order in which they come.

    Raises: ParameterError with one sentence.
    """
    if len(rows) > MOST_ROWS:
        raise refused(f"The table has more than {MOST_ROWS:,} rows. Cut it into several.")
    columns = dict.fromkeys(name.strip() for row in rows for name in row)
    if not rows or not columns:
        raise refused("The file holds no row.")
    if len(columns) > MOST_COLUMNS:
        raise refused(f"The table has {len(columns):,} columns; at most {MOST_COLUMNS} are read.")
    if "" in columns:
        raise refused("A column of the table has no name.")
    texts = [{name.strip(): text_of(value) for name, value in row.items()} for row in rows]
    return Table(tuple(columns), tuple({name: row.get(name, "") for name in columns} for row in texts))


def text_of(value: object) -> str:
    """A value as the text of a cell: texts as they are, nothing as nothing, all else as JSON."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return whole_characters(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def with_expected(table: Table, names: Iterable[str] = EXPECTED_NAMES) -> tuple[Table, tuple[str, ...]]:
    """The table with its expected answers under that name, and a sentence where they had another."""
    found = next((name for name in names if name in table.columns), None)
    if table.expected is not None or found is None or len(table.columns) == 1:
        return table, ()

    def called(name: str) -> str:
        return EXPECTED if name == found else name

    rows = tuple({called(name): text for name, text in row.items()} for row in table.rows)
    sentence = f"The column `{found}` is taken for the expected answers, and called `{EXPECTED}` here."
    return Table(tuple(map(called, table.columns)), rows), (sentence,)


def prompt_for(table: Table) -> str:
    """The template that asks what a row asks, as far as its columns tell; empty where they do not."""
    if "prompt" in table.columns:
        return ""  # used by itself
    others = [name for name in table.columns if name != table.expected]
    named = [name for name in _QUESTIONS if name in others]
    if len(others) == 1 or named:
        return f"{{{{{(named or others)[0]}}}}}"
    return ""
