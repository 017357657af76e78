"""Comparisons and drafts of sweeps in the database, on both kinds."""

from dataclasses import replace

import pytest

from components.core.errors import StoreError
from components.history import sweep_drafts
from components.history.comparisons import (
    ComparisonHead,
    ComparisonRecord,
    delete_comparison,
    list_comparisons,
    load_comparison,
    save_comparison,
)
from components.history.sweep_drafts import load_sweep_draft, save_sweep_draft
from tests.history.samples import EVERY_PART

RECORD = ComparisonRecord("one", "local", "What is here?", 2, 1.5, {"version": 1, "text": "a\0b"}, EVERY_PART)


def test_a_comparison_comes_back_as_it_was_written_last(store):
    save_comparison(store, RECORD)
    assert load_comparison(store, "one", "local") == RECORD
    later = replace(RECORD, title="Else", trials=3, state={"version": 1, "vote": "A"}, messages=EVERY_PART[:2])
    save_comparison(store, later)
    assert load_comparison(store, "one", "local") == later
    assert list_comparisons(store, "local") == [ComparisonHead("one", "Else", 3, 1.5)]


def test_the_newest_stands_first_and_one_that_asked_nothing_is_not_listed(store):
    for number in range(3):
        save_comparison(store, replace(RECORD, id=str(number), created_at=number, trials=number, messages=()))
    assert [head.id for head in list_comparisons(store, "local")] == ["2", "1"]


def test_a_comparison_is_its_owners_alone(store):
    save_comparison(store, RECORD)
    assert load_comparison(store, "one", "other") is None and list_comparisons(store, "other") == []
    with pytest.raises(StoreError, match="belongs to somebody else"):
        save_comparison(store, replace(RECORD, owner="other", title="Taken over"))
    delete_comparison(store, "one", "other")
    assert load_comparison(store, "one", "local") == RECORD
    delete_comparison(store, "one", "local")
    assert load_comparison(store, "one", "local") is None


def test_a_draft_is_its_owners_and_the_oldest_give_way(store, monkeypatch):
    monkeypatch.setattr(sweep_drafts, "_MOST", 2)
    save_sweep_draft(store, "mine", "local", {"prompts": "a\0"})
    save_sweep_draft(store, "mine", "other", {"prompts": "taken over"})
    assert load_sweep_draft(store, "mine", "local") == {"prompts": "a\0"}
    assert load_sweep_draft(store, "mine", "other") is None
    save_sweep_draft(store, "mine", "local", {"prompts": "b"})
    for number in range(2):
        save_sweep_draft(store, str(number), "local", {})
    assert load_sweep_draft(store, "mine", "local") is None and load_sweep_draft(store, "1", "local") == {}
