"""The card against the model page, copied here by hand from its text (read 2026-11-23)."""

import copy
import json
from dataclasses import dataclass
from decimal import Decimal

import pytest

from components.core.card import ModelCard
from components.core.errors import ParameterError
from components.params.card import card_from, read_card
from components.params.cards import default_card
from components.params.payload import build_payload, changed
from components.params.validation import parse_value, validate


@dataclass(frozen=True)
class Row:
    """One row of the page's table; `type` is ours where the page's "number" admits whole numbers only."""

    name: str
    type: str
    default: object
    range: str
    description: str


# The page calls max_tokens and thinking_budget "number" too; a count of tokens is whole, so they are integers here.
# Where the page cuts a description off ("..."), the start has to agree.
PAGE = [
    Row("temperature", "number", 0.7, "0 to 2", "Sampling temperature. 0 = deterministic, 2 = maximum randomness."),
    Row(
        "top_p",
        "number",
        0.9,
        "0 to 1",
        "Nucleus sampling probability mass. Lower values make outputs more focused.",
    ),
    Row("max_tokens", "integer", 4096, "1 to 16,000", "Maximum output tokens."),
    Row(
        "stop",
        "string",
        None,
        "up to 4 strings",
        "Up to 4 strings where the model will stop generating further tokens.",
    ),
    Row("enable_thinking", "boolean", True, "on or off", "Enable reasoning before answering."),
    Row(
        "thinking_budget",
        "integer",
        32768,
        "1 to 81,920",
        "Maximum tokens reserved for reasoning when thinking is enabled.",
    ),
    Row(
        "reasoning_effort",
        "enum",
        "medium",
        "none, low, medium, high, max",
        "Reasoning effort level. none disables thinking. low, medium, high, and max set bounded thinking budgets "
        "sized to the selected model.",
    ),
    Row(
        "web_search_linkup",
        "boolean",
        False,
        "on or off",
        "Optional web search powered by Linkup. When enabled, recent web sources are retrieved using your latest "
        "user message as the query and provided to the model as",
    ),
    Row(
        "disable_formatting",
        "boolean",
        False,
        "on or off",
        'When enabled, the gateway will not append the "Sources" footer to assistant responses that used Linkup web '
        "search. Useful when the model output is piped to another",
    ),
]


def test_the_card_has_the_nine_documented_parameters_in_the_order_of_the_page():
    assert list(default_card().parameters) == [row.name for row in PAGE]


@pytest.mark.parametrize("row", PAGE, ids=lambda row: row.name)
def test_a_parameter_is_as_the_page_says(row: Row):
    parameter = default_card().parameters[row.name]
    assert parameter.type == row.type
    assert (parameter.default, type(parameter.default)) == (row.default, type(row.default))
    assert parameter.range == row.range
    assert parameter.description.startswith(row.description)


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [("temperature", 0, 2), ("top_p", 0, 1), ("max_tokens", 1, 16000), ("thinking_budget", 1, 81920)],
)
def test_numbers_have_the_bounds_of_the_page(name: str, lowest: int, highest: int):
    parameter = default_card().parameters[name]
    assert (parameter.min, parameter.max) == (lowest, highest)


def test_lists_have_the_lengths_and_options_of_the_page():
    parameters = default_card().parameters
    assert parameters["stop"].max_items == 4
    assert parameters["reasoning_effort"].options == ("none", "low", "medium", "high", "max")


@pytest.mark.parametrize("row", PAGE, ids=lambda row: row.name)
def test_help_says_effect_range_default_and_what_surprises(row: Row):
    parameter = default_card().parameters[row.name]
    for said in (parameter.description, f"Range: {row.range}.", f"Default: {parameter.default_text}.", parameter.hint):
        assert said in parameter.help
    assert parameter.label and parameter.group and parameter.hint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("temperature", "0.7"),
        ("max_tokens", "4,096"),
        ("thinking_budget", "32,768"),
        ("stop", "none"),
        ("enable_thinking", "on"),
        ("web_search_linkup", "off"),
        ("reasoning_effort", "medium"),
    ],
)
def test_a_default_in_words(name: str, text: str):
    assert default_card().parameters[name].default_text == text


def test_each_default_is_allowed_by_its_own_range():
    validation = validate(default_card().defaults, default_card())
    assert validation.problems == {}
    assert validation.values == {name: value for name, value in default_card().defaults.items() if value is not None}


