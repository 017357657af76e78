"""The history page: what was asked is found, opened, asked again, compared, marked, deleted and brought back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from components.history.listing import Filter, list_runs
from components.history.marks import mark, tag
from components.history.runs import save_run
from components.ui import resources
from components.ui.history.view import HistoryView
from tests.history.samples import asked
from tests.history.test_foreign import FILES
from tests.ui.shown import answer
from tests.ui.shown import prompts as asked_on_page

Ask = Callable[[AppTest, str], AppTest]


@pytest.fixture
def history(open_talk: Callable[..., AppTest]) -> AppTest:
    """The page after two questions."""
    return to_history(open_talk("What is 2 + 3?", "Write a haiku about the ocean."))


def to_history(app: AppTest) -> AppTest:
    assert resources.history_writer().flush()
    app.switch_page("pages/history.py").run()
    assert not app.exception
    return app


def prompts(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["Prompt"]) if app.dataframe else []


def test_what_was_asked_is_listed_newest_first_with_its_figures(history: AppTest):
    assert prompts(history) == ["Write a haiku about the ocean.", "What is 2 + 3?"]
    table = history.dataframe[0].value
    assert list(table["Status"]) == ["done", "done"] and (table["Cost"] > 0).all() and (table["Out"] > 0).all()


def test_a_word_of_the_thinking_finds_its_run(history: AppTest):
    history.text_input(key="history-search").set_value("knowledge").run()
    assert prompts(history) == ["Write a haiku about the ocean."]
    history.text_input(key="history-search").set_value("nobody said this").run()
    assert prompts(history) == [] and "No run matches. The list is narrowed by words." in history.info[0].value
    press(history, "history-clear")
    assert len(prompts(history)) == 2 and history.text_input(key="history-search").value == ""


def test_filters_narrow_the_list(history: AppTest):
    history.multiselect(key="history-statuses").set_value(["failed"]).run()
    assert prompts(history) == []
    history.multiselect(key="history-statuses").set_value([]).run()
    history.selectbox(key="history-order").set_value("cost_usd").run()
    assert len(prompts(history)) == 2


def test_every_filter_can_be_cleared_at_once_where_nothing_matches(history: AppTest):
    history.text_input(key="history-search").set_value("ocean")
    history.multiselect(key="history-statuses").set_value(["failed"])
    history.multiselect(key="history-wires").set_value(["messages"])
    history.selectbox(key="history-parameter").set_value("temperature")
    history.number_input(key="history-least").set_value(3.0)
    history.segmented_control(key="history-rated").set_value("good")
    history.toggle(key="history-starred").set_value(True)
    history.date_input(key="history-days").set_value((date(2025, 1, 1), date(2025, 1, 2))).run()
    assert prompts(history) == [] and "date" in history.info[0].value
    press(history, "history-clear")
    assert len(prompts(history)) == 2 and not history.info


def test_days_are_those_of_the_browsers_zone(app: AppTest, ask: Ask, monkeypatch: pytest.MonkeyPatch):
    ask(app, "Hello")
    now = time.time()
    for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # 25 hours apart: never the same day
        monkeypatch.setattr(ContextProxy, "timezone", name)
        to_history(app)
        today = datetime.fromtimestamp(now, ZoneInfo(name)).date()
        app.date_input(key="history-days").set_value((today, today)).run()
        assert len(prompts(app)) == 1
        for day in (today - timedelta(days=1), today + timedelta(days=1)):
            app.date_input(key="history-days").set_value((day, day)).run()
            assert prompts(app) == []
        press(app, "history-clear")


def test_a_signed_in_user_lists_only_their_own(app: AppTest, ask: Ask):
    ask(app, "Hello from nobody in particular")
    app.user = {"is_logged_in": True, "iss": "https://login.example", "sub": "1"}
    to_history(app)
    assert prompts(app) == []


def choose(history: AppTest, *rows: int) -> AppTest:
    """Chooses rows of the table, as a click on their boxes does; the harness has no hand for it."""
    key = f"history-table-{history.session_state['playground'].of(HistoryView).table_number}"
    history.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return history.run()


def press(history: AppTest, key: str) -> AppTest:
    history.button(key=key).click().run()
    assert not history.exception
    return history


def test_chosen_runs_are_starred_and_rated(history: AppTest):
    press(choose(history, 0, 1), "history-star")
    press(choose(history, 0), "history-bad")
    table = history.dataframe[0].value
    assert list(table["★"]) == ["★", "★"] and list(table["Rating"]) == ["bad", ""]
    assert history.button(key="history-star").disabled  # nothing is chosen any more
    press(choose(history, 0, 1), "history-star")
    assert list(history.dataframe[0].value["★"]) == ["", ""]
    history.segmented_control(key="history-rated").set_value("bad").run()
    assert len(prompts(history)) == 1
    assert any("by rating" in each.value for each in history.markdown)


def test_a_note_and_tags_are_given_and_found(history: AppTest):
    first = prompts(history)[0]
    press(choose(history, 0), "history-note")
    (note,) = [area for area in history.text_area if (area.key or "").startswith("note-")]
    run_id = note.key.removeprefix("note-")
    note.set_value("Worth keeping")
    history.multiselect(key=f"tags-{run_id}").set_value(["poem"])
    history.button(key="history-note").click()  # the harness draws a dialog for the click that opens it only
    press(history, f"note-save-{run_id}")
    table = history.dataframe[0].value
    assert list(table["Note"]) == ["Worth keeping", ""] and list(table["Tags"][0]) == ["poem"]
    history.selectbox(key="history-tag").set_value("poem").run()
    assert prompts(history) == [first]


@pytest.mark.nightly
def test_over_several_runs_only_what_is_changed_is_changed(history: AppTest):
    owner, store = "local", resources.store()
    first, second = (row.id for row in list_runs(store, owner, Filter()))
    mark(store, owner, [first], note="Mine")
    mark(store, owner, [second], note="Another")
    tag(store, owner, [first, second], "both")
    tag(store, owner, [first], "one")
    press(choose(history, 0, 1), "history-note")
    assert any("Of 2 runs" in caption.value for caption in history.caption)
    assert history.text_area(key=f"note-{first}").value == ""
    assert {"Mine", "Another"} <= {text.value for text in history.text}
    assert list(history.multiselect(key=f"tags-{first}").value) == ["both"]
    history.multiselect(key=f"tags-{first}").set_value(["both", "new"])
    history.button(key="history-note").click()
    press(history, f"note-save-{first}")
    table = history.dataframe[0].value
    assert list(table["Note"]) == ["Mine", "Another"]
    assert [list(tags) for tags in table["Tags"]] == [["both", "new", "one"], ["both", "new"]]
    assert history.button(key="history-star").disabled  # the choice has ended

    press(choose(history, 0, 1), "history-note")
    history.multiselect(key=f"some-tags-{first}").set_value([])
    history.text_area(key=f"note-{first}").set_value("Theirs")
    history.button(key="history-note").click()
    press(history, f"note-save-{first}")
    table = history.dataframe[0].value
    assert list(table["Note"]) == ["Theirs", "Theirs"]
    assert [list(tags) for tags in table["Tags"]] == [["both", "new"], ["both", "new"]]


def sweep_of(count: int, group: str = "s1") -> list[str]:
    """So many runs of a sweep in the store, each judged."""
    ids = []
    for number in range(count):
        for kind in ("sweep", "judge"):
            record = replace(asked(f"{kind} {number}", started_at=time.time()), kind=kind, group_id=group)
            save_run(resources.store(), record)
            ids.append(record.id)
    return ids


def test_a_sweep_is_one_row_that_opens_into_its_calls(history: AppTest):
    sweep_of(3)
    history.run()
    assert prompts(history) == ["▸ sweep 2", "Write a haiku about the ocean.", "What is 2 + 3?"]
    assert any("**3** entries" in each.value for each in history.markdown)
    choose(history, 0)
    assert history.button(key="history-again").disabled and not history.button(key="history-open").disabled
    press(history, "history-calls")
    assert prompts(history) == ["sweep 2", "sweep 1", "sweep 0"] and history.query_params["group"] == "s1"
    history.toggle(key="history-judged").set_value(True).run()
    assert len(prompts(history)) == 6
    press(history, "history-all")
    assert prompts(history)[0] == "▸ judge 2" and "group" not in history.query_params


def test_what_is_done_to_the_row_of_a_sweep_is_done_to_all_its_calls(history: AppTest):
    ids = sweep_of(2)
    press(choose(history.run(), 0), "history-star")
    found = list_runs(resources.store(), "local", Filter(judged=True, starred=True))
    assert {row.id for row in found} == set(ids)
    press(choose(history, 0), "history-delete")
    assert len(prompts(history)) == 2 and any("4 runs deleted" in each.value for each in history.caption)
    press(history, "history-restore")
    assert len(prompts(history)) == 3


def test_sorted_by_a_figure_each_call_is_a_row(history: AppTest):
    sweep_of(2)
    history.run()
    history.selectbox(key="history-order").set_value("cost_usd").run()
    assert sorted(prompts(history)) == ["What is 2 + 3?", "Write a haiku about the ocean.", "sweep 0", "sweep 1"]


def test_the_choice_is_kept_in_the_address_by_what_was_chosen(history: AppTest):
    first, second = (row.id for row in list_runs(resources.store(), "local", Filter()))
    choose(history, 1)
    assert history.query_params["chosen"] == second
    history.query_params["chosen"] = first  # as a link or Back has it
    history.run()
    assert not history.button(key="history-open").disabled
    press(history, "history-star")
    assert list(history.dataframe[0].value["★"]) == ["★", ""] and "chosen" not in history.query_params


def test_deleted_runs_are_brought_back(history: AppTest):
    both = prompts(history)
    press(choose(history, 0), "history-delete")
    assert prompts(history) == both[1:]
    press(history, "history-restore")
    assert prompts(history) == both
    assert not [button for button in history.button if button.key == "history-restore"]


def test_two_runs_are_compared_word_by_word(history: AppTest):
    assert history.button(key="history-compare").disabled
    press(choose(history, 0, 1), "history-compare")
    facts = history.dataframe[1].value
    assert list(facts.columns) == ["", "Earlier", "Later", "Differs"]
    assert "≠" in list(facts["Differs"]) and "Output tokens" in list(facts[""])


def test_a_run_is_opened_and_asked_again_beside_its_answer(history: AppTest):
    press(choose(history, 1), "history-again")
    assert "answer 2 of 2" in [caption.value for caption in history.caption]
    assert history.query_params["conversation"]


def bring_in(app: AppTest, whole: object) -> AppTest:
    app.file_uploader(key="import-file").upload("talk.json", json.dumps(whole).encode()).run()
    app.button(key="import-go").click().run()
    assert not app.exception
    return app


def test_an_old_list_of_messages_is_imported_and_what_has_no_place_here_is_named(app: AppTest):
    said = [
        {"role": "user", "content": [{"type": "text", "text": "2 + 3?"}, {"type": "input_audio", "input_audio": {}}]},
        {"role": "assistant", "content": None, "function_call": {"name": "add", "arguments": "[2, 3]"}},
        {"role": "function", "name": "add", "content": "5"},
        {"role": "assistant", "content": None, "refusal": "I had rather not say."},
    ]
    bring_in(to_history(app), said)
    state = app.session_state["playground"]
    (turn,) = state.turns
    assert turn.prompt == "2 + 3?" and turn.answer == "I had rather not say."
    assert [message.role for message in turn.messages] == ["user", "assistant", "tool", "assistant"]
    assert "Answer, imported" in app.container(key="turn-1-answer").get("html")[0].proto.body
    assert any("Left out of the import" in each.value and "input_audio" in each.value for each in app.warning)


@pytest.mark.nightly
def test_an_imported_conversation_is_listed_and_found_at_once_and_asked_again(app: AppTest):
    said = [
        {"role": "user", "content": "Which moon is the largest?"},
        {"role": "assistant", "content": "Ganymede, of Jupiter."},
        {"role": "user", "content": "And unanswered?"},
    ]
    bring_in(to_history(app), said)
    assert asked_on_page(app) == ["Which moon is the largest?", "And unanswered?"]
    to_history(app)
    assert prompts(app) == ["And unanswered?", "Which moon is the largest?"]
    table = app.dataframe[0].value
    assert list(table["Status"]) == ["stopped", "done"] and list(table["By"]) == ["not known"] * 2
    app.text_input(key="history-search").set_value("ganymede").run()
    assert prompts(app) == ["Which moon is the largest?"]
    press(choose(app, 0), "history-again")
    assert "answer 2 of 2" in [caption.value for caption in app.caption]


@pytest.mark.parametrize(
    "whole", [[], ["words"], [{"role": "robot"}], {"format": "kimi-playground conversations", "version": 2}]
)
def test_a_file_without_a_message_is_not_imported_and_says_so(app: AppTest, whole: object):
    bring_in(to_history(app), whole)
    assert [error.value.startswith("Not imported: ") for error in app.error] == [True]
    assert not app.session_state["playground"].turns


def test_conversations_of_other_programs_come_in_are_opened_and_what_did_not_come_is_named(app: AppTest):
    for program, whole in FILES.items():
        bring_in(to_history(app), whole)
        assert (asked_on_page(app)[0], answer(app)) == ("2+2?", "4"), program
    bring_in(to_history(app), FILES["Claude"])
    assert any("of an export of Claude" in each.value for each in app.warning)
    damaged = [{"mapping": {"a": {"parent": "a", "message": "x"}}, "current_node": "a"}]
    app = to_history(app)
    app.file_uploader(key="import-file").upload("talk.json", json.dumps(damaged).encode()).run()
    app.button(key="import-go").click().run()
    assert not app.exception and any(each.value.startswith("Not imported") for each in app.error)
