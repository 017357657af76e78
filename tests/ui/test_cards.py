"""All pages with the card of another model: one JSON file in the user's folder, and no Python."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.gateway.server import Simulator
from components.gateway.settings import Settings
from components.params.cards import default_card, read_cards
from components.params.trying import trial_of
from components.tuning.probe import DEFAULT_N
from tests.nightly import by_night
from tests.ui.shown import answer, said, said_of, sent, to_try_again

PAGES = ("playground", "compare", "sweep", "history", "reference", "simulator")
HOSTILE = "![p](http://127.0.0.1:9/x) :smile: A -> B $5 6$"
PENALTY = {"name": "made_up_penalty", "type": "number", "min": -2, "max": 2, "default": 0}


def ten_parameters(card: dict[str, Any]) -> None:
    card["supported_parameters"].append(PENALTY)


def no_prices(card: dict[str, Any]) -> None:
    del card["pricing"], card["pricing_rows"], card["pricing_read_on"]


def other_ranges(card: dict[str, Any]) -> None:
    wanted = {
        "temperature": {"min": 0, "max": 1, "default": 0.3, "step": 0.1},
        "max_tokens": {"min": 10, "max": 500, "default": 100},
        "stop": {"max_items": 2, "default": None},
        "thinking_budget": {"min": 10, "max": 1_000, "default": 500},
        "reasoning_effort": {"options": ["none", "some"], "default": "some"},
    }
    for entry in card["supported_parameters"]:
        entry.update(wanted.get(entry["name"], {}))
        del entry["playground"]
    card["context_length"] = 9_000


def bare(card: dict[str, Any]) -> None:
    """The least that a card can be: ends, steps, defaults, groups and words are left out."""
    kinds = {"number": {}, "integer": {}, "boolean": {}, "enum": {"options": ["a", "b"]}, "string": {}}
    for name in list(card):
        if name != "id":
            del card[name]
    card["supported_parameters"] = [{"name": f"my_{kind}", "type": kind, **more} for kind, more in kinds.items()]


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "ten parameters": ten_parameters,
    "no prices": no_prices,
    "other ranges": other_ranges,
    "bare": bare,
}


def hostile(card: dict[str, Any]) -> None:
    card["display_name"] = card["description"] = HOSTILE
    for entry in card["supported_parameters"]:
        entry["label"] = entry["description"] = entry["hint"] = HOSTILE
    for row in card["pricing_rows"]:
        row["charge"] = row["spec"] = HOSTILE


def put_card(folder: Path, change: Callable[[dict[str, Any]], None]) -> str:
    """Writes a card of the user's; gives its model's id."""
    card = copy.deepcopy(dict(default_card().raw))
    card["id"], card["display_name"] = "my-model", "My Model"
    del card["playground"]
    change(card)
    (folder / "cards").mkdir()
    (folder / "cards" / "mine.json").write_text(json.dumps(card), encoding="utf-8")
    return str(card["id"])


def go(app, page):
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception, (page, app.exception)


def words(app):
    kinds = (app.markdown, app.caption, app.warning, app.error, app.info)
    return "\n".join(said(element) for kind in kinds for element in kind)


# The other two are set, sent, swept, probed and capped below.
@pytest.fixture(params=by_night(["bare", "other ranges", "ten parameters", "no prices"], always=1))
def opened(request, open_app, tmp_path):
    return open_app(PLAYGROUND_MODEL=put_card(tmp_path, CHANGES[request.param])), request.param


def test_every_page_opens_and_a_turn_is_answered_and_priced_by_the_card(opened, ask):
    app, card = opened
    name = "my-model" if card == "bare" else "My Model"
    assert app.chat_input(key="composer").placeholder == f"Ask {name}"
    ask(app, "Say hello")
    assert answer(app) and not app.error and not to_try_again(app) and sent()[-1]["model"] == "my-model"
    stats = app.container(key="turn-1-stats").caption[0].value
    assert ("**Cost** not known" in stats) == (card in ("no prices", "bare"))
    meter = app.get("progress")[0].proto.text
    assert {"bare": " of " not in meter, "other ranges": "of 9,000" in meter}.get(card, "of 256,000" in meter)
    for page in PAGES[1:]:
        go(app, page)
        assert not app.error, (page, app.error)
    go(app, "playground")


def test_every_parameter_can_be_tried_from_the_reference(opened):
    app, _ = opened
    go(app, "reference")
    names = [button.key.removeprefix("try-") for button in app.button if (button.key or "").startswith("try-")]
    assert names
    for name in names:
        go(app, "reference")
        app.button(key=f"try-{name}").click().run()
        assert not app.exception and not app.error
        assert "●" in app.container(key=f"param-{name}").markdown[0].value and app.chat_input(key="composer").value
        assert "Nothing can be sent" not in words(app)


def test_the_new_parameter_is_set_sent_swept_and_probed(open_app, ask, tmp_path):
    app = open_app(PLAYGROUND_MODEL=put_card(tmp_path, ten_parameters), PLAYGROUND_REQUESTS_PER_MINUTE="100000")
    app.number_input(key="box-made_up_penalty").set_value(1.5).run()
    ask(app, "Say hello")
    assert sent()[-1]["made_up_penalty"] == 1.5 and not sent()[-1].keys() & default_card().parameters.keys()
    app.number_input(key="box-made_up_penalty").set_value(3.0).run()
    assert "made_up_penalty must be a number from -2 to 2" in words(app)
    go(app, "sweep")
    app.text_area(key="sweep-prompts").set_value("Say five\nsimulate: answer=5").run()
    app.multiselect(key="sweep-axes").set_value(["made_up_penalty"]).run()
    assert app.text_input(key="sweep-axis-made_up_penalty").value == "-2, 0, 2"
    app.number_input(key="sweep-repeats").set_value(1).run()
    app.button(key="sweep-start").click().run(timeout=60)
    assert not app.exception and "3 of 3 cells done" in app.get("progress")[0].proto.text
    app.button(key="sweep-new").click().run()
    app.segmented_control(key="sweep-kind").set_value("probe").run()
    app.multiselect(key="probe-names-my-model-chat_completions").set_value(["made_up_penalty"]).run()
    assert f"{2 * DEFAULT_N} calls" in words(app)
    app.button(key="probe-start").click().run(timeout=60)
    assert not app.exception and "`made_up_penalty`" in words(app) and "accepted" in words(app)


def test_without_prices_a_sweep_is_capped_by_its_calls(open_app, tmp_path):
    app = open_app(PLAYGROUND_MODEL=put_card(tmp_path, no_prices), PLAYGROUND_REQUESTS_PER_MINUTE="100000")
    go(app, "sweep")
    app.text_area(key="sweep-prompts").set_value("Say five\nsimulate: answer=5").run()
    app.number_input(key="sweep-repeats").set_value(2).run()
    assert [metric.value for metric in app.metric if metric.label == "Cost, estimated"] == ["not known"]
    app.number_input(key="sweep-cap-calls").set_value(4).run()
    assert "The cap of 4 calls ends it early" in words(app)
    app.button(key="sweep-start").click().run(timeout=60)
    assert not app.exception
    assert "**Calls** 4 of at most 4, cost not known" in words(app) and "All 4 calls of the cap were made" in words(app)
    app.number_input(key="sweep-new-cap").set_value(10.0).run()
    app.button(key="sweep-resume").click().run(timeout=60)
    assert "**Calls** 6 of at most 10, cost not known" in words(app)


def test_a_server_that_no_card_knows_costs_nothing_known_and_has_its_own_limit(open_app, ask):
    other = read_cards().for_model("gpt-oss-20b", "http://localhost").with_limits(context_tokens=2_048)
    with Simulator(Settings(tokens_per_second=0, card=other)) as server:
        app = open_app(
            EMPIRIOLABS_BASE_URL=server.base_url, EMPIRIOLABS_API_KEY=server.key, PLAYGROUND_MODEL="gpt-oss-20b"
        )
        assert app.chat_input(key="composer").placeholder == "Ask gpt-oss-20b"
        ask(app, "Say hello")
        stats = app.container(key="turn-1-stats").caption[0].value
        assert "**Cost** not known" in stats and "$" not in stats
        assert "of 2,048, as the server says," in app.get("progress")[0].proto.text
        for page in PAGES:
            go(app, page)
            assert not app.error
        app.session_state["playground"].own.values = {"thinking_budget": 5}
        go(app, "playground")
        assert "gpt-oss-20b has no `thinking_budget`" in words(app) and "Nothing can be sent" not in words(app)


def test_what_a_card_says_is_read_as_it_was_written(open_app, tmp_path):
    app = open_app(PLAYGROUND_MODEL=put_card(tmp_path, hostile))
    texts = [one.proto.help for kind in (app.markdown, app.slider, app.button) for one in kind]
    texts += [one.value for kind in (app.markdown, app.caption) for one in kind]
    go(app, "reference")
    texts += [one.value for kind in (app.title, app.markdown, app.caption) for one in kind]
    texts += [str(cell) for table in app.table for cell in table.value.to_numpy().flat]
    told = [text for text in texts if HOSTILE in said_of(text)]
    assert len(told) > 3 * len(default_card().parameters)
    assert not [text for text in told if any(mark in text for mark in ("![", " :smile", "->", " $", "6$"))]


def test_a_broken_card_is_named_and_the_app_goes_on(open_app, tmp_path):
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "mine.json").write_text('{"id": "m", "supported_parameters": [{"name": "n"}]}')
    app = open_app()
    assert [one.value for one in app.warning if "mine.json" in one.value] == [
        "The model card mine.json is left out: at `supported_parameters.0`: 'type' is a required property."
    ]
    assert app.chat_input(key="composer") and not app.exception


@pytest.mark.parametrize("parameter", default_card().parameters.values(), ids=lambda one: one.name)
def test_the_default_models_trials_are_those_of_its_card(parameter):
    assert trial_of(parameter) is parameter.trial
