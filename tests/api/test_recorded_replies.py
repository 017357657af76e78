"""What independent servers really sent, through the real client over a real socket, against ``expected.json``."""

from collections.abc import Callable
from pathlib import Path

import pytest

from components.core.errors import ApiStatusError
from tests.api.outcome import EXPECTED, RECORDED, exchange, summary
from tests.raw_server import RawServer, head, reply, send

Serve = Callable[..., RawServer]

CHAT = [name for name in EXPECTED if Path(name).name.startswith("chat_")]
STREAMS = [name for name in CHAT if name.endswith(".sse")]
ERRORS = [name for name in CHAT if "error" in EXPECTED[name]]
WHOLE = [name for name in CHAT if name not in STREAMS and name not in ERRORS]


def test_every_recorded_chat_reply_is_expected_to_say_something():
    recorded = {
        path.relative_to(RECORDED).as_posix()
        for path in RECORDED.glob("*/chat_*")
        if not path.name.endswith((".hdr", ".req.json"))
    }
    assert recorded == set(CHAT)
    assert len(STREAMS) >= 14 and len(WHOLE) >= 5 and len(ERRORS) >= 7


@pytest.mark.parametrize("name", STREAMS)
def test_a_recorded_stream_is_read_as_it_was_meant(serve: Serve, name: str):
    headers = {"content-type": "text/event-stream"}
    server = serve([send(head(headers=headers) + (RECORDED / name).read_bytes())])
    outcome = exchange(server.url)
    assert outcome.error is None
    expected = EXPECTED[name]
    assert summary(outcome.transcript) == {key: expected[key] for key in summary(outcome.transcript)}
    assert (outcome.transcript.finish_reason is None) == expected["interrupted"]
    assert expected["unknown_ok"] or not outcome.transcript.unknown


@pytest.mark.parametrize("name", WHOLE)
def test_a_recorded_whole_reply_is_read_as_it_was_meant(serve: Serve, name: str):
    server = serve([send(reply((RECORDED / name).read_bytes()))])
    outcome = exchange(server.url, streamed=False)
    assert outcome.error is None
    assert summary(outcome.transcript) == {key: EXPECTED[name][key] for key in summary(outcome.transcript)}


@pytest.mark.parametrize("name", ERRORS)
def test_a_recorded_error_keeps_its_status_and_words(serve: Serve, name: str):
    expected = EXPECTED[name]["error"]
    status_line = (RECORDED / name).with_suffix(".hdr").read_text(encoding="utf-8").splitlines()[0]
    body = (RECORDED / name).read_bytes()
    server = serve([send(reply(body, status_line.removeprefix("HTTP/1.1 "), "application/json; charset=utf-8"))])
    error = exchange(server.url).failure()
    assert isinstance(error, ApiStatusError)
    assert (error.status, error.code) == (expected["status"], expected["type"])
    assert " ".join(expected["message"].split()) in str(error)
    assert error.raw == body.decode()
