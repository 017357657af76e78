"""Which card is about which model: shipped, the user's own, and what servers tell."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from components.core.card import ModelCard
from components.core.usage import Prices
from components.params.card import card_from, read_card
from components.params.cards import default_card, read_cards
from components.params.learned import LearnedLimits, limits_in_error

SHIPPED = Path("components/params/cards")
MINE: dict[str, Any] = {
    "id": "my-model",
    "display_name": "Mine",
    "context_length": 8_192,
    "pricing": {"prompt": "0.000001", "completion": "0.000002"},
    "supported_parameters": [{"name": "presence_penalty", "type": "number", "min": -2, "max": 2, "default": 0}],
}


def _listed_card(listing: object, id: str, address: str = "http://x/v1") -> ModelCard:
    """The card of a model at an address whose list of models is `listing`."""
    learned = LearnedLimits()
    learned.learn_from_listing(address, id, listing)
    return learned.of(read_cards().for_model(id, address), address)


def put(folder: Path, name: str, card: object) -> None:
    (folder / name).write_text(card if isinstance(card, str) else json.dumps(card), encoding="utf-8")


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.json")), ids=lambda file: file.name)
def test_every_shipped_card_passes_its_own_check(file: Path):
    read_card(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("address", [None, "https://api.empiriolabs.ai/v1", "https://API.empiriolabs.ai:443/v1/"])
def test_the_default_model_has_its_prices_at_home_and_in_the_simulator(address: str | None):
    default = default_card()
    assert read_cards().for_model(default.id, address) is default
    assert default.prices.known and default.context_tokens == 256_000


@pytest.mark.parametrize("address", ["http://localhost:4000/v1", "https://api.empiriolabs.ai.example/v1", "http://["])
def test_the_same_id_elsewhere_has_its_parameters_and_nobodys_prices(address: str):
    default = default_card()
    card = read_cards().for_model(default.id, address)
    assert card.known and card.parameters == default.parameters and card.context_tokens == default.context_tokens
    assert (card.prices, card.price_rows, card.region, card.prices_read_on) == (Prices(), (), "", "")
    assert card_from(card.raw) == card  # what the history keeps of it has none either


def test_another_model_has_neither_prices_nor_limits():
    card = read_cards().for_model("gpt-oss-20b", "http://localhost:8080/v1")
    assert (card.id, card.display_name, card.known) == ("gpt-oss-20b", "gpt-oss-20b", False)
    assert card.context_tokens is card.max_output_tokens is card.prices.input is card.prices.output is None
    assert all(parameter.default is None for parameter in card.parameters.values())
    assert card.raw["id"] == "gpt-oss-20b"


@pytest.mark.parametrize("host", ["api.moonshot.ai", "api.moonshot.cn"])
def test_moonshots_own_api_has_its_own_switch_for_thinking(host: str):
    cards = read_cards()
    card = cards.for_model("kimi-k2.6", f"https://{host}/v1/")
    assert card.known and card.context_tokens == 262_144 and not card.prices.known
    assert {"thinking", "thinking_keep"} <= card.parameters.keys() and "temperature" not in card.parameters
    later = cards.for_model("kimi-k3", f"https://{host}/v1")
    assert later.known and later.context_tokens is None and later.display_name == "kimi-k3"
    assert not cards.for_model("kimi-k2.6", "http://localhost:1/v1").known


def test_a_card_of_the_users_is_one_file(tmp_path: Path):
    put(tmp_path, "mine.json", MINE)
    cards = read_cards(tmp_path)
    card = cards.for_model("my-model", "http://localhost:1/v1")
    assert (card.display_name, card.context_tokens, card.prices.output) == ("Mine", 8_192, Decimal("0.000002"))
    assert list(card.parameters) == ["presence_penalty"] and cards.problems == ()
    assert cards.default.id == default_card().id


def test_the_users_card_goes_before_the_apps_and_one_of_the_address_before_any(tmp_path: Path):
    here = {**MINE, "display_name": "Here", "playground": {"base_urls": ["http://localhost:1/v1/"], "default": True}}
    put(tmp_path, "a.json", MINE)
    put(tmp_path, "b.json", here)
    put(tmp_path, "c.json", {**MINE, "id": default_card().id})
    cards = read_cards(tmp_path)
    assert cards.for_model("my-model", "http://localhost:1/v1").display_name == "Here"
    assert cards.for_model("my-model", "http://localhost:2/v1").display_name == "Mine"
    assert cards.for_model(default_card().id).display_name == "Mine"
    assert cards.default.display_name != "Mine"


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("{", "not JSON"),
        ("[]", "is not of type 'object'"),
        ({**MINE, "id": ""}, "at `id`"),
        ({**MINE, "context_length": "long"}, "at `context_length`"),
        ({**MINE, "pricing": {"prompt": "cheap"}}, "at `pricing.prompt`"),
        ({**MINE, "supported_parameters": [{"name": "n"}]}, "'type' is a required property"),
        ({**MINE, "supported_parameters": [{"name": "n", "type": "integer"}] * 2}, "'n' is there twice"),
        ({**MINE, "supported_parameters": [{"name": "n", "type": "integer", "min": 2, "max": 1}]}, "is more than max"),
        ({**MINE, "supported_parameters": [{"name": "n", "type": "enum"}]}, "an enum needs options"),
        ({**MINE, "supported_parameters": [{"name": "n", "type": "number", "max": 1, "default": 2}]}, "its default"),
        ({**MINE, "supported_parameters": [{"name": "messages", "type": "string"}]}, "what the app itself sends"),
        (
            {**MINE, "supported_parameters": [{"name": "n", "type": "number", "applies_when": {"x": 1}}]},
            "applies_when names 'x'",
        ),
    ],
)
def test_a_broken_card_is_named_and_left_out(tmp_path: Path, card: object, words: str):
    put(tmp_path, "broken.json", card)
    put(tmp_path, "mine.json", MINE)
    cards = read_cards(tmp_path)
    (problem,) = cards.problems
    assert problem.startswith("The model card broken.json is left out: ") and words in problem
    assert problem.endswith(".") and not problem.endswith("..") and "\n" not in problem
    assert cards.for_model("my-model").display_name == "Mine"


def test_a_folder_that_is_not_there_is_no_problem(tmp_path: Path):
    assert read_cards(tmp_path / "none").problems == ()


@pytest.mark.parametrize(
    ("entry", "limit"),
    [
        ({"max_model_len": 4_096}, 4_096),  # vLLM
        ({"context_length": 32_768}, 32_768),  # routers
        ({"max_context_length": 131_072, "loaded_context_length": 4_096}, 4_096),  # LM Studio
        ({"meta": {"n_ctx_train": 131_072, "n_ctx": 2_048}}, 2_048),  # llama.cpp
        ({"meta": {"n_ctx_train": 131_072}}, None),  # what it was trained with is not what it was started with
        ({"context_length": True}, None),
        ({"context_length": -1}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("bare", [False, True])
def test_the_list_of_models_tells_the_limit(entry: dict[str, Any], limit: int | None, bare: bool):
    listed = [{"id": "other", "context_length": 1}, {"id": "m", **entry}]
    card = _listed_card(listed if bare else {"data": listed}, "m", "http://localhost:1/v1")
    assert card.context_tokens == limit and card.prices.input is None
    assert card.learned == (("context_length",) if limit else ())


@pytest.mark.parametrize("listing", [None, "text", 7, {}, {"data": None}, {"data": ["m", None]}, []])
def test_any_other_answer_tells_nothing(listing: object):
    assert _listed_card(listing, "m").context_tokens is None


def test_a_servers_own_limit_counts_more_than_the_documented_one():
    default = default_card()
    card = _listed_card({"data": [{"id": default.id, "max_model_len": 2_048}]}, default.id, "http://x/v1")
    assert card.context_tokens == 2_048 and card.prices == Prices()


@pytest.mark.parametrize(
    ("raw", "limit"),
    [
        (
            '{"error": {"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 6031, "n_ctx": 2048}}',
            2_048,
        ),
        ('{"message": "This model\'s maximum context length is 4096 tokens. However, you requested 9000"}', 4_096),
        ('{"error": {"message": "maximum context length of 131,072 tokens"}}', 131_072),
        ('{"error": "no"}', None),
        ("<html>", None),
        ("", None),
    ],
)
def test_a_refusal_tells_the_limit(raw: str, limit: int | None):
    assert limits_in_error(raw)["context_tokens"] == limit
    learned = LearnedLimits()
    learned.learn_from_error("http://x/v1", "m", raw)
    card = read_cards().for_model("m", "http://x/v1")
    assert learned.of(card, "http://x/v1").context_tokens == limit
    assert learned.of(card, "http://y/v1").context_tokens is None


def test_what_only_the_app_reads_is_not_served():
    shown = default_card().public()
    assert "playground" not in json.dumps(shown) and len(shown["supported_parameters"]) == 9
