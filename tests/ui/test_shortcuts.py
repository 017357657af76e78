"""The list of shortcuts tells those that the buttons have, and regenerating asks the same once more."""

from components.ui.playground import shortcuts
from tests.ui.conftest import choose_in_menu
from tests.ui.shown import answer, prompts, sent, to_try_again


def test_the_list_names_every_shortcut_that_a_button_has(app):
    choose_in_menu(app, "Shortcuts")
    shown = " ".join(markdown.value for markdown in app.markdown)
    for keys in (shortcuts.STOP, shortcuts.NEW, shortcuts.REGENERATE, shortcuts.SEARCH):
        assert keys in shortcuts.SHORTCUTS and f"`{keys}`" in shown


def test_regenerate_asks_the_last_question_again(app, ask):
    assert all(button.key != "regenerate" for button in app.button)
    ask(app, "Name a fruit.")
    app.button(key="regenerate").click().run()
    assert not app.exception
    first, second = sent()
    assert first == second and prompts(app) == ["Name a fruit."] and answer(app) and not to_try_again(app)
