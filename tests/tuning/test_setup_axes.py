"""Axes beside parameters: texts, the endpoint, who is asked, tools; what each cell sends, and at what price."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from components.api.connection import Connection
from components.api.limiter import RateLimits
from components.core.errors import ParameterError
from components.core.request import Tool
from components.core.usage import Prices
from components.gateway.server import Simulator
from components.gateway.settings import Settings
from components.history.runs import load_run
from components.history.store import open_store
from components.history.sweeps import create_sweep, load_outcomes, load_sweep
from components.params.cards import default_card
from components.params.choices import Choices
from components.tuning.budget import price
from components.tuning.datasets.promptfoo_file import as_promptfoo
from components.tuning.draft import Draft, draft_json, plan_of, read_draft
from components.tuning.export import as_csv, as_html, as_jsonl
from components.tuning.messages import message_index, sweep_messages
from components.tuning.plan import plan_json, read_plan
from components.tuning.quote import quote
from components.tuning.results import rows_of
from components.tuning.setup_axes import SYSTEM, Target, address_of, names_of, read_setup, read_targets
from components.tuning.sweep import Sweep
from components.tuning.table import Table
from tests.tuning.conftest import StartRunner

CARD = default_card()
FREE = RateLimits(1_000_000, 1_000_000_000)
LONG = "You are a teacher who explains everything at length,\nwith examples."
TABLE = Table(
    ("country", "expected"), ({"country": "France", "expected": "Paris"}, {"country": "Peru", "expected": "L"})
)
WEATHER = Tool("get_weather", "The weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}})


def draft(**axes: str) -> Draft:
    named = {name.replace("_", " "): text for name, text in axes.items()}
    return Draft(
        Choices({"max_tokens": 50}, system="As set."), prompts="Capital of {{country}}?", table=TABLE, axes=named
    )


def requests(plan, targets=None):
    messages = sweep_messages(plan, ())
    cells = [plan.cell(number) for number in range(plan.size)]
    return [plan.request(cell, messages[message_index(plan, cell)], "kimi-k2-6", CARD, targets or {}) for cell in cells]


def test_a_cell_sends_its_system_prompt_its_template_and_its_endpoint():
    whole = draft(
        system_prompt=f"\n---\n{LONG}",
        template="{{prompt}}\n---\nOne word: {{country}}",
        endpoint="messages, responses",
    )
    plan = replace(plan_of(whole, CARD), repeats=1)
    sent = {(one.system, one.messages[0].text, one.wire) for one in requests(plan)}
    asked = ["Capital of France?", "Capital of Peru?", "One word: France", "One word: Peru"]
    assert sent == {
        (system, text, wire) for system in ("", LONG) for text in asked for wire in ("messages", "responses")
    }
    labels = [variant.label for variant in plan.variants]
    assert len(set(labels)) == len(labels) == 8 and labels[0].startswith("system prompt none, template “{{prompt}}”")
    assert plan.prompt(plan.cell(2)) == "One word: France"
    assert read_plan(json.loads(json.dumps(plan_json(plan)))) == plan


def test_a_version_of_a_template_goes_by_its_name_and_long_texts_never_share_one():
    begins = "You are a helpful assistant who answers every question "
    names = names_of(SYSTEM, [begins + "briefly.", begins + "at length.", "Hi", ""], {"Hi": "Greeting, version 2"})
    assert len(set(names.values())) == 4
    assert names["Hi"] == "Greeting, version 2" and names[""] == "none"
    whole = draft(system_prompt="Hi\n---\nHello")
    whole.called = {"Hi": "Greeting, version 2"}
    again = read_draft(json.loads(json.dumps(draft_json(whole))), whole.id)
    assert plan_of(again, CARD).variants[0].label == "system prompt Greeting, version 2"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("endpoint", "chat", "endpoint must be one of"),
        ("tools", "yes", "tools must be one of on, off"),
        ("model", "qwen @ localhost:8000", "is no address"),
        ("model", " ", "at least one value"),
        ("template", "one\n---\n", "A template is empty"),
        ("system prompt", "", "Type a system prompt"),
        ("template", "{{town}}", "asks for {{town}}"),
        ("tools", "on", "none is defined"),
    ],
)
def test_what_cannot_be_varied_is_said_in_a_sentence(name: str, text: str, said: str):
    whole = draft()
    whole.axes = {name: text}
    with pytest.raises(ParameterError, match=said):
        plan_of(whole, CARD)


def test_templates_alone_are_prompts_and_typed_prompts_fill_them():
    alone = plan_of(Draft(Choices(), axes={"template": "What is 17 * 23?\n---\nHow much is 17 * 23?"}), CARD)
    assert {one.messages[0].text for one in requests(alone)} == {"What is 17 * 23?", "How much is 17 * 23?"}
    typed = Draft(Choices(), prompts="A\n---\nB", axes={"template": "Say {{prompt}}!"})
    assert {one.messages[0].text for one in requests(plan_of(typed, CARD))} == {"Say A!", "Say B!"}


def test_each_model_is_priced_by_its_own_card_and_an_unknown_price_says_so():
    dear = replace(CARD, id="dear", prices=Prices(input=Decimal("0.01"), output=Decimal("0.02")))
    unknown = replace(CARD, id="unknown", prices=Prices())
    here = Connection("http://one/v1", "k")
    whole = draft(model="kimi-k2-6\ndear @ http://two/v1")
    targets = {"dear @ http://two/v1": Target(Connection("http://two/v1", None), "dear", dear)}
    plan = plan_of(whole, CARD, targets)
    found = quote(plan, sweep_messages(plan, ()), "kimi-k2-6", CARD, FREE, targets)
    sent = requests(plan, targets)
    assert {one.model for one in sent} == {"kimi-k2-6", "dear"}
    assert found.high_usd == sum(price(one, dear if one.model == "dear" else CARD).high_usd for one in sent)
    assert not plan.cap_calls and not found.unknown and here.key == "k"
    targets = {"dear @ http://two/v1": Target(Connection("http://two/v1", None), "unknown", unknown)}
    plan = plan_of(whole, CARD, targets)
    found = quote(plan, sweep_messages(plan, ()), "kimi-k2-6", CARD, FREE, targets)
    assert plan.cap_calls == 200 and found.unknown == ("unknown",) and found.high_usd is None


def test_a_value_of_the_model_means_an_id_an_address_or_both():
    assert [address_of(text) for text in ("m", "m @ http://x/v1", "@ the simulator", "@cf/m")] == [
        ("m", ""),
        ("m", "http://x/v1"),
        ("", "the simulator"),
        ("@cf/m", ""),
    ]
    base = Target(Connection("http://one/v1", "secret"), "mine", CARD)
    asked = []

    def connect(address: str, model: str) -> Connection:
        asked.append((address, model))
        return Connection(address, None)

    found = read_targets(read_setup("model", "a\n@ https://two/v1"), base, connect, lambda connection, model: CARD)
    assert asked == [("", "a"), ("https://two/v1", "mine")] and set(found) == {"a", "@ https://two/v1"}


@pytest.fixture(scope="module")
def servers():
    other = replace(CARD, id="other", raw={**CARD.raw, "id": "other"}, prices=Prices())
    free = {"requests_per_minute": None, "tokens_per_minute": None}
    with Simulator(Settings(0, **free)) as one, Simulator(Settings(0, card=other, **free)) as two:
        yield one, two, other


def test_two_models_and_a_dead_one_are_asked_at_their_addresses_and_tools_are_offered(
    servers, tmp_path: Path, start_runner: StartRunner
):
    one, two, other = servers
    values = f"kimi-k2-6\nother @ {two.base_url}\nnobody"
    whole = Draft(
        Choices({"max_tokens": 50, "enable_thinking": False}),
        prompts="What is the weather in Paris?",
        axes={"model": values, "tools": "off, on", SYSTEM: f"{LONG}\n---\nBe brief."},
        repeats=1,
    )
    base = Target(Connection(one.base_url, one.key, simulated=True), "kimi-k2-6", CARD)

    def connect(address: str, model: str) -> Connection:
        return Connection(address, two.key, simulated=True) if address else base.connection

    targets = read_targets(
        read_setup("model", values), base, connect, lambda connection, model: CARD if model == "kimi-k2-6" else other
    )
    plan = plan_of(whole, CARD, targets, (WEATHER,))
    with closing(open_store(None, tmp_path)) as store:
        sweep_id = create_sweep(store, "me", plan.name, plan_json(plan), sweep_messages(plan, ()), plan.size)
        record = load_sweep(store, sweep_id, "me")
        runner = start_runner(limits=FREE)
        sweep = Sweep(record, store, runner, base.connection, base.model, CARD, targets=targets, first_wait_s=0.001)
        sweep.start()
        assert sweep.join(60) and sweep.status == "done"
        record = load_sweep(store, sweep_id, "me")
        again = read_plan(record.plan)
        found = rows_of(again, record.cells, load_outcomes(store, sweep_id))
        runs = [load_run(store, row.run_id, "me") for row in found]
    assert again.tools == (WEATHER,)
    by_model = {}
    for row in found:
        by_model.setdefault(row.settings["model"], []).append(row)
    assert all(row.status == "failed" and "nobody" in row.note for row in by_model["nobody"])
    assert all("cost ($)" in row.values for row in by_model["kimi-k2-6"])
    assert all(row.outcome and "cost ($)" not in row.values for row in by_model[f"other @ {two.base_url}"])
    answered = [(row, run) for row, run in zip(found, runs, strict=True) if row.outcome]
    assert all((run.request.tools == (WEATHER,)) == (row.settings["tools"] == "on") for row, run in answered)
    called = [row for row, _ in answered if row.settings["tools"] == "on"]
    assert all(json.loads(row.outcome.answer)[0]["name"] == "get_weather" for row in called)
    lines = list(csv.DictReader(io.StringIO(as_csv(again, found).lstrip("\ufeff"))))
    assert {line[SYSTEM] for line in lines} == {LONG, "Be brief."} and {line["tools"] for line in lines} == {
        "on",
        "off",
    }
    assert {json.loads(line)["settings"][SYSTEM] for line in as_jsonl(found).splitlines()} == {LONG, "Be brief."}
    assert LONG in as_html(again, found, made_on="today")


def test_a_promptfoo_file_has_a_prompt_for_each_text_and_asks_each_model_where_it_is():
    templates = "{{prompt}}\n---\nOne word: {{country}}"
    whole = draft(system_prompt="\n---\nBe {{brief}}.", template=templates, model="a\nb @ http://two/v1")
    targets = {
        "a": Target(Connection("http://one/v1", "secret"), "a", CARD),
        "b @ http://two/v1": Target(Connection("http://two/v1", None), "b", CARD),
    }
    text, left_out = as_promptfoo(plan_of(whole, CARD, targets), "http://one/v1", "kimi-k2-6", CARD, targets)
    read = yaml.safe_load(text)
    assert not left_out and "secret" not in text and len(read["prompts"]) == 4 and len(read["providers"]) == 8
    assert {one["id"] for one in read["providers"]} == {"openai:chat:a", "openai:chat:b"}
    labels = {prompt["label"] for prompt in read["prompts"]}
    assert {name for one in read["providers"] for name in one["prompts"]} == labels
    assert {one["config"]["apiKeyEnvar"] for one in read["providers"]} == {"EMPIRIOLABS_API_KEY", "TWO_API_KEY"}
