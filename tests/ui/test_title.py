"""The conversation's title in the header: it begins as the first question, is changed in place and kept."""

import pytest
from streamlit.testing.v1 import AppTest

from components.history.conversations import load_conversation
from components.ui import resources
from tests.ui.conftest import APP, choose_in_menu
from tests.ui.shown import conversation_id


def field(app):
    return next(field for field in app.text_input if field.label == "Title of the conversation")


def kept_title(app):
    assert resources.history_writer().flush()
    return load_conversation(resources.store(), conversation_id(app), "local").title


def test_it_is_the_first_question_until_it_is_changed_and_is_kept(app, ask):
    assert field(app).value == "" and field(app).placeholder == "New conversation"
    ask(app, "Name a fruit.\nJust one.")
    assert field(app).value == "Name a fruit. Just one."
    field(app).set_value("  Fruit \n salad ").run()
    assert not app.exception
    assert field(app).value == "Fruit salad" == kept_title(app)
    ask(app, "Another one.")
    assert field(app).value == "Fruit salad"
    again = AppTest.from_file(str(APP), default_timeout=30)
    again.query_params["conversation"] = app.query_params["conversation"]
    assert field(again.run()).value == "Fruit salad"


@pytest.mark.nightly
def test_emptied_it_is_the_first_question_again(app, ask):
    ask(app, "Name a fruit.")
    field(app).set_value("Fruit").run()
    field(app).set_value(" ").run()
    assert field(app).value == "Name a fruit." == kept_title(app)


def test_a_new_conversation_has_none_yet(app, ask):
    ask(app, "Name a fruit.")
    app.button(key="new-conversation").click().run()
    assert field(app).value == ""
    choose_in_menu(app, "New private")
    assert field(app).placeholder == "Private conversation"
