"""What a change takes off the page is said, and one click brings it back."""

import pytest

# `talk` is a fixture: pytest finds it by this import, and each test names it again.
from tests.ui.test_editing import NO_ANSWER, NO_REST, NO_TURN, choose, press, prompts, talk  # noqa: F401


def words(app):
    return next((one.value for one in app.markdown if ":material/info:" in one.value), "")


def test_asking_an_earlier_question_again_says_where_the_rest_is_and_offers_it(talk):  # noqa: F811
    asked = prompts(talk)
    press(talk, "regenerate-1")
    assert "The 2 turns that followed stay on the other branch" in words(talk)
    assert prompts(talk) == asked[:1]
    press(talk, "notice-back")
    assert prompts(talk) == asked and not words(talk)


def test_asking_the_last_question_again_takes_nothing_away_and_says_nothing(talk):  # noqa: F811
    press(talk, "regenerate-3")
    assert not words(talk)


@pytest.mark.parametrize(
    ("action", "said"),
    [(NO_TURN, "The turn was deleted."), (NO_ANSWER, "The answer was deleted."), (NO_REST, "2 turns were deleted.")],
)
def test_what_is_deleted_comes_back_by_one_click(talk, action, said):  # noqa: F811
    asked = prompts(talk)
    choose(talk, 1, action)
    assert said in words(talk)
    press(talk, "notice-back")
    assert prompts(talk) == asked and not words(talk)
    assert all(turn.rounds for turn in talk.session_state["playground"].turns)


def test_the_next_message_ends_the_notice(talk, ask):  # noqa: F811
    choose(talk, 1, NO_TURN)
    ask(talk, "Go on.")
    assert not words(talk)
