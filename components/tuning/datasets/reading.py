"""Reads a table of any known format, which it tells by the content."""

from __future__ import annotations

from components.core.errors import MediaError
from components.media.text_files import read_text
from components.tuning.checks import COLUMN
from components.tuning.datasets.dataset import Dataset, prompt_for, table_of, with_expected
from components.tuning.datasets.eval_tools import reader_of
from components.tuning.datasets.file_rows import FileRows, rows_in
from components.tuning.datasets.promptfoo import is_promptfoo, read_promptfoo
from components.tuning.datasets.yaml_text import read_yaml
from components.tuning.scorers import CHECKED
from components.tuning.table import MOST_BYTES, table_error

# The suffixes that the uploader offers. Only YAML is told by its suffix, all other formats by their content.
SUFFIXES = ("csv", "tsv", "txt", "jsonl", "ndjson", "json", "xlsx", "yaml", "yml")
_MOST_YAML = 5_000_000


def read_dataset(data: bytes, name: str) -> Dataset:
    """Reads a file called `name`. Raises: ParameterError with one sentence."""
    if len(data) > MOST_BYTES:
        raise table_error(f"The table has {len(data) / 1e6:.0f} MB; at most {MOST_BYTES // 1_000_000} MB are read.")
    if not data.strip():
        raise table_error("The table is empty.")
    if name.lower().endswith((".yaml", ".yml")):
        return _yaml(data)
    found = rows_in(data)
    if is_promptfoo(found.document):
        return read_promptfoo(found.document or {})
    if (
        found.document is not None
        and isinstance(rows := next(iter(found.document.values()), None), list)
        and len(found.document) == 1
    ):
        found = FileRows(found.kind, [row for row in rows if isinstance(row, dict)], found.left_out)
    if found.rows and (read := reader_of(found.rows)) is not None:
        return read(found.rows, found.kind)
    table = table_of(found.rows)
    renamed: tuple[str, ...] = ()
    if found.kind not in ("CSV", "TSV"):
        table, renamed = with_expected(table)
    scorers = {CHECKED: ""} if COLUMN in table.columns else {}
    return Dataset(found.kind, table, prompt_for(table), "", scorers, (*renamed, *found.left_out))


def _yaml(data: bytes) -> Dataset:
    if len(data) > _MOST_YAML:
        raise table_error(f"The file has {len(data) / 1e6:.0f} MB; at most {_MOST_YAML // 10**6} MB of YAML are read.")
    try:
        document = read_yaml(read_text(data, "The file"))
    except MediaError as error:
        raise table_error(str(error)) from error
    if not is_promptfoo(document):
        raise table_error("The YAML is no promptfoo configuration: it has neither prompts nor tests.")
    return read_promptfoo(document)
