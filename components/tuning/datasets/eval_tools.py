"""Rows as Langfuse, LangSmith and OpenAI's evals write them: prompts and expected answers as JSON in cells."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from components.tuning.checks import COLUMN
from components.tuning.datasets.dataset import Dataset, prompt_for, table_of, text_of, with_expected
from components.tuning.datasets.message_lists import prompt_in
from components.tuning.scorers import CHECKED
from components.tuning.table import EXPECTED

Row = Mapping[str, Any]
# An output's only value is the answer, else the value under one of these names, else all of it.
_ANSWERS = ("answer", "output", "expected", "result", "response", "text", "content")
_SEVERAL = "Rows with a conversation of several turns: only its last question is asked."
_SYSTEM = "The system messages stand in the column `system`: a prompt may use {{system}}."


def read_openai(rows: Sequence[Row], carrier: str) -> Dataset:
    """Reads lines of ``{"item": …}``, or of ``{"input": messages, "ideal": …}``; `carrier` is the file's format."""
    gathered = _Gathered()
    for row in rows:
        item = row["item"] if isinstance(row.get("item"), dict) else {key: row[key] for key in row if key != "item"}
        gathered.add(item)
    return gathered.dataset(f"OpenAI evals ({carrier})")


def read_langfuse(rows: Sequence[Row], carrier: str) -> Dataset:
    """Reads the items of a Langfuse dataset: `input` and `expectedOutput`."""
    gathered = _Gathered()
    for row in rows:
        expected = row.get("expectedOutput", row.get("expected_output"))
        gathered.add(_flat(row.get("input"), "input"), _answer(expected))
    gathered.leave_columns(rows, {"input", "expectedOutput", "expected_output"})
    return gathered.dataset(f"Langfuse dataset ({carrier})")


def read_langsmith(rows: Sequence[Row], carrier: str) -> Dataset:
    """Reads the examples of a LangSmith dataset: `inputs` and `outputs`, as JSON or in a column for each value."""
    gathered = _Gathered()
    used = set()
    for row in rows:
        given, wanted = _side(row, "input"), _side(row, "output")
        used |= given.keys() | wanted.keys()
        gathered.add(_merged(given, "input"), _answer(_merged(wanted, "output")))
    gathered.leave_columns(rows, used)
    return gathered.dataset(f"LangSmith dataset ({carrier})")


def reader_of(rows: Sequence[Row]) -> Callable[[Sequence[Row], str], Dataset] | None:
    """The function that reads rows of this shape; None if it is not one of these programs'."""
    names = {name for row in rows[:100] for name in row}
    if all(isinstance(row.get("item"), dict) for row in rows) or {"input", "ideal"} <= names:
        return read_openai
    if "input" in names and names & {"expectedOutput", "expected_output"}:
        return read_langfuse
    if (
        {"inputs", "outputs"} <= names
        or any(_starts(name, "input") for name in names)
        and any(_starts(name, "output") for name in names)
    ):
        return read_langsmith
    return None


class _Gathered:
    """Collects rows, and sentences on what is left out."""

    def __init__(self) -> None:
        self._rows: list[dict[str, object]] = []
        self._left_out: Counter[str] = Counter()
        self._any_of = False

    def add(self, values: Row, expected: object = None) -> None:
        row: dict[str, object] = {}
        for name, value in values.items():
            name = str(name).strip() or "value"
            if (asked := prompt_in(value)) is not None:
                row["prompt"] = asked.prompt
                if asked.system:
                    row["system"] = asked.system
                    self._left_out[_SYSTEM] += 1
                if asked.others:
                    self._left_out[_SEVERAL] += 1
            elif name == "ideal" and isinstance(value, list) and value:
                row["ideal"] = value[0]
                if len(value) > 1:
                    row[COLUMN] = json.dumps([{"type": "icontains-any", "value": list(map(text_of, value))}])
                    self._any_of = True
            else:
                row[name] = value
        if expected not in (None, ""):
            row[EXPECTED] = expected
        self._rows.append(row)

    def leave_columns(self, rows: Sequence[Row], used: set[str]) -> None:
        if others := sorted({str(name) for row in rows for name in row} - used):
            self._left_out[
                f"Columns that a sweep has no use for: {', '.join(f'`{name[:40]}`' for name in others[:12])}."
            ] += 1

    def dataset(self, format: str) -> Dataset:
        if self._any_of:
            self._left_out["Rows with several ideal answers have a check that one of them is in the answer."] += 1
        table, renamed = with_expected(table_of(self._rows))
        scorers = {CHECKED: ""} if self._any_of else {}
        return Dataset(format, table, prompt_for(table), "", scorers, (*renamed, *self._left_out))


def _value(cell: object) -> object:
    """The JSON value of a cell, else its text."""
    if isinstance(cell, str) and cell.strip()[:1] in ("{", "[", '"'):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    return cell


def _flat(cell: object, name: str) -> Mapping[str, Any]:
    value = _value(cell)
    return value if isinstance(value, dict) and value else {name: value}


def _answer(cell: object) -> object:
    value = _value(cell)
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        return _answer(next(iter(value.values())))
    return next((value[name] for name in _ANSWERS if name in value), value)


def _starts(name: str, side: str) -> bool:
    return name.startswith((f"{side}_", f"{side}.", f"{side}s.", f"{side}s_"))


def _side(row: Row, side: str) -> dict[str, Any]:
    plural = f"{side}s"
    return {name: value for name, value in row.items() if name in (side, plural) or _starts(name, side)}


def _merged(cells: Mapping[str, Any], side: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, cell in cells.items():
        if name in (side, f"{side}s"):
            found |= _flat(cell, side)
        else:
            found[name.removeprefix(f"{side}s").removeprefix(side)[1:] or side] = _value(cell)
    return found
