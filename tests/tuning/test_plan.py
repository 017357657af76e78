"""What a sweep asks, and what it may cost at most."""

import json
import random
from decimal import Decimal

import pytest

from components.api.wires.weight import estimate_request
from components.core.errors import ParameterError
from components.core.parts import ImagePart, Message, TextPart
from components.params.cards import default_card
from components.params.choices import Choices
from components.tuning.budget import Budget, price
from components.tuning.draft import Draft, draft_json, plan_of, read_draft
from components.tuning.plan import MOST_CELLS, Plan, Question, Variant, check_plan, grid, plan_json, read_plan
from components.tuning.scorers import Scorer
from components.tuning.table import Table

CARD = default_card()


def plan(**changes):
    values = {
        "name": "A sweep",
        "questions": (Question("One?", "1"), Question("Two?", "2")),
        "variants": grid({"temperature": [0.0, 1.0], "stop": [("\n",), ()], "frames": [4]}),
        "repeats": 3,
        "choices": Choices({"max_tokens": 100}, "messages", "Be kind.", stream=False),
        "scorers": (Scorer("number"),),
        "cap_usd": Decimal("1.50"),
    }
    return Plan(**{**values, **changes})


def message(text):
    return Message("user", (TextPart(text),))


def test_every_cell_has_a_number_of_its_own_and_repeats_come_last():
    whole = plan()
    cells = [whole.cell(number) for number in range(whole.size)]
    assert whole.size == 2 * 4 * 3 == len({(cell.question, cell.variant, cell.repeat) for cell in cells})
    assert [cell.repeat for cell in cells] == [0] * 8 + [1] * 8 + [2] * 8


def test_a_grid_is_every_combination_and_media_stand_apart():
    variants = grid({"temperature": [0.0, 1.0], "frames": [4, 8]})
    assert [(dict(one.values), dict(one.media)) for one in variants][1] == ({"temperature": 0.0}, {"frames": 8})
    assert variants[2].label == "temperature 1.0, frames 4"
    assert grid({})[0].label == "as set"


def test_a_cell_sends_the_plans_choices_with_its_own_on_top():
    whole = plan()
    request = whole.request(whole.cell(0), message("One?"), "kimi-k2-6", CARD)
    assert request.parameters == {"temperature": 0.0, "max_tokens": 100, "stop": ("\n",)}
    assert (request.wire, request.system) == ("messages", "Be kind.")
    assert whole.choices.values == {"max_tokens": 100}


def test_a_plan_comes_back_from_its_json_as_it_was():
    assert read_plan(plan_json(plan())) == plan()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"questions": (Question(" "),)}, "A prompt is empty"),
        ({"repeats": 0}, "At least one repeat"),
        ({"repeats": 10_000}, f"at most {MOST_CELLS:,}"),
        ({"cap_usd": Decimal(0)}, "must be more than"),
        ({"variants": (Variant({"temperature": 3.0}),)}, "temperature must be a number from 0 to 2"),
        ({"scorers": (Scorer("regex", "("),)}, "pattern cannot be read"),
        ({"questions": (Question("One?"),)}, "an expected answer for every prompt"),
    ],
)
def test_what_could_not_be_carried_out_is_refused_before_it_costs(changes, words):
    with pytest.raises(ParameterError, match=words):
        check_plan(plan(**changes), CARD)
    check_plan(plan(), CARD)


def test_the_price_by_hand():
    whole = plan(choices=Choices({"max_tokens": 1_000, "enable_thinking": False}), variants=grid({}))
    asked = whole.request(whole.cell(0), message("x" * 400), "m", CARD)
    found = price(asked, CARD)
    assert found.low_usd == estimate_request(asked).tokens * Decimal("0.0000008939") + 60 * Decimal("0.0000037131")
    assert found.high_usd == 600 * Decimal("0.0000008939") + 1_000 * Decimal("0.0000037131")


@pytest.mark.parametrize(
    ("values", "room"),
    [
        ({}, 4_096 + 32_768),
        ({"thinking_budget": 100}, 4_196),
        ({"reasoning_effort": "low"}, 4_096 + 81_920),
        ({"reasoning_effort": "none"}, 4_096),
        ({"enable_thinking": False, "max_tokens": 7}, 7),
    ],
)
def test_the_most_it_can_write_follows_from_the_parameters(values, room):
    request = Choices(values).request("m", (), CARD)
    assert price(request, CARD).high_tokens == room + 200


