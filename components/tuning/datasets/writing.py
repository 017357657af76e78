"""Writes a table: JSON Lines for programs, XLSX for a spreadsheet. What was read comes back as it was."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from components.tuning.table import Table

# What a cell of Excel holds; what is more would make it call the file damaged:
# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3 (read 2026-11-28).
_MOST_OF_A_CELL = 32_767


def as_jsonl(table: Table) -> bytes:
    """An object a row, texts as they are."""
    return "".join(json.dumps(dict(row), ensure_ascii=False) + "\n" for row in table.rows).encode()


def as_xlsx(table: Table) -> bytes:
    """One sheet; every cell is a text, also one that begins with ``=``. Control characters become U+FFFD, and a text
    that no cell can hold is cut at its end.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Table")
    for row in (table.columns, *(tuple(each.values()) for each in table.rows)):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:_MOST_OF_A_CELL])
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WRITERS: Mapping[str, tuple[str, str, Callable[[Table], bytes]]] = MappingProxyType(
    {
        "jsonl": ("JSON Lines", "application/jsonl", as_jsonl),
        "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    }
)
"""Suffix -> what it is called, its media type, and what writes it."""
