"""The reference documents everything that the model card and the error table hold."""

import pytest

from components.api.problems import SENTENCES
from components.params.card import model_card

CARD = model_card()


@pytest.fixture
def reference(app):
    app.switch_page("pages/reference.py").run()
    assert not app.exception
    return app


def rows(app, heading):
    """The table that has this column, as lists of cells."""
    return next(table.value for table in app.table if heading in table.value.columns)


@pytest.mark.parametrize("name", CARD.parameters)
def test_every_parameter_is_documented(reference, name):
    table, parameter = rows(reference, "Parameter"), CARD.parameters[name]
    (row,) = table[table["Parameter"] == f"`{name}`"].to_dict("records")
    assert (row["Type"], row["Default"], row["Range"]) == (parameter.type, parameter.default_text, parameter.range)
    assert row["What it does"].replace("\\$", "$") == parameter.description
    assert row["Worth knowing"].replace("\\$", "$") == parameter.hint


def test_every_error_code_is_documented(reference):
    table = rows(reference, "Code")
    assert dict(zip(table["Code"], table.iloc[:, 1], strict=True)) == {
        f"`{code}`": text for code, text in SENTENCES.items()
    }


def test_every_price_is_documented(reference):
    table = rows(reference, "Charge")
    assert list(table["Charge"]) == [row.charge for row in CARD.price_rows]
    assert list(table["Price"]) == [f"\\${row.rate}" for row in CARD.price_rows]
    assert any(CARD.prices_read_on in caption.value for caption in reference.caption)


def test_the_facts_of_the_model_are_there(reference):
    facts = " ".join(map(str, rows(reference, "Documented")["Documented"]))
    assert CARD.id in facts and "256,000 tokens" in facts and "16,000 tokens" in facts
    for endpoint in CARD.endpoints:
        assert endpoint in facts


def test_the_badge_is_on_this_page_too(reference):
    assert "replies are simulated" in reference.sidebar.container(key="connection").markdown[0].value