def test_pictures_and_search_are_in_the_highest_price():
    picture = Message("user", (ImagePart(b"x", "image/png", 280, 140, "a.png"), TextPart("?")))
    plain = price(Choices({"max_tokens": 1}).request("m", (message("?"),), CARD), CARD)
    seen = price(Choices({"max_tokens": 1}).request("m", (picture,), CARD), CARD)
    assert seen.high_tokens - plain.high_tokens == 200 and seen.low_tokens > plain.low_tokens
    searched = price(Choices({"max_tokens": 1, "web_search_linkup": True}).request("m", (), CARD), CARD)
    assert searched.low_usd > Decimal("0.013")


def test_a_cap_is_never_passed_whatever_calls_cost_up_to_their_most():
    chance = random.Random(5)
    for _ in range(50):
        budget = Budget(Decimal("1"))
        under_way: list[Decimal] = []
        while True:
            most = Decimal(chance.randint(1, 40)) / 100
            if budget.reserve(most):
                under_way.append(most)
            elif under_way:
                reserved = under_way.pop(chance.randrange(len(under_way)))
                budget.settle(reserved, reserved * chance.randint(0, 100) / 100)
            else:
                break
            assert budget.spent + sum(under_way) <= 1 and budget.reserved == sum(under_way)
        assert budget.spent > Decimal("0.5") and budget.reserved == 0


def test_a_draft_comes_back_from_its_json_as_it_was():
    table = Table(("a", "expected"), ({"a": "=1+1\0", "expected": "2"}, {"a": "x,\n", "expected": ""}))
    draft = Draft(
        Choices({"stop": ("a", "b")}, system="Be brief."),
        kind="thinking",
        prompts="What is {{a}}?",
        table=table,
        table_name="sums.csv",
        axes={"top_p": "0.1, 0.2"},
        scorers={"length": "1-9"},
        cap_usd=0.5,
    )
    assert read_draft(json.loads(json.dumps(draft_json(draft))), draft.id) == draft


def test_ranges_that_multiply_to_millions_are_refused_without_being_made():
    axes = {"temperature": "0 to 1.99 step 0.01", "top_p": "0.01 to 1 step 0.01", "max_tokens": "1 to 150"}
    with pytest.raises(ParameterError, match="These are 9,000,000 calls"):
        plan_of(Draft(Choices(), prompts="Hi", axes=axes), CARD)


def test_a_table_fills_the_prompt_whose_rows_must_differ():
    table = Table(("q", "Expected"), ({"q": "1+1", "Expected": "2"}, {"q": "2+2", "Expected": ""}))
    draft = Draft(Choices(), prompts="What is {{q}}?", expected="4", table=table, axes={})
    asked = (Question("What is 1+1?", "2", {"q": "1+1"}), Question("What is 2+2?", "4", {"q": "2+2"}))
    assert plan_of(draft, CARD).questions == asked
    assert read_plan(plan_json(plan_of(draft, CARD))).questions == asked
    draft.prompts = "What is it?"
    with pytest.raises(ParameterError, match=r"Every row would ask the same: use \{\{q\}\} in the prompt"):
        plan_of(draft, CARD)


def test_each_typed_prompt_can_have_an_expected_answer_of_its_own():
    draft = Draft(Choices(), prompts="Capital of France?\n---\nSay hello.\n---\n1 + 1?", axes={}, name="Three")
    draft.expected = "Paris\n---\n\n---\n2"
    plan = plan_of(draft, CARD)
    assert [question.expected for question in plan.questions] == ["Paris", "", "2"] and plan.name == "Three"
    draft.expected = "yes"
    assert {question.expected for question in plan_of(draft, CARD).questions} == {"yes"}
    draft.expected = "Paris\n---\n2"
    with pytest.raises(ParameterError, match="There are 2 expected answers for 3 prompts: give one for all, or one"):
        plan_of(draft, CARD)


def test_media_of_a_kept_draft_are_missing_until_they_are_attached_again():
    draft = Draft(Choices(), prompts="What is this?", media=("a.png",))
    again = read_draft(draft_json(draft), draft.id)
    assert (again.media, again.missing) == ((), ("a.png",)) and draft_json(again)["media"] == ["a.png"]
    with pytest.raises(ParameterError, match="Attach a.png again"):
        plan_of(again, default_card())