def test_the_model_is_the_one_of_the_page():
    card = default_card()
    assert card.id == "kimi-k2-6"
    assert card.display_name == "Kimi K2.6"
    # The page says 256K; the public catalogue of the gateway gives it as 256000, not 262144.
    assert card.context_tokens == 256_000
    assert card.max_output_tokens == 16_000
    assert card.input_modalities == ("text", "image", "video")
    assert card.output_modalities == ("text",)
    assert card.endpoints == ("POST /v1/chat/completions", "POST /v1/responses", "POST /v1/messages")
    assert card.features == ("reasoning", "function_calling", "cache", "multimodal")
    assert card.not_supported == ("web search by the model", "structured output", "batches", "fine-tuning")
    assert (card.raw["provider"], card.raw["served_from"]) == ("Moonshot AI", "China")


def test_the_price_table_is_the_one_of_the_page():
    rows = [(row.charge, row.spec, row.rate, row.was) for row in default_card().price_rows]
    assert rows == [
        ("Input", "per 1M prompt tokens", Decimal("0.8939"), Decimal("0.95")),
        ("Output", "per 1M generated tokens", Decimal("3.7131"), Decimal("4.00")),
        ("Implicit cache read", "per 1M cached input tokens", Decimal("0.1788"), None),
        ("Web Search (Linkup)", "per call when invoked", Decimal("0.013"), None),
    ]


def test_prices_per_token_are_exact_and_agree_with_what_the_models_endpoint_serves():
    card = default_card()
    assert card.prices.input == Decimal("0.0000008939") == Decimal(card.raw["pricing"]["prompt"])
    assert card.prices.output == Decimal("0.0000037131") == Decimal(card.raw["pricing"]["completion"])
    assert card.prices.cached == Decimal("0.0000001788") == Decimal(card.raw["pricing"]["input_cache_read"])
    assert card.prices.search == Decimal("0.013")


def test_the_card_is_read_once():
    assert default_card() is default_card()


TENTH = {
    "name": "presence_penalty",
    "label": "Presence penalty",
    "type": "number",
    "default": 0.5,
    "min": -2,
    "max": 2,
    "step": 0.1,
    "group": "Sampling",
    "description": "Lowers the chance of what was said.",
    "hint": "Small steps are enough.",
}


@pytest.fixture
def card_of_ten() -> ModelCard:
    raw = copy.deepcopy(dict(default_card().raw))
    raw["supported_parameters"].append(TENTH)
    return card_from(json.loads(json.dumps(raw)))


class TestATenthParameterIsOneEntry:
    def test_it_stands_last_with_its_range_default_and_help(self, card_of_ten: ModelCard):
        parameter = card_of_ten.parameters["presence_penalty"]
        assert list(card_of_ten.parameters)[-1] == "presence_penalty"
        assert parameter.range == "-2 to 2"
        assert card_of_ten.defaults["presence_penalty"] == 0.5
        assert parameter.help == (
            "Lowers the chance of what was said.\n\nRange: -2 to 2. Default: 0.5.\n\nSmall steps are enough."
        )

    def test_it_is_parsed_and_checked(self, card_of_ten: ModelCard):
        parameter = card_of_ten.parameters["presence_penalty"]
        assert validate({"presence_penalty": parse_value(parameter, "-2")}, card_of_ten).values == {
            "presence_penalty": -2
        }
        assert validate({"presence_penalty": 2.5}, card_of_ten).problems == {
            "presence_penalty": "presence_penalty must be a number from -2 to 2, not 2.5."
        }

    def test_it_is_sent_when_changed_and_with_everything(self, card_of_ten: ModelCard):
        chosen = changed({"temperature": 0.7, "presence_penalty": 1.0}, card_of_ten)
        assert build_payload(chosen, card_of_ten).parameters == {"presence_penalty": 1.0}
        assert build_payload({}, card_of_ten, "everything").parameters["presence_penalty"] == 0.5
        with pytest.raises(ParameterError, match="from -2 to 2"):
            build_payload({"presence_penalty": 9}, card_of_ten)

    def test_the_real_card_still_refuses_it(self):
        assert "presence_penalty is not a parameter of kimi-k2-6" in str(
            validate({"presence_penalty": 1}, default_card()).problems
        )


def test_a_field_that_no_parameter_has_is_refused():
    raw = copy.deepcopy(dict(default_card().raw))
    raw["supported_parameters"][0]["minimum"] = 0
    with pytest.raises(ValueError, match="'minimum' was unexpected"):
        read_card(raw)
