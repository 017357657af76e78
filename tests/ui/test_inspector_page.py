"""The inspector of a turn: cache, edit and resend."""

import json

import pytest

from tests.ui.shown import answer, sent, to_try_again


def beginning_with(key, widgets):
    """The widget whose key goes on with the id of a run."""
    (found,) = [widget for widget in widgets if (widget.key or "").startswith(key)]
    return found


def test_the_cache_is_explained_against_the_request_before(app, ask):
    long = "Tell me about cats. " * 120
    ask(app, f"{long}\nsimulate: thinking=5 answer=10")
    ask(app, "And dogs?\nsimulate: thinking=5 answer=10")
    app.button(key="inspect-2").click().run()
    assert not app.exception
    assert any("could be read from the cache" in markdown.value for markdown in app.markdown)
    assert int(app.metric[1].value.replace(",", "")) >= 256
    assert "cache saved" in app.container(key="turn-2-stats").caption[0].value


def test_an_edited_body_is_checked_sent_and_kept_out_of_the_conversation(app, ask, monkeypatch):
    ask(app, "Hello\nsimulate: thinking=5 answer=10")
    edited = json.dumps(
        {
            "model": "kimi-k2-6",
            "messages": [{"role": "user", "content": "Edited\nsimulate: answer=7"}],
            "temperature": 9,
        }
    )
    monkeypatch.setattr("components.ui.turn.body_editor.json_editor", lambda *args, **options: edited)
    app.button(key="inspect-1").click().run()
    app.button(key="inspect-1").click()
    beginning_with("edit-body-", app.toggle).set_value(True).run()
    assert any("temperature must" in markdown.value for markdown in app.markdown)
    edited = edited.replace("9}", "1}")
    app.button(key="inspect-1").click().run()
    app.button(key="inspect-1").click()
    beginning_with("send-body-", app.button).click().run()
    assert not app.exception
    assert sent()[-1] == json.loads(edited) and answer(app, 2) and not to_try_again(app)
    assert any("edited by hand" in caption.value for caption in app.container(key="turn-2").caption)
    ask(app, "What did I say?\nsimulate: thinking=5 answer=10")
    assert "Edited" not in str(sent()[-1])


@pytest.mark.nightly
def test_a_body_that_is_no_json_is_told_with_its_place(app, ask, monkeypatch):
    ask(app, "Hello\nsimulate: thinking=5 answer=10")
    monkeypatch.setattr("components.ui.turn.body_editor.json_editor", lambda *args, **options: '{\n "model": }')
    app.button(key="inspect-1").click().run()
    app.button(key="inspect-1").click()
    beginning_with("edit-body-", app.toggle).set_value(True).run()
    assert any("Line 2, column 11: This is not JSON" in markdown.value for markdown in app.markdown)
