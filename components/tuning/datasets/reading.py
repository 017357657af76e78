"""Reads a table of any format that is known, and says which it was recognised as."""

from __future__ import annotations

from typing import Any

from components.core.errors import MediaError
from components.media.text_files import read_text
from components.tuning.checks import COLUMN
from components.tuning.datasets.dataset import Dataset, prompt_for, refused, table_of, with_expected
from components.tuning.datasets.eval_tools import shape_of
from components.tuning.datasets.file_rows import Carried, carried
from components.tuning.datasets.promptfoo import is_promptfoo, read_promptfoo
from components.tuning.datasets.yaml_text import read_yaml
from components.tuning.scorers import CHECKED
from components.tuning.table import MOST_BYTES

# What the uploader offers; how a file is read is told by what is in it, except that YAML is told by its name.
SUFFIXES = ("csv", "tsv", "txt", "jsonl", "ndjson", "json", "xlsx", "yaml", "yml")
_MOST_YAML = 5_000_000


def read_dataset(data: bytes, name: str) -> Dataset:
    """The rows of a file called `name`. Raises: ParameterError with one sentence."""
    if len(data) > MOST_BYTES:
        raise refused(f"The table has {len(data) / 1e6:.0f} MB; at most {MOST_BYTES // 1_000_000} MB are read.")
    if not data.strip():
        raise refused("The table is empty.")
    if name.lower().endswith((".yaml", ".yml")):
        return _yaml(data)
    found = carried(data)
    if is_promptfoo(found.whole):
        return read_promptfoo(found.whole or {})
    if (
        found.whole is not None
        and isinstance(rows := next(iter(found.whole.values()), None), list)
        and len(found.whole) == 1
    ):
        found = Carried(found.kind, [row for row in rows if isinstance(row, dict)], found.left_out)
    read: Any = shape_of(found.rows) if found.rows else None
    if read is not None:
        dataset: Dataset = read(found.rows, found.kind)
        return dataset
    table = table_of(found.rows)
    told: tuple[str, ...] = ()
    if found.kind not in ("CSV", "TSV"):
        table, told = with_expected(table)
    scorers = {CHECKED: ""} if COLUMN in table.columns else {}
    return Dataset(found.kind, table, prompt_for(table), "", scorers, (*told, *found.left_out))


def _yaml(data: bytes) -> Dataset:
    if len(data) > _MOST_YAML:
        raise refused(f"The file has {len(data) / 1e6:.0f} MB; at most {_MOST_YAML // 10**6} MB of YAML are read.")
    try:
        whole = read_yaml(read_text(data, "The file"))
    except MediaError as error:
        raise refused(str(error)) from error
    if not is_promptfoo(whole):
        raise refused("The YAML is no promptfoo configuration: it has neither prompts nor tests.")
    return read_promptfoo(whole)
