"""What was said can be changed in every way; nothing of it is lost, and the last change can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.core.parts import ImagePart, Message, TextPart, ToolCallPart
from components.history.conversations import load_conversation, save_conversation
from components.history.runs import save_run
from components.history.store import open_store
from components.history.tree import Conversation, Node
from components.runs.conversation import Turn
from components.ui import resources
from tests.history.samples import asked
from tests.ui.conftest import choose_in_menu
from tests.ui.shown import answer, conversation_id, prompts, roles, sent, shown

Ask = Callable[[AppTest, str], AppTest]

EDIT, ANSWER, BRANCH, INSERT, ROLE, NO_ANSWER, NO_TURN, NO_REST = range(8)


def choose(app: AppTest, number: int, action: int) -> AppTest:
    menu = app.menu_button(key=f"menu-{number}")
    menu.click(menu.options[action]).run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def first(app: AppTest) -> Turn:
    """The first turn, for its answer to the letter: the page shows it drawn."""
    turn: Turn = app.session_state["playground"].turns[0]
    return turn


def stored(app: AppTest) -> dict[str, object]:
    """Every node of the conversation as the database has it."""
    assert resources.history_writer().flush()
    found = load_conversation(resources.store(), conversation_id(app), "local")
    assert found is not None
    return {
        key: (node.parent_id, node.role, node.message, node.run_id, node.stored) for key, node in found.nodes.items()
    }


def test_an_edited_question_is_asked_and_the_first_branch_is_there_to_the_byte(talk: AppTest):
    before = stored(talk)
    answers = [answer(talk, number) for number in (1, 2, 3)]
    choose(talk, 2, EDIT)
    talk.text_area(key="edit-question-2").set_value("What is 40 + 50?").run()
    press(talk, "edit-question-2-ask")
    assert prompts(talk) == ["What is 2 + 3?", "What is 40 + 50?"] and "90" in answer(talk, 2)
    after = stored(talk)
    assert before.items() <= after.items()
    press(talk, "question-2-earlier")
    assert prompts(talk) == ["What is 2 + 3?", "What is 4 + 5?", "What is 6 + 7?"]
    assert [answer(talk, number) for number in (1, 2, 3)] == answers
    press(talk, "question-2-later")
    assert "90" in answer(talk, 2)


def test_asking_again_keeps_the_answer_beside_the_new_one(talk: AppTest):
    press(talk, "regenerate-3")
    captions = [caption.value for caption in talk.caption]
    assert "answer 2 of 2" in captions and len(prompts(talk)) == 3


def test_a_saved_question_keeps_its_answer_and_is_what_the_model_reads_from_then_on(talk: AppTest, ask: Ask):
    choose(talk, 1, EDIT)
    talk.text_area(key="edit-question-1").set_value("My name is Ada.").run()
    press(talk, "edit-question-1-save")
    assert prompts(talk)[0] == "My name is Ada." and len(prompts(talk)) == 3
    ask(talk, "Anything else?")
    messages = sent()[-1]["messages"]
    assert messages[0]["content"] == "My name is Ada." and len(messages) == 7
    assert not any("Undo" in option for option in talk.menu_button(key="menu").options)


def test_an_edited_answer_is_marked_and_read_by_the_model_and_the_own_one_stays(talk: AppTest, ask: Ask):
    own = answer(talk, 1)
    choose(talk, 1, ANSWER)
    talk.text_area(key="edit-answer-1-text").set_value("It is 6.").run()
    press(talk, "edit-answer-1-save")
    assert "Answer, written by hand" in talk.container(key="turn-1-answer").get("html")[0].proto.body
    assert [caption.value for caption in talk.caption if "The model was not asked here" in caption.value]
    ask(talk, "Sure?")
    assert sent()[-1]["messages"][1]["content"] == "It is 6."
    switch = next(b.key for b in talk.button if b.key and b.key.startswith("answer-1-") and b.key.endswith("earlier"))
    press(talk, switch)
    assert answer(talk, 1) == own


def test_a_branch_begins_in_the_middle_and_leads_back(talk: AppTest, ask: Ask):
    choose(talk, 1, BRANCH)
    assert len(prompts(talk)) == 1
    ask(talk, "What is 1 + 1?")
    assert prompts(talk) == ["What is 2 + 3?", "What is 1 + 1?"]
    press(talk, "question-2-earlier")
    assert len(prompts(talk)) == 3


def test_a_message_is_inserted_and_its_role_changed(talk: AppTest, ask: Ask):
    choose(talk, 1, INSERT)
    talk.text_area(key="insert-1-text").set_value("Always answer in French.").run()
    press(talk, "insert-1-save")
    assert prompts(talk)[1] == "Always answer in French."
    choose(talk, 2, ROLE)
    ask(talk, "And now?")
    assert sent()[-1]["messages"][2] == {"role": "assistant", "content": "Always answer in French."}


def test_a_refresh_shows_the_same_branch(talk: AppTest):
    choose(talk, 2, NO_TURN)
    before = prompts(talk), shown(talk)
    assert resources.history_writer().flush()
    again = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=30)
    again.query_params["conversation"] = talk.query_params["conversation"]
    again.run()
    assert (prompts(again), shown(again)) == before
    choose_in_menu(again, "Undo")
    assert len(prompts(again)) == 3


def test_a_private_conversation_leaves_nothing_behind(app: AppTest, ask: Ask):
    choose_in_menu(app, "New private")
    ask(app, "A secret")
    press(app, "regenerate-1")
    assert "conversation" not in app.query_params
    assert resources.history_writer().flush()
    folder = resources.settings().data_dir
    assert all(b"A secret" not in file.read_bytes() for file in folder.iterdir())
    assert any("nothing of this conversation is kept" in caption.value for caption in app.caption)


def test_a_cut_answer_is_continued_in_its_place_and_is_one_message_from_then_on(app: AppTest, ask: Ask):
    app.number_input(key="box-max_tokens").set_value(12).run()
    ask(app, "Write a long essay about the sea.")
    beginning = first(app).answer
    app.number_input(key="box-max_tokens").set_value(4096).run()
    press(app, "continue-1")
    turn = first(app)
    assert len(prompts(app)) == 1 and len(turn.answer) > len(beginning)
    assert turn.answer == beginning + turn.run.transcript.answer
    assert sent()[-1]["messages"][1]["content"] == beginning
    assert beginning.strip()[-20:] + " … (cut here" in shown(app)
    assert not [button.key for button in app.button if (button.key or "").startswith("continue-")]
    stored(app)
    again = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=30)
    again.query_params["conversation"] = conversation_id(app)
    again.run()
    assert first(again).answer == turn.answer
    ask(again, "Thanks.")
    assert roles(sent()[-1]) == ["user", "assistant", "user"]
    assert sent()[-1]["messages"][1]["content"] == turn.answer


@pytest.mark.nightly
def test_an_earlier_cut_answer_is_continued_on_a_branch_of_its_own(app: AppTest, ask: Ask):
    app.number_input(key="box-max_tokens").set_value(12).run()
    ask(app, "Write a long essay about the sea.")
    beginning = first(app).answer
    app.number_input(key="box-max_tokens").set_value(4096).run()
    ask(app, "What is 2 + 3?")
    press(app, "continue-1")
    assert len(prompts(app)) == 1 and len(first(app).rounds) == 2 and len(first(app).answer) > len(beginning)
    earlier = [button for button in app.button if button.key.startswith("answer-1-") and "earlier" in button.key]
    press(app, next(button.key for button in earlier if not button.disabled))
    assert prompts(app) == ["Write a long essay about the sea.", "What is 2 + 3?"]
    assert first(app).answer == beginning


@pytest.mark.nightly
def test_an_open_dialog_stays_while_the_next_answer_is_written(app: AppTest, ask: Ask):
    ask(app, "What is 2 + 3?")
    choose(app, 1, EDIT)
    ask(app, "What is 4 + 5?")
    assert app.text_area(key="edit-question-1").value == "What is 2 + 3?"


def test_half_a_character_and_a_picture_that_is_none_do_not_keep_a_conversation_from_the_page(
    open_app: Callable[..., AppTest], tmp_path: Path, ask: Ask
):
    half = "\ud83d"
    run = asked("", messages=(Message("user", (TextPart(half),)),), thinking=f"{half}x", answer=f"{half}\ude00 {half}")
    broken = Message("user", (ImagePart(b"none", "image/png", 1, 1, f"a{half}.png"), TextPart(half)))
    called = Message("assistant", (TextPart(half), ToolCallPart("1", "f", half)))
    conversation = Conversation("local")
    conversation.follow(
        [
            Node(None, "user", broken, "imported"),
            Node(None, "assistant", called, "imported"),
            Node(None, "user", run.request.messages[0], "imported"),
            Node(None, "assistant", None, "model", run_id=run.id),
        ]
    )
    store = open_store(None, tmp_path)
    save_conversation(store, conversation)
    save_run(store, replace(run, conversation_id=conversation.id))
    store.close()
    app = open_app()
    app.query_params["conversation"] = [conversation.id]
    app.run()
    assert not app.exception
    assert "\U0001f600 \ufffd" in shown(app)
    assert any("no picture that can be shown" in each.value for each in app.caption)
    press(app, "inspect-2")
    choose(app, 2, ANSWER)
    assert app.text_area(key="edit-answer-2-text").value == "\U0001f600 \ufffd"


@pytest.mark.nightly
def test_editing_a_continued_answer_takes_the_whole_of_it(app: AppTest, ask: Ask):
    app.number_input(key="box-max_tokens").set_value(12).run()
    ask(app, "Write a long essay about the sea.")
    press(app, "continue-1")
    press(app, "continue-1")
    whole = first(app).answer
    choose(app, 1, ANSWER)
    assert app.text_area(key="edit-answer-1-text").value == whole
    app.text_area(key="edit-answer-1-text").set_value("Blue.").run()
    press(app, "edit-answer-1-save")
    assert answer(app) == "Blue." and len(first(app).rounds) == 1
    choose_in_menu(app, "Undo")
    assert first(app).answer == whole
    press(app, "regenerate")
    assert len(first(app).rounds) == 1
