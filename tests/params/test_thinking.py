"""Three overlapping parameters, one decision: every combination, written down."""

import itertools
from dataclasses import dataclass

import pytest

from components.core.card import ParameterValue
from components.params.cards import default_card
from components.params.thinking import resolve_thinking

CARD = default_card()
UNSET = None
ENABLED = (UNSET, True, False)
BUDGETS = (UNSET, 1000)
EFFORTS = (UNSET, "none", "low", "medium", "high", "max")

Sent = dict[str, ParameterValue]


@dataclass(frozen=True)
class Case:
    enabled: bool | None
    budget: int | None
    effort: str | None
    everything: bool = False

    @property
    def chosen(self) -> Sent:
        given = {"enable_thinking": self.enabled, "thinking_budget": self.budget, "reasoning_effort": self.effort}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def switches_off(self) -> bool:
        return self.enabled is False or self.effort == "none"

    @property
    def contradicts_itself(self) -> bool:
        """Two of the wishes cannot both be met: off beside anything that wants thinking, or two limits."""
        level = self.effort not in (None, "none")
        if self.switches_off:
            return self.enabled is True or level or self.budget is not None
        return level and self.budget is not None

    def __str__(self) -> str:
        words = [f"{name}={value}" for name, value in self.chosen.items()]
        return ",".join(words or ["nothing"]) + ("-everything" if self.everything else "")


OFF: Sent = {"enable_thinking": False}
ON: Sent = {"enable_thinking": True}
NO_EFFORT: Sent = {"reasoning_effort": "none"}
BUDGET: Sent = {"thinking_budget": 1000}

# (enable_thinking, thinking_budget, reasoning_effort) -> what is sent when only what was changed is sent.
SENT: dict[tuple[bool | None, int | None, str | None], Sent] = {
    (UNSET, UNSET, UNSET): {},
    (UNSET, UNSET, "none"): NO_EFFORT,
    (UNSET, UNSET, "low"): {"reasoning_effort": "low"},
    (UNSET, UNSET, "medium"): {"reasoning_effort": "medium"},
    (UNSET, UNSET, "high"): {"reasoning_effort": "high"},
    (UNSET, UNSET, "max"): {"reasoning_effort": "max"},
    (UNSET, 1000, UNSET): BUDGET,
    (UNSET, 1000, "none"): NO_EFFORT,
    (UNSET, 1000, "low"): BUDGET,
    (UNSET, 1000, "medium"): BUDGET,
    (UNSET, 1000, "high"): BUDGET,
    (UNSET, 1000, "max"): BUDGET,
    (True, UNSET, UNSET): ON,
    (True, UNSET, "none"): NO_EFFORT,
    (True, UNSET, "low"): ON | {"reasoning_effort": "low"},
    (True, UNSET, "medium"): ON | {"reasoning_effort": "medium"},
    (True, UNSET, "high"): ON | {"reasoning_effort": "high"},
    (True, UNSET, "max"): ON | {"reasoning_effort": "max"},
    (True, 1000, UNSET): ON | BUDGET,
    (True, 1000, "none"): NO_EFFORT,
    (True, 1000, "low"): ON | BUDGET,
    (True, 1000, "medium"): ON | BUDGET,
    (True, 1000, "high"): ON | BUDGET,
    (True, 1000, "max"): ON | BUDGET,
    (False, UNSET, UNSET): OFF,
    (False, UNSET, "none"): OFF,
    (False, UNSET, "low"): OFF,
    (False, UNSET, "medium"): OFF,
    (False, UNSET, "high"): OFF,
    (False, UNSET, "max"): OFF,
    (False, 1000, UNSET): OFF,
    (False, 1000, "none"): OFF,
    (False, 1000, "low"): OFF,
    (False, 1000, "medium"): OFF,
    (False, 1000, "high"): OFF,
    (False, 1000, "max"): OFF,
}

CHANGED = [Case(*combination) for combination in itertools.product(ENABLED, BUDGETS, EFFORTS)]
ALL = CHANGED + [Case(*combination, everything=True) for combination in itertools.product(ENABLED, BUDGETS, EFFORTS)]


def test_the_table_covers_every_combination():
    assert SENT.keys() == {(case.enabled, case.budget, case.effort) for case in CHANGED}
    assert (len(SENT), len(ALL)) == (36, 72)


