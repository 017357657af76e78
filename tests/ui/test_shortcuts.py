"""The list of shortcuts tells those that the buttons have, and regenerating asks the same once more."""

from components.ui.playground import shortcuts
from tests.ui.conftest import choose_in_menu


def test_the_list_names_every_shortcut_that_a_button_has(app):
    choose_in_menu(app, "Shortcuts")
    shown = " ".join(markdown.value for markdown in app.markdown)
    for keys in (shortcuts.STOP, shortcuts.NEW, shortcuts.REGENERATE, shortcuts.SEARCH):
        assert keys in shortcuts.SHORTCUTS and f"`{keys}`" in shown


def test_regenerate_asks_the_last_question_again(app, ask):
    assert all(button.key != "regenerate" for button in app.button)
    ask(app, "Name a fruit.")
    before = app.session_state["playground"].turns[0].run.id
    app.button(key="regenerate").click().run()
    assert not app.exception
    (turn,) = app.session_state["playground"].turns
    assert turn.run.id != before and turn.prompt == "Name a fruit." and turn.run.status == "done"
