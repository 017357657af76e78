"""The card against the live answer: what differs is named, what is not told is none."""

import pytest

from components.params.cards import default_card
from components.params.differences import differences

CARD = default_card().raw


def test_the_card_does_not_differ_from_itself():
    assert differences(CARD, CARD) == []


def test_what_the_live_card_does_not_tell_is_no_difference():
    assert (
        differences(
            CARD,
            {
                "id": "kimi-k2-6",
                "pricing": None,
                "supported_parameters": [
                    {"name": name} for name in (entry["name"] for entry in CARD["supported_parameters"])
                ],
            },
        )
        == []
    )


@pytest.mark.parametrize(
    ("live", "what"),
    [
        ({"context_window": 262_144}, "context_length"),
        ({"input_modalities": ["text"]}, "input_modalities"),
        ({"pricing": {"completion": "0.000004"}}, "pricing.completion"),
        ({"pricing": [{"prompt": "0.01"}, {"prompt": "0.02"}]}, "pricing.prompt"),
    ],
)
def test_a_fact_or_price_that_differs_is_named(live, what):
    assert [one.what for one in differences(CARD, live)] == [what]


@pytest.mark.parametrize("live", [{"pricing": {"prompt": "-1"}}, {"pricing": {"prompt": "free"}}, {"pricing": []}])
def test_a_price_that_is_none_is_no_difference(live):
    assert differences(CARD, live) == []


def test_the_order_of_a_list_and_the_word_number_are_no_difference():
    live = {
        "input_modalities": ["video", "text", "image"],
        "supported_parameters": [
            {**entry, "type": "number"} if entry["type"] == "integer" else entry
            for entry in CARD["supported_parameters"]
        ],
    }
    assert differences(CARD, live) == []


def test_parameters_that_came_went_or_changed_are_named():
    kept = [entry for entry in CARD["supported_parameters"] if entry["name"] != "top_p"]
    changed = [{**entry, "max": 1} if entry["name"] == "temperature" else entry for entry in kept]
    found = differences(CARD, {"supported_parameters": [*changed, {"name": "top_k", "type": "integer"}]})
    assert [(one.what, one.live) for one in found] == [
        ("supported_parameters.top_p", "not offered"),
        ("supported_parameters.top_k", "offered"),
        ("temperature.max", "1"),
    ]
