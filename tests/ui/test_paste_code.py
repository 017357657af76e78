"""Paste code on the page: what was read stands there as if it had been typed, and what was not is said first."""

import base64
import json

import pytest

from components.api.snippets.archive import make_archive
from components.api.snippets.program import Options
from components.api.snippets.registry import TARGETS, write_program
from components.params.cards import default_card
from tests.api.snippets.turns import MEDIA, photo
from tests.api.snippets.turns import request as make
from tests.ui.conftest import choose_in_menu
from tests.ui.shown import sent

BODY = {
    "model": "gpt-4o",
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Name a fruit."},
        {"role": "assistant", "content": "Apple."},
        {"role": "user", "content": "And another?"},
    ],
    "temperature": 1.5,
    "stop": ["END"],
    "seed": 7,
    "tools": [{"type": "function", "function": {"name": "lookup", "description": "d", "parameters": {}}}],
}
CURL = (
    "curl https://api.openai.com/v1/chat/completions -H 'Authorization: Bearer sk-abcdefghijklmnopq' "
    f"-d '{json.dumps(BODY)}'"
)


def paste(app, text, *files):
    """Opens the dialog with the text in it; the harness closes it at every run."""
    choose_in_menu(app, "Paste code")
    app.text_area(key="paste-text").set_value(text)
    for name, data in files:
        app.file_uploader(key="paste-files").upload(name, data)
    choose_in_menu(app, "Paste code")
    assert not app.exception
    return app


def fill(app):
    app.button(key="paste-fill").click()
    choose_in_menu(app, "Paste code")
    assert not app.exception
    return app


def words(app):
    dialog = app.get("dialog")[0]
    return " ".join(element.value for kind in ("markdown", "warning", "error") for element in dialog.get(kind))


def test_what_is_not_taken_over_is_said_before_the_page_is_filled(app):
    said = words(paste(app, CURL))
    assert "Chat completions, 4 messages, a system prompt" not in said  # the system prompt is no message
    assert "Chat completions, 3 messages, a system prompt" in said
    assert "gpt-4o" in said and "`seed`" in said
    assert "It held a key, which was dropped" in said
    assert "sk-abcdefghijklmnopq" not in said


def test_the_page_is_filled(app, ask):
    fill(paste(app, CURL))
    assert app.number_input(key="box-temperature").value == 1.5
    assert app.multiselect(key="list-stop").value == ["END"]
    assert app.text_area(key="system").value == "Be brief."
    assert app.chat_input(key="composer").value == "And another?"
    assert any("lookup" in markdown.value for markdown in app.sidebar.markdown)
    assert all(button.key != "code-1" for button in app.button)  # nobody ever sent that turn
    ask(app, "And another?")
    body = sent()[-1]
    assert body["messages"] == BODY["messages"] and [tool["function"]["name"] for tool in body["tools"]] == ["lookup"]
    taken = {name: body[name] for name in {*default_card().parameters, "seed"} & body.keys()}
    assert taken == {"temperature": 1.5, "stop": ["END"]}


@pytest.mark.parametrize(
    "text", ['curl http://x -d "$(touch MARK)"', "wget --post-data='{}' http://x", "import os; os.system('true')"]
)
def test_what_cannot_be_read_changes_nothing_and_says_why(app, text):
    paste(app, text)
    assert len(app.get("dialog")[0].get("error")) == 1
    assert all(button.key != "paste-fill" for button in app.button)


def test_pictures_beside_the_code_come_with_it(app):
    program = write_program(TARGETS["python_openai"], make(photo(), "What is in it?"), Options("http://x/v1"))
    assert "attach it here" in words(paste(app, program.code))
    file = program.files[0]
    assert "1 picture" in words(paste(app, program.code, ("my-photo-1.jpg", file.data)))


def test_a_zip_of_get_code_is_read_as_a_whole(app, ask):
    asked = make(photo(), "What is in it?")
    program = write_program(TARGETS["curl"], asked, Options("http://x/v1"))
    fill(paste(app, "", ("kimi-k2-6.zip", make_archive(program))))
    ask(app, "What is in it?")
    (message,) = app.session_state["playground"].turns[-1].run.request.messages
    assert message.parts[0].data == asked.messages[0].parts[0].data and message.text == "What is in it?"


def test_a_clip_and_an_address_stand_in_the_tray_as_if_they_had_been_attached(app):
    clip = base64.b64encode((MEDIA / "counted.mp4").read_bytes()).decode()
    content = [
        {"type": "image_url", "image_url": {"url": "https://example.com/a.jpg"}},
        {"type": "video_url", "video_url": {"url": f"data:video/mp4;base64,{clip}"}},
        {"type": "text", "text": "What happens?"},
    ]
    paste(app, json.dumps({"messages": [{"role": "user", "content": content}]}))
    assert "1 picture, 1 clip" in words(app)
    fill(app)
    tray = app.session_state["playground"].tray
    assert [one.kind for one in tray] == ["sent", "clip"] and tray[1].video is not None and tray[1].parts
