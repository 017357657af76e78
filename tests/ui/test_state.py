"""What a session remembers, and for how long."""

from dataclasses import dataclass

import pytest

from components.ui.resources import Asked
from components.ui.state import Browser, Lasts, PanelState, Session
from components.ui.sweep.draft_state import SweepState
from components.ui.tray.tile import TrayState


@pytest.fixture
def session() -> Session:
    session = Session()
    session.draft = "Hello"
    session.of(TrayState).dialog = print
    session.of(SweepState).id = "sweep"
    session.of(Asked).model = "another"
    session.of(Browser).page = "compare"
    return session


def test_a_new_conversation_leaves_the_other_pages_as_they_are(session: Session):
    fresh = session.renewed()
    assert (fresh.draft, fresh.of(TrayState).dialog) == (None, None)
    assert (fresh.of(SweepState).id, fresh.of(Asked).model, fresh.of(Browser).page) == ("sweep", "another", "compare")
    assert fresh.uploads == session.uploads + 1


def test_somebody_else_finds_nothing_of_the_one_before(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("components.ui.state.owner", lambda: "somebody else")
    fresh = session.renewed()
    assert (fresh.draft, fresh.of(TrayState).dialog, fresh.of(SweepState).id, fresh.of(Asked).model) == (None,) * 4
    assert fresh.of(Browser).page == "compare"


def test_a_panel_has_to_say_how_long_its_state_lasts():
    with pytest.raises(TypeError, match="lasts"):

        class Forgetful(PanelState):  # type: ignore[call-arg]  # what is missing is what is tested
            pass


def test_the_work_of_every_panel_ends_with_its_session():
    ended = []

    @dataclass
    class Working(PanelState, lasts=Lasts.CONVERSATION):
        def let_go(self) -> None:
            ended.append(self)

    session = Session()
    work = session.of(Working)
    session.let_go()
    assert ended == [work]
