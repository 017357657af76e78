"""What independent servers really sent, as the page shows it: `expected.json` is the table, server by server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from components.core.usage import Usage
from tests.api.outcome import EXPECTED, RECORDED, wire_of
from tests.nightly import by_night
from tests.raw_server import RawServer, head, reply, send
from tests.ui.shown import said, shown

Serve = Callable[..., RawServer]
# Of the errors the page shows one of each wire; what an error says is the business of tests/api.
SHOWN = [name for name in EXPECTED if "error" not in EXPECTED[name] or name.endswith("_error_auth.json")]


def script(name: str) -> Any:
    body = (RECORDED / name).read_bytes()
    if name.endswith(".sse"):
        return send(head(headers={"content-type": "text/event-stream"}) + body)
    status = (RECORDED / name).with_suffix(".hdr").read_text(encoding="utf-8").splitlines()[0].removeprefix("HTTP/1.1 ")
    return send(reply(body, status, "application/json"))


def squeezed(text: str) -> str:
    return "".join(text.split())


def letters(text: str) -> str:
    """What must be there: the drawn copy has its Markdown defused here and there."""
    return "".join(filter(str.isalnum, text))


def unnumbered(text: str) -> str:
    """Markdown without the numbers of ordered lists, which the browser draws."""
    return re.sub(r"^[ \t]*\d{1,9}[.)](?=[ \t])", "", text, flags=re.MULTILINE)


# With every change each kind of reply by one wire, and each wire by two kinds. What another wire or server says, and
# what comes in one piece, has been made the same transcript before the page sees it:
# `tests/api/test_recorded_replies.py` reads them all with every change.
USUAL = [
    "llamacpp/chat_cancel.sse",
    "llamacpp/chat_error_auth.json",
    "llamacpp/chat_error_model.sse",
    "llamacpp/chat_reasoning_length.sse",
    "llamacpp/chat_tools.sse",
    "llamacpp/messages_reasoning.sse",
    "llamacpp/messages_tools_turn2.sse",
    "llamacpp/responses_plain.sse",
    "llamacpp/responses_vision.sse",
]


@pytest.mark.parametrize("name", by_night(sorted(SHOWN, key=lambda name: name not in USUAL), always=len(USUAL)))
def test_the_page_shows_what_was_recorded(open_app: Any, ask: Any, serve: Serve, name: str):
    server = serve([script(name)])
    app = open_app(EMPIRIOLABS_BASE_URL=f"{server.url}/v1")
    app.selectbox(key="wire").set_value(wire_of(name).name)
    app.toggle(key="stream").set_value(name.endswith(".sse"))
    ask(app, "Recorded")
    expected = EXPECTED[name]
    panes = {pane: app.container(key=f"turn-1-{pane}") for pane in ("thinking", "answer", "stats")}
    if "error" in expected:
        assert app.error and str(expected["error"]["status"]) in app.container(key="turn-1").caption[-1].value
        return
    thinking = squeezed(shown(panes["thinking"]))
    answer = squeezed(shown(panes["answer"]))
    assert letters(unnumbered(expected["thinking"])) in letters(thinking)
    assert letters(unnumbered(expected["answer"])) in letters(answer)
    assert any("What came is kept" in said(each) for each in (*app.error, *app.warning)) == expected["interrupted"]
    calls = [code.value for code in panes["answer"].code if code.language == "json"]
    for call in expected["tool_calls"]:
        assert any(_same_json(call["arguments"], value) for value in calls)
        assert call["name"] in "".join(map(said, panes["answer"].markdown))
    line = panes["stats"].caption[0].value
    usage = Usage(**expected["usage"]) if expected["usage"] else Usage()
    counts = [usage.input_tokens, usage.cached_tokens, usage.reasoning_tokens, usage.output_tokens]
    if usage == Usage():
        assert "**Tokens** not reported" in line
    else:
        counted = [("not reported" if count is None else f"{count:,}") for count in counts]
        words = [f"{count} {name}" for count, name in zip(counted, ("in", "cached", "thinking", "out"), strict=True)]
        assert ", ".join(words) in line


def _same_json(arguments: str, shown: str) -> bool:
    try:
        return bool(json.loads(arguments) == json.loads(shown))
    except ValueError:
        return squeezed(arguments) == squeezed(shown)
