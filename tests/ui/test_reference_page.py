"""The reference documents everything that the model card and the error table hold."""

import pytest

from components.api.problems import SENTENCES
from components.api.wires.registry import WIRES
from components.gateway.assumptions import DECISIONS
from components.params.cards import default_card
from components.params.trying import trial_of
from components.params.validation import validate
from components.ui.state import Browser
from tests.ui.shown import said, said_of

CARD = default_card()


@pytest.fixture
def reference(app):
    app.switch_page("pages/reference.py").run()
    assert not app.exception
    return app


def rows(app, heading):
    """The table that has this column, as lists of cells."""
    return next(table.value for table in app.table if heading in table.value.columns)


def text_of(app, key):
    container = app.container(key=key)
    return " ".join(said(element) for kind in ("markdown", "caption") for element in container.get(kind))


def test_every_parameter_is_documented(reference):
    for name, parameter in CARD.parameters.items():
        told = text_of(reference, f"reference-{name}")
        for words in (parameter.type, parameter.default_text, parameter.range, parameter.description, parameter.hint):
            assert words in told, name
        for wire in WIRES.values():
            fields = wire.parameter_fields(default_card())
            how = f"`{fields[name]}`" if name in fields else f"not sent. {wire.unsupported[name]}"
            assert f"{wire.label}: {how}" in told, name


def test_trying_a_parameter_opens_the_playground_set_to_show_it(reference):
    for name, parameter in CARD.parameters.items():
        reference.switch_page("pages/reference.py").run()
        reference.button(key=f"try-{name}").click().run()
        assert not reference.exception
        state = reference.session_state["playground"]
        assert state.own.values == trial_of(parameter).values and name in state.own.values
        # A space at its end tells the browser that the same prompt is filled in once more.
        assert state.of(Browser).refilled.rstrip() == trial_of(parameter).prompt
        assert not validate(state.own.values, CARD).problems


def test_the_open_questions_are_there_with_what_is_assumed(reference):
    table = rows(reference, "What this app assumes")
    assert list(map(said_of, table["What this app assumes"])) == list(DECISIONS.values())


def test_limits_and_what_is_not_supported_are_there(reference):
    assert "2,000,000" in list(rows(reference, "Limit")["Value"])
    assert any("structured output" in markdown.value for markdown in reference.markdown)


def test_the_live_card_is_compared(reference):
    reference.button(key="compare-live").click().run()
    assert "says the same" in reference.success[0].value


def test_what_differs_in_the_live_card_is_pointed_out(reference, monkeypatch):
    live = {**CARD.raw, "context_length": 128_000, "pricing": {"prompt": "0.000001"}}
    monkeypatch.setattr("components.ui.reference.page.read_model", lambda connection, model: live)
    reference.button(key="compare-live").click().run()
    table = rows(reference, "Live")
    assert dict(zip(table["What"], map(said_of, table["Live"]), strict=True)) == {
        "`context_length`": "128000",
        "`pricing.prompt`": "0.000001",
    }


def test_a_live_card_that_cannot_be_had_is_said_so(open_app):
    app = open_app(EMPIRIOLABS_BASE_URL="http://127.0.0.1:1/v1")
    app.switch_page("pages/reference.py").run()
    app.button(key="compare-live").click().run()
    assert not app.exception and "No server answers at 127.0.0.1:1" in said(app.error[0])


def test_every_error_code_is_documented(reference):
    table = rows(reference, "Code")
    assert dict(zip(table["Code"], table.iloc[:, 1], strict=True)) == {
        f"`{code}`": text for code, text in SENTENCES.items()
    }


def test_every_price_is_documented(reference):
    table = rows(reference, "Charge")
    assert list(table["Charge"]) == [row.charge for row in CARD.price_rows]
    assert list(table["Discount"]) == ["5.9%", "7.2%", "none", "none"]
    assert list(table["Price"]) == [f"\\${row.rate}" for row in CARD.price_rows]
    assert any(CARD.prices_read_on in caption.value for caption in reference.caption)


def test_the_facts_of_the_model_are_there(reference):
    facts = " ".join(map(str, rows(reference, "Documented")["Documented"]))
    assert CARD.id in facts and "256,000 tokens" in facts and "16,000 tokens" in facts
    for endpoint in CARD.endpoints:
        assert endpoint in facts


def test_the_badge_is_on_this_page_too(reference):
    assert "replies are simulated" in reference.container(key="connection").markdown[0].value
