"""Recorded replies of independent servers, read by the client over a socket, give what is in ``expected.json``."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from components.api.wires.registry import WIRES
from components.api.wires.wire import Wire
from components.core.errors import ApiStatusError
from tests.api.outcome import EXPECTED, RECORDED, exchange, summary, wire_of
from tests.raw_server import RawServer, head, reply, send

Serve = Callable[..., RawServer]

STREAMS = [name for name in EXPECTED if name.endswith(".sse")]
ERRORS = [name for name in EXPECTED if "error" in EXPECTED[name]]
WHOLE = [name for name in EXPECTED if name not in STREAMS and name not in ERRORS]


def parsed(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The calls with parsed arguments: a reply that is not streamed may have them as an object, with other spaces."""
    return [call | {"arguments": json.loads(call["arguments"])} for call in calls]


def test_every_recorded_reply_is_expected_to_say_something():
    recorded = {
        path.relative_to(RECORDED).as_posix()
        for path in RECORDED.glob("*/*")
        if not path.name.endswith((".hdr", ".req.json")) and path.stem != "messages_count"
    }
    assert recorded == set(EXPECTED)
    assert len(STREAMS) >= 28 and len(WHOLE) >= 10 and len(ERRORS) >= 11


@pytest.mark.parametrize("name", STREAMS)
def test_a_recorded_stream_is_read_as_it_was_meant(serve: Serve, name: str):
    headers = {"content-type": "text/event-stream"}
    server = serve([send(head(headers=headers) + (RECORDED / name).read_bytes())])
    outcome = exchange(server.url, wire=wire_of(name))
    assert outcome.error is None
    expected = EXPECTED[name]
    assert summary(outcome.transcript) == {key: expected[key] for key in summary(outcome.transcript)}
    assert (outcome.transcript.finish_reason is None) == expected["interrupted"]
    assert not outcome.transcript.unknown


@pytest.mark.parametrize("name", WHOLE)
def test_a_recorded_whole_reply_is_read_as_it_was_meant(serve: Serve, name: str):
    server = serve([send(reply((RECORDED / name).read_bytes()))])
    outcome = exchange(server.url, wire=wire_of(name), streamed=False)
    assert outcome.error is None
    result = summary(outcome.transcript)
    expected = {key: EXPECTED[name][key] for key in result}
    assert parsed(result.pop("tool_calls")) == parsed(expected.pop("tool_calls"))
    assert result == expected


@pytest.mark.parametrize("name", ERRORS)
def test_a_recorded_error_keeps_its_status_and_words(serve: Serve, name: str):
    expected = EXPECTED[name]["error"]
    status_line = (RECORDED / name).with_suffix(".hdr").read_text(encoding="utf-8").splitlines()[0]
    body = (RECORDED / name).read_bytes()
    server = serve([send(reply(body, status_line.removeprefix("HTTP/1.1 "), "application/json; charset=utf-8"))])
    error = exchange(server.url, wire=wire_of(name)).failure()
    assert isinstance(error, ApiStatusError)
    assert (error.status, error.code) == (expected["status"], expected["type"])
    assert " ".join(expected["message"].split()) in str(error)
    assert error.raw == body.decode()


@pytest.mark.parametrize("wire", WIRES.values(), ids=WIRES)
def test_each_endpoint_is_asked_at_its_path_with_its_headers(serve: Serve, wire: Wire):
    server = serve([send(reply(b"{}"))])
    exchange(server.url, wire=wire, streamed=False)
    sent = server.exchange()
    assert sent.path == "/v1" + wire.path
    assert sent.headers["authorization"].startswith("Bearer ") and "x-api-key" not in sent.headers
    assert sent.headers.get("anthropic-version") == ("2023-06-01" if wire.name == "messages" else None)
