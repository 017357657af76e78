"""Saved tables: versions, owners, and what stands in the database comes back as it was."""

from components.history.datasets import delete_dataset, list_datasets, load_dataset, save_dataset
from components.history.store import Store
from components.tuning.datasets.dataset import Dataset
from components.tuning.datasets.saved import dataset_json, read_saved
from components.tuning.table import Table

DATASET = Dataset(
    "CSV", Table(("q", "expected"), ({"q": "a\0b", "expected": "ß"},)), "{{q}}", "Be short.", {"json": ""}
)


def test_every_version_of_a_table_stays_until_it_is_deleted(store: Store):
    save_dataset(store, "ann", "Capitals", dataset_json(DATASET))
    save_dataset(store, "ann", "Capitals", dataset_json(DATASET))  # the same again is no version
    save_dataset(store, "ann", "Capitals", {"columns": []})
    assert list_datasets(store, "ann") == {"Capitals": (1, 2)} and list_datasets(store, "bob") == {}
    stored = load_dataset(store, "ann", "Capitals", 1)
    assert stored is not None and read_saved(stored) == DATASET
    assert load_dataset(store, "ann", "Capitals", 3) is None and load_dataset(store, "bob", "Capitals", 1) is None
    delete_dataset(store, "bob", "Capitals")
    assert list_datasets(store, "ann")
    delete_dataset(store, "ann", "Capitals")
    assert list_datasets(store, "ann") == {}