@pytest.mark.parametrize("case", CHANGED, ids=str)
def test_what_is_sent_when_only_changes_are_sent(case: Case):
    assert resolve_thinking(case.chosen, CARD).sent == SENT[case.enabled, case.budget, case.effort]


@pytest.mark.parametrize("case", ALL, ids=str)
def test_at_most_one_limit_is_sent_and_never_one_that_thinking_off_makes_pointless(case: Case):
    sent = resolve_thinking(case.chosen, CARD, everything=case.everything).sent
    limits = sent.keys() & {"thinking_budget", "reasoning_effort"}
    assert len(limits) <= 1
    if case.switches_off:
        assert "thinking_budget" not in sent
        assert sent.get("enable_thinking", False) is False
        assert sent.get("reasoning_effort", "none") == "none"
    else:
        assert sent.get("enable_thinking", True) is True
        assert sent.get("reasoning_effort") != "none"


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_contradiction_is_warned_about_and_nothing_else_is(case: Case):
    thinking = resolve_thinking(case.chosen, CARD, everything=case.everything)
    assert bool(thinking.warnings) is case.contradicts_itself
    for name, value in case.chosen.items():
        overruled = thinking.sent.get(name) != value and {name: value} not in (OFF, NO_EFFORT)
        if overruled:
            assert any(f"`{name}`" in warning for warning in thinking.warnings), name


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_value_is_one_that_was_chosen_or_the_documented_default(case: Case):
    sent = resolve_thinking(case.chosen, CARD, everything=case.everything).sent
    for name, value in sent.items():
        # Effort `none` is documented to disable thinking, so `enable_thinking` false only says it twice.
        said_twice = case.effort == "none" and {name: value} == OFF
        assert said_twice or value == case.chosen.get(name, CARD.defaults[name])


@pytest.mark.parametrize("case", ALL, ids=str)
def test_the_reason_is_one_sentence_that_says_on_off_or_nothing(case: Case):
    thinking = resolve_thinking(case.chosen, CARD, everything=case.everything)
    assert thinking.reason.endswith(".")
    if not thinking.sent:
        assert thinking.reason.startswith("Nothing is sent about thinking")
    else:
        assert thinking.reason.startswith(f"Thinking is {'off' if case.switches_off else 'on'}")
    for warning in thinking.warnings:
        assert warning.startswith("`") and warning.endswith(".")


@pytest.mark.parametrize("case", [case for case in ALL if case.everything], ids=str)
def test_with_everything_the_switch_is_always_sent_and_a_limit_while_thinking_is_on(case: Case):
    sent = resolve_thinking(case.chosen, CARD, everything=True).sent
    assert sent["enable_thinking"] is (not case.switches_off)
    if not case.switches_off:
        assert len(sent) == 2


def test_with_everything_and_no_choice_the_documented_budget_is_the_limit():
    thinking = resolve_thinking({}, CARD, everything=True)
    assert thinking.sent == {"enable_thinking": True, "thinking_budget": 32768}
    assert thinking.reason == (
        "Thinking is on with the documented default budget of 32,768 tokens; effort sets the same limit, "
        "so it is not sent."
    )


@dataclass(frozen=True)
class Said:
    chosen: Sent
    warnings: tuple[str, ...]


@pytest.mark.parametrize(
    "case",
    [
        Said({}, ()),
        Said({"enable_thinking": False, "reasoning_effort": "none"}, ()),
        Said(
            {"enable_thinking": False, "reasoning_effort": "high"},
            ("`reasoning_effort` high asks for thinking, but thinking is off: it is not sent.",),
        ),
        Said(
            {"enable_thinking": True, "reasoning_effort": "none"},
            ("`enable_thinking` is on, but `reasoning_effort` none switches thinking off: off wins.",),
        ),
        Said(
            {"thinking_budget": 1000, "reasoning_effort": "low"},
            ("`reasoning_effort` low and `thinking_budget` 1,000 both set the limit: the budget is sent.",),
        ),
        Said(
            {"enable_thinking": False, "thinking_budget": 1000, "reasoning_effort": "low"},
            (
                "`reasoning_effort` low asks for thinking, but thinking is off: it is not sent.",
                "`thinking_budget` 1,000 has no meaning while thinking is off: it is not sent.",
            ),
        ),
    ],
    ids=lambda case: str(case.chosen),
)
def test_warnings_name_both_sides_of_the_contradiction(case: Said):
    assert resolve_thinking(case.chosen, CARD).warnings == case.warnings
