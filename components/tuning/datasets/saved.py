"""A dataset as the history stores it: its rows, and the prompt and scorers that go with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.tuning.datasets.dataset import Dataset
from components.tuning.table import Table


def dataset_json(dataset: Dataset) -> dict[str, Any]:
    """The dataset as JSON; `read_saved` is its inverse."""
    return {
        "format": dataset.format,
        "columns": list(dataset.table.columns),
        "rows": [list(row.values()) for row in dataset.table.rows],
        "prompt": dataset.prompt,
        "system": dataset.system,
        "scorers": dict(dataset.scorers),
        "left_out": list(dataset.left_out),
    }


def read_saved(stored: Mapping[str, Any]) -> Dataset:
    """The dataset of its JSON."""
    columns = tuple(stored["columns"])
    rows = tuple(dict(zip(columns, row, strict=True)) for row in stored["rows"])
    return Dataset(
        stored["format"],
        Table(columns, rows),
        stored["prompt"],
        stored["system"],
        stored["scorers"],
        tuple(stored["left_out"]),
    )
