"""Prompts from a table: a CSV of variables and expected answers, and a template that they fill.

Spreadsheets of every kind write it: with or without a byte order mark, with commas, semicolons or tabs, with quotes and
line breaks within cells. An error names the line. A cell is text, also one that begins with ``=``: no formulas.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from components.core.errors import MediaError, ParameterError
from components.media.text_files import read_text

EXPECTED = "expected"
MOST_ROWS = 10_000
MOST_BYTES = 20_000_000
# The library's own limit of 128 KiB is less than a prompt may hold; it has one for the whole process.
csv.field_size_limit(MOST_BYTES)
# Excel's own first line, which names the separator.
_SEPARATOR = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
_HEADER = re.compile(r'(?:"[^"]*"|[^"\r\n])*')
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}|\\(\{\{)")


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` in order; each of `rows` has a text for every column."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    @property
    def expected(self) -> str | None:
        """The column of the expected answers, however its name is capitalised; None if there is none."""
        return next((name for name in self.columns if name.casefold() == EXPECTED), None)


def read_table(data: bytes) -> Table:
    """Reads a CSV file whose first line names the columns.

    Raises: ParameterError with one sentence.
    """
    try:
        text = read_text(data, "The table")
    except MediaError as error:
        raise table_error(str(error)) from error
    if named := _SEPARATOR.match(text):
        text = text[named.end() :]
    delimiter = named[1] if named else _delimiter(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(lines, [])]
        check_header(header)
        rows = list(_rows(lines, header, lambda: lines.line_num))
    except csv.Error as error:
        raise table_error(f"The table breaks off at line {lines.line_num}: {error}.") from error
    if not rows:
        raise table_error("The table has a first line with names, but no row below it.")
    return Table(tuple(header), tuple(rows))


def variables(template: str) -> tuple[str, ...]:
    """The names in ``{{ }}``, each once, in order; ``\\{{`` is two braces and no variable."""
    return tuple(dict.fromkeys(match[1] for match in _VARIABLE.finditer(template) if match[2] is None))


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its variables replaced; variables within the values are not.

    Raises: ParameterError that names what has no value.
    """
    missing = [name for name in variables(template) if name not in values]
    if missing:
        names = ", ".join(f"{{{{{name}}}}}" for name in missing)
        known = ", ".join(values) or "no columns"
        raise table_error(f"The prompt asks for {names}, but the table has {known}.")
    return _VARIABLE.sub(lambda match: "{{" if match[2] else values[match[1]], template)


def _rows(
    lines: Iterator[list[str]], header: Sequence[str], line_number: Callable[[], int]
) -> Iterator[Mapping[str, str]]:
    for number, cells in enumerate((line for line in lines if any(cell.strip() for cell in line)), 1):
        if number > MOST_ROWS:
            raise table_error(f"The table has more than {MOST_ROWS:,} rows. Cut it into several.")
        if len(cells) > len(header) and not any(cell.strip() for cell in cells[len(header) :]):
            cells = cells[: len(header)]
        if len(cells) != len(header):
            raise table_error(
                f"The row that ends at line {line_number()} has {len(cells)} cells, but there are "
                f"{len(header)} columns. Put quotes round a cell that holds a comma."
            )
        yield dict(zip(header, cells, strict=True))


def check_header(header: Sequence[str]) -> None:
    """Raises: ParameterError unless every column has a name of its own."""
    if not header:
        raise table_error("The table is empty.")
    for position, name in enumerate(header, 1):
        if not name:
            raise table_error(f"Column {position} of the table has no name in the first line.")
        if header.count(name) > 1:
            raise table_error(f"Two columns of the table are called “{name}”.")


def _delimiter(text: str) -> str:
    """Whichever of comma, semicolon and tab the first line has most of, outside of quotes."""
    header = _HEADER.match(text)
    line = re.sub(r'"[^"]*"', "", header[0] if header else "")
    return max(",;\t", key=line.count)


def table_error(sentence: str) -> ParameterError:
    """The error for a table that cannot be read or used."""
    return ParameterError({"table": sentence})
