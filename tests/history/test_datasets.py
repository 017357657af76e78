"""Saved tables: versions, owners, and what stands in the database comes back as it was."""

from components.history import named
from components.history.datasets import list_datasets, load_dataset
from components.history.store import Store
from components.tuning.datasets.dataset import Dataset
from components.tuning.datasets.saved import dataset_json, read_saved
from components.tuning.table import Table

DATASET = Dataset(
    "CSV", Table(("q", "expected"), ({"q": "a\0b", "expected": "ß"},)), "{{q}}", "Be short.", {"json": ""}
)


def test_every_version_of_a_table_stays_until_it_is_deleted(store: Store):
    named.save_version(store, "datasets", "ann", "Capitals", dataset_json(DATASET))
    named.save_version(store, "datasets", "ann", "Capitals", dataset_json(DATASET))  # the same again is no version
    named.save_version(store, "datasets", "ann", "Capitals", {"columns": []})
    assert list_datasets(store, "ann") == {"Capitals": (1, 2)} and list_datasets(store, "bob") == {}
    stored = load_dataset(store, "ann", "Capitals", 1)
    assert stored is not None and read_saved(stored) == DATASET
    assert load_dataset(store, "ann", "Capitals", 3) is None and load_dataset(store, "bob", "Capitals", 1) is None
    named.delete(store, "datasets", "bob", "Capitals")
    assert list_datasets(store, "ann")
    named.delete(store, "datasets", "ann", "Capitals")
    assert list_datasets(store, "ann") == {}
