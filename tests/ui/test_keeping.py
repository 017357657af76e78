"""A conversation is there again wherever its address is opened, for its owner and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.ui import resources
from tests.ui.conftest import choose_in_menu
from tests.ui.shown import attached, said

OpenApp = Callable[..., AppTest]
Ask = Callable[[AppTest, str], AppTest]

MEDIA = Path(__file__).parents[1] / "fixtures" / "media"
CHINA, WALK = MEDIA / "china.jpg", MEDIA / "counted.mp4"

ANN = {"is_logged_in": True, "iss": "https://login.example", "sub": "1", "name": "Ann"}
BOB = {"is_logged_in": True, "iss": "https://login.example", "sub": "2", "name": "Bob"}


@pytest.fixture
def reopen(app: AppTest) -> Callable[..., AppTest]:
    """Opens the address of `app` in another browser: ``reopen(user=BOB)``."""

    def open(of: AppTest = app, **fields: object) -> AppTest:
        assert resources.history_writer().flush(), resources.history_writer().problem
        fresh = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=30)
        fresh.query_params["conversation"] = of.query_params["conversation"]
        for name, value in fields.items():
            setattr(fresh, name, value)
        return fresh.run()

    return open


def page_text(app: AppTest) -> str:
    kinds = ("markdown", "text", "caption", "error", "warning")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))


def test_a_conversation_is_there_again_with_its_figures_and_settings(app: AppTest, ask: Ask, reopen):
    app.slider(key="slider-temperature").set_value(0.3).run()
    app.text_area(key="system").set_value("Be brief.").run()
    ask(app, "Write a haiku about the ocean.")
    first = page_text(app)
    again = reopen()
    assert not again.exception
    assert page_text(again) == first
    assert again.slider(key="slider-temperature").value == 0.3
    assert again.text_area(key="system").value == "Be brief."
    ask(again, "Another one.")
    assert len(reopen(again).chat_message) == 2


def test_nothing_is_put_into_the_address_before_there_is_something_to_keep(app: AppTest):
    assert "conversation" not in app.query_params


def test_an_unknown_conversation_is_said_not_to_be_there(open_app: OpenApp, ask: Ask):
    app = open_app()
    app.query_params["conversation"] = ["nobody-knows-it"]
    app.run()
    assert "There is no such conversation here" in said(app.error[0])
    ask(app, "Hello")
    assert app.query_params["conversation"] != ["nobody-knows-it"]


def test_a_conversation_of_another_user_is_as_good_as_none(open_app: OpenApp, ask: Ask, reopen):
    app = open_app()
    app.user = ANN
    app.run()
    ask(app, "Hello from Ann")
    assert "Hello from Ann" in page_text(reopen(app, user=ANN))
    bobs = reopen(app, user=BOB)
    assert "There is no such conversation here" in said(bobs.error[0])
    assert "Hello from Ann" not in page_text(bobs)


def test_who_is_not_signed_in_gets_no_further_than_the_door(open_app: OpenApp, ask: Ask, reopen):
    app = open_app()
    app.user = ANN
    app.run()
    ask(app, "Hello from Ann")
    stranger = reopen(app, user={"is_logged_in": False})
    assert "Hello from Ann" not in page_text(stranger)
    assert [button.key for button in stranger.button] == ["sign-in"] and not stranger.chat_input


def test_what_is_attached_and_not_sent_is_there_after_a_refresh(app: AppTest, ask: Ask, attach, reopen):
    attach(app, ("china.jpg", CHINA.read_bytes()), ("walk.mp4", WALK.read_bytes()))
    again = reopen()
    assert not again.exception
    assert attached(again) == ["china.jpg", "walk.mp4"]
    # The file and the storyboard, too: both can still be changed.
    assert again.session_state["playground"].tray == app.session_state["playground"].tray
    ask(again, "What is here?")
    assert len(again.container(key="turn-1").image) == 1 + 8
    assert attached(reopen(again)) == []


def test_what_was_attached_before_a_restart_is_named(app: AppTest, attach, reopen):
    attach(app, ("china.jpg", CHINA.read_bytes()))
    assert resources.history_writer().flush()
    resources.trays.clear()  # type: ignore[attr-defined]  # a cached resource
    again = reopen()
    assert any("Attach it again: 'china.jpg'" in warning.value for warning in again.warning)
    again.run()
    assert attached(again) == []


def test_what_is_attached_to_a_private_conversation_is_not_kept(app: AppTest, attach):
    choose_in_menu(app, "New private")
    attach(app, ("china.jpg", CHINA.read_bytes()))
    assert "conversation" not in app.query_params
    conversation = app.session_state["playground"].conversation
    assert resources.trays().find(conversation.id, "local") == []


@pytest.mark.nightly
def test_media_of_a_session_that_has_gone_are_given_back_but_for_what_was_not_sent(app: AppTest, attach, ask):
    attach(app, ("walk.mp4", WALK.read_bytes()))
    ask(app, "What is this?")
    attach(app, ("china.jpg", CHINA.read_bytes()))
    state = app.session_state["playground"]
    conversation, owner, run_id, presence = state.conversation.id, state.owner, next(iter(state.runs)), state.presence
    assert resources.clip_cache().size_bytes > 0
    assert len(resources.trays().find(conversation, owner)) == 1
    presence.end()
    assert resources.clip_cache().size_bytes == 0
    assert [each.name for each in resources.trays().find(conversation, owner)] == ["china.jpg"]
    assert resources.registry().find(run_id, owner) is None


@pytest.mark.nightly
def test_a_page_that_was_refreshed_keeps_what_the_old_one_lets_go(app: AppTest, attach, reopen):
    attach(app, ("walk.mp4", WALK.read_bytes()))
    old = app.session_state["playground"]
    presence = old.presence
    again = reopen()
    # The harness has one number for all sessions.
    presence.belong(old)
    presence.end()
    again.run()
    assert not again.exception
    assert attached(again) == ["walk.mp4"]
    assert len(resources.trays().find(old.conversation.id, old.owner)) == 1
