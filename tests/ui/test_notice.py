"""What a change takes off the page is said, and one click brings it back."""

import pytest

from tests.ui.conftest import choose_in_menu
from tests.ui.shown import answer, prompts
from tests.ui.test_editing import NO_ANSWER, NO_REST, NO_TURN, choose, press


def words(app):
    return next((one.value for one in app.markdown if ":material/info:" in one.value), "")


def test_asking_an_earlier_question_again_says_where_the_rest_is_and_offers_it(talk):
    asked = prompts(talk)
    press(talk, "regenerate-1")
    assert "The 2 turns that followed stay on the other branch" in words(talk)
    assert prompts(talk) == asked[:1]
    press(talk, "notice-back")
    assert prompts(talk) == asked and not words(talk)


def test_asking_the_last_question_again_takes_nothing_away_and_says_nothing(talk):
    press(talk, "regenerate-3")
    assert not words(talk)


@pytest.mark.parametrize(
    ("number", "action", "said", "left"),
    [
        (1, NO_TURN, "The turn was deleted.", [2, 3]),
        pytest.param(2, NO_ANSWER, "The answer was deleted.", [1, 2, 3], marks=pytest.mark.nightly),
        (1, NO_REST, "2 turns were deleted.", [1]),
    ],
)
def test_what_is_deleted_is_gone_from_the_page_and_comes_back(talk, number, action, said, left):
    asked = prompts(talk)
    answers = [answer(talk, each) for each in (1, 2, 3)]
    for bring_back in (lambda: press(talk, "notice-back"), lambda: choose_in_menu(talk, "Undo")):
        choose(talk, number, action)
        assert said in words(talk) and prompts(talk) == [asked[each - 1] for each in left]
        bring_back()
        assert prompts(talk) == asked and not words(talk)
        assert [answer(talk, each) for each in (1, 2, 3)] == answers


def test_the_next_message_ends_the_notice(talk, ask):
    choose(talk, 1, NO_TURN)
    ask(talk, "Go on.")
    assert not words(talk)
