"""Reads the rows of a file: JSON Lines, a JSON list, CSV and TSV, and workbooks of Excel. `reading` interprets them."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import openpyxl

from components.core.errors import MediaError
from components.core.typed_json import NotJson, read_typed_json
from components.media.text_files import read_text
from components.tuning.datasets.dataset import MOST_COLUMNS
from components.tuning.table import MOST_ROWS, check_header, read_table, table_error

_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# [own] What a workbook may unpack to: ten times the largest file.
_MOST_UNPACKED = 200_000_000
_DAMAGED = "The workbook is damaged, or no XLSX file: open it in the spreadsheet and save it again."


@dataclass(frozen=True, slots=True)
class FileRows:
    """`kind`: the file's format, in words. `document`: the JSON object that the file is, in place of a list of rows."""

    kind: str
    rows: list[Mapping[str, Any]]
    left_out: tuple[str, ...] = ()
    document: Mapping[str, Any] | None = None


def rows_in(data: bytes) -> FileRows:
    """Reads the rows of a file by its content, whatever its name. Raises: ParameterError with one sentence."""
    if data.startswith(_OLD_WORKBOOK):
        raise table_error("This is a workbook of an Excel before 2007: save it as XLSX or CSV in the spreadsheet.")
    if data.startswith(_WORKBOOK):
        return _workbook(data)
    try:
        text = read_text(data, "The table").strip()
    except MediaError as error:
        raise table_error(str(error)) from error
    if text.startswith("["):
        return FileRows("JSON", _objects(_json(text)))
    if text.startswith("{"):
        return _lines(text)
    table = read_table(data)
    tabs = "\t" in text.partition("\n")[0]
    return FileRows("TSV" if tabs else "CSV", [dict(row) for row in table.rows])


def _lines(text: str) -> FileRows:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    try:
        values = [read_typed_json(line) for _, line in lines[:1]]
    except NotJson:
        values = []
    if len(lines) == 1 or not values:  # one object over several lines
        document = _json(text)
        if not isinstance(document, dict):
            raise table_error("The JSON is no object and no list of objects.")
        return FileRows("JSON", [document], document=document)
    return FileRows("JSON Lines", _objects([_json(line, number) for number, line in lines], "line"))


def _json(text: str, line: int | None = None) -> Any:
    try:
        return read_typed_json(text)
    except NotJson as error:
        at = f"Line {line if line is not None else error.line} of the file cannot be read:"
        raise table_error(f"{at} {error}") from error


def _objects(values: object, noun: str = "entry") -> list[Mapping[str, Any]]:
    if not isinstance(values, list):
        raise table_error("The JSON is no list of objects.")
    for number, value in enumerate(values, 1):
        if not isinstance(value, dict):
            raise table_error(
                f"Each {noun} is to be a JSON object with the row's values by name; number {number} is none."
            )
    return values


def _workbook(data: bytes) -> FileRows:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise table_error(_DAMAGED) from error
    if unpacked > _MOST_UNPACKED:
        raise table_error(
            f"The workbook unpacks to {unpacked / 1e6:,.0f} MB; at most {_MOST_UNPACKED // 10**6} are read."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out: drop-down lists, styles
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = {sheet.title: list(_cells(sheet)) for sheet in book.worksheets}
    except Exception as error:  # the library raises whatever the damaged XML runs into
        raise table_error(_DAMAGED) from error
    filled = {name: rows for name, rows in sheets.items() if rows}
    if not filled:
        raise table_error("The workbook is empty.")
    name, (header, *rows) = next(iter(filled.items()))
    others = [
        f"The sheet `{other}` is left out: the first one with cells is read." for other in filled if other != name
    ]
    return FileRows("XLSX workbook", [_row(header, row, number) for number, row in enumerate(rows, 2)], tuple(others))


def _cells(sheet: Any) -> Iterator[list[object]]:
    sheet.reset_dimensions()  # the size in the file may be wrong
    for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1, max_row=MOST_ROWS * 2):
        cells = [_plain(value) for value in row]
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if cells:
            yield cells


def _plain(value: object) -> object:
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def _row(header: list[object], cells: list[object], number: int) -> Mapping[str, Any]:
    names = ["" if name is None else str(name).strip() for name in header]
    check_header(names)
    if len(cells) > len(names):
        raise table_error(f"Row {number} of the sheet has {len(cells)} cells, but there are {len(names)} columns.")
    return dict(zip(names, [*cells, *[None] * (len(names) - len(cells))], strict=True))
