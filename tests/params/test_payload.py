"""From the form's values to the parameters of a request: both ways to send, and what is said on the way."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import ParameterError
from components.params.cards import default_card
from components.params.payload import SendMode, build_payload, changed

CARD = default_card()

# What the page documents as defaults, less what has none (`stop`) and what the budget stands for (`reasoning_effort`).
EVERYTHING = {
    "temperature": 0.7,
    "top_p": 0.9,
    "max_tokens": 4096,
    "enable_thinking": True,
    "thinking_budget": 32768,
    "web_search_linkup": False,
    "disable_formatting": False,
}

choices = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.floats(0, 2),
        "top_p": st.floats(0, 1),
        "max_tokens": st.integers(1, 16000),
        "stop": st.lists(st.text(min_size=1), max_size=4),
        "enable_thinking": st.booleans(),
        "thinking_budget": st.integers(1, 81920),
        "reasoning_effort": st.sampled_from(["none", "low", "medium", "high", "max"]),
        "web_search_linkup": st.booleans(),
        "disable_formatting": st.booleans(),
    },
)


@dataclass(frozen=True)
class Case:
    id: str
    mode: SendMode
    chosen: dict[str, object]
    sent: dict[str, object]
    warnings: list[str] = field(default_factory=list)


CASES = [
    Case("nothing chosen, nothing sent", "changed", {}, {}),
    Case("nothing chosen, all defaults sent", "everything", {}, EVERYTHING),
    Case(
        "what is chosen is sent", "changed", {"max_tokens": 10, "temperature": 0}, {"temperature": 0, "max_tokens": 10}
    ),
    Case("a default chosen on purpose is sent", "changed", {"temperature": 0.7}, {"temperature": 0.7}),
    Case(
        "a choice replaces the default",
        "everything",
        {"temperature": 0, "stop": ["END"]},
        EVERYTHING | {"temperature": 0, "stop": ("END",)},
    ),
    Case(
        "effort takes the place of the default budget",
        "everything",
        {"reasoning_effort": "low"},
        {name: value for name, value in EVERYTHING.items() if name != "thinking_budget"} | {"reasoning_effort": "low"},
    ),
    Case("empty means not set", "changed", {"stop": ["", ""], "temperature": None}, {}),
    Case(
        "a contradiction is warned about",
        "changed",
        {"enable_thinking": False, "thinking_budget": 5},
        {"enable_thinking": False},
        ["`thinking_budget` 5 has no meaning while thinking is off: it is not sent."],
    ),
    Case(
        "no footer without a search",
        "changed",
        {"disable_formatting": True},
        {"disable_formatting": True},
        ["`disable_formatting` has a meaning only while `web_search_linkup` is true."],
    ),
    Case(
        "no footer with a search",
        "changed",
        {"disable_formatting": True, "web_search_linkup": True},
        {"web_search_linkup": True, "disable_formatting": True},
    ),
    Case("the default without a search", "changed", {"disable_formatting": False}, {"disable_formatting": False}),
    Case(
        "a long stop string is sent with advice",
        "changed",
        {"stop": ["x" * 33]},
        {"stop": ("x" * 33,)},
        [
            f"stop: '{'x' * 33}' is 33 bytes long; Moonshot documents at most 32, so it may be refused or ignored "
            "upstream."
        ],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_payload(case: Case):
    payload = build_payload(case.chosen, CARD, case.mode)
    assert payload.parameters == case.sent
    assert list(payload.warnings) == case.warnings


@pytest.mark.parametrize("mode", ["changed", "everything"])
def test_all_problems_are_raised_at_once(mode: SendMode):
    with pytest.raises(ParameterError) as caught:
        build_payload({"temperature": 3, "max_tokens": 0, "top_p": 0.5, "seed": 1}, CARD, mode)
    assert list(caught.value.problems) == ["temperature", "max_tokens", "seed"]


@given(choices)
def test_changed_sends_nothing_that_was_not_chosen(chosen):
    sent = build_payload(chosen, CARD).parameters
    assert sent.keys() <= chosen.keys()


@given(choices, st.sampled_from(["changed", "everything"]))
def test_parameters_stand_in_the_order_of_the_card_and_thinking_is_among_them(chosen, mode):
    payload = build_payload(chosen, CARD, mode)
    assert list(payload.parameters) == [name for name in CARD.parameters if name in payload.parameters]
    assert payload.thinking.sent.items() <= payload.parameters.items()


@given(choices)
def test_sending_everything_leaves_no_default_to_the_api(chosen):
    sent = build_payload(chosen, CARD, "everything").parameters
    assert sent.keys() | {"stop", "thinking_budget", "reasoning_effort"} == CARD.parameters.keys()


@given(choices)
def test_only_changes_are_changed_and_none_of_them_is_lost(chosen):
    differing = changed(chosen, CARD)
    for name, value in chosen.items():
        assert (name in differing) is (value != CARD.defaults[name] and value != [])
    assert changed(differing, CARD) == differing


@pytest.mark.parametrize(
    ("values", "differing"),
    [
        ({}, {}),
        (dict(CARD.defaults), {}),
        (
            {"temperature": 0, "web_search_linkup": False, "enable_thinking": False},
            {"temperature": 0, "enable_thinking": False},
        ),
        ({"stop": [], "top_p": None}, {}),
        ({"stop": ()}, {}),
        ({"stop": ["a"]}, {"stop": ["a"]}),
        ({"seed": 1}, {"seed": 1}),
    ],
    ids=str,
)
def test_changed_values(values: dict[str, object], differing: dict[str, object]):
    # An unknown name stays in, so that the check can refuse it instead of losing it in silence.
    assert changed(values, CARD) == differing
