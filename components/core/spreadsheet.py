"""Tables as CSV for a spreadsheet: it opens as UTF-8, and no cell of it is run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from components.core.texts import whole_characters

# Excel reads a CSV file as UTF-8 only if it begins with this, see
# https://support.microsoft.com/office/8a935af5-3416-4edd-ba7e-3dfd2bc4a032 (read 2026-11-28).
BYTE_ORDER_MARK = "\ufeff"
# Spreadsheets take a cell that begins with one of these for a formula, and run it:
# https://owasp.org/www-community/attacks/CSV_Injection (read 2026-11-25).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Returns the table as CSV. Texts are made harmless; None is an empty cell, numbers stay as they are."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in (header, *rows):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return whole_characters(BYTE_ORDER_MARK + out.getvalue())


def harmless(text: str) -> str:
    """Returns the text with an apostrophe before it where a spreadsheet would read it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
