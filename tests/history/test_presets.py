"""Presets belong to their owner, and a shipped one is what the model card allows."""

import pytest

from components.history import named
from components.history.presets import SHIPPED, list_presets, save_preset
from components.history.store import Store
from components.params.cards import default_card
from components.params.validation import validate


def test_a_preset_is_saved_replaced_renamed_and_deleted(store: Store):
    save_preset(store, "ann", "mine", {"values": {"top_p": 0.5}})
    save_preset(store, "ann", "mine", {"values": {"top_p": 0.6}})
    save_preset(store, "ann", "other", {"values": {}})
    assert list_presets(store, "ann")["mine"] == {"values": {"top_p": 0.6}}
    assert not named.rename(store, "presets", "ann", "mine", "other") and named.rename(
        store, "presets", "ann", "mine", "best"
    )
    assert list(list_presets(store, "ann")) == ["best", "other"]
    named.delete(store, "presets", "ann", "best")
    assert list(list_presets(store, "ann")) == ["other"]


def test_nobody_sees_or_changes_the_presets_of_somebody_else(store: Store):
    save_preset(store, "ann", "mine", {"values": {}})
    named.delete(store, "presets", "bob", "mine")
    assert named.rename(store, "presets", "bob", "mine", "his")
    assert list_presets(store, "bob") == {} and list(list_presets(store, "ann")) == ["mine"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_preset_is_allowed(name: str):
    checked = validate(SHIPPED[name], default_card())
    assert not checked.problems
    assert checked.values.keys() == SHIPPED[name].keys()
