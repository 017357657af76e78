"""A wire is one file and one entry: a toy wire in the registry works everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components import ask
from components.api.connection import Connection
from components.api.lint import lint
from components.api.paste.reader import read_pasted
from components.api.snippets.program import Options
from components.api.snippets.registry import targets_of, write_program
from components.api.wires.registry import WIRES
from components.api.wires.step import Step
from components.api.wires.weight import estimate_request, sends_videos
from components.api.wires.wire import PictureUrl, Wire, map_parameters
from components.core.events import AnswerDelta, Finished, StreamEvent, ThinkingDelta, UsageReported
from components.core.parts import Message, TextPart
from components.core.request import RunRequest
from components.core.usage import Usage
from components.params.cards import default_card
from components.runs.caching import explain_cache
from components.runs.run import Run
from tests.raw_server import RawServer, reply, send

CARD = default_card()


def encode(request: RunRequest, picture_url: PictureUrl) -> dict[str, Any]:
    lines = [{"who": message.role, "says": message.text} for message in request.messages]
    return {
        "model": request.model,
        "rules": request.system,
        "lines": lines,
        **map_parameters(request, "toy", {"max_tokens": "longest"}, ("stop",)),
        "stream": request.stream,
    }


class ToyDecoder:
    over = False

    def feed(self, name: str, data: str) -> list[StreamEvent]:
        return self.feed_body(json.loads(data))

    def feed_body(self, body: dict[str, Any]) -> list[StreamEvent]:
        self.over = True
        counts = UsageReported(Usage(input_tokens=10, output_tokens=5))
        return [ThinkingDelta(body["thought"]), AnswerDelta(body["said"]), counts, Finished(body.get("ended", "stop"))]

    def close(self) -> list[StreamEvent]:
        return []


def steps(lines: list[dict[str, Any]]) -> Iterator[Step]:
    return (Step(line.get("who", "")) for line in lines)


TOY = Wire(
    name="toy",
    label="Toy",
    path="/toy",
    history="lines",
    steps=steps,
    encode=encode,
    decoder=ToyDecoder,
    renamed={"max_tokens": "longest"},
    unsupported={"stop": "A toy does not stop."},
    no_video="A toy sees no clips.",
    system="rules",
    package="toys",
    calls=(("toys",),),
    recognises=lambda body: "lines" in body,
    reading_hints=("Both come at once.", "Both are there."),
)


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WIRES, "toy", TOY)


def request(*said: str, **fields: Any) -> RunRequest:
    messages = tuple(Message("user", (TextPart(text),)) for text in said)
    return RunRequest(CARD.id, messages, "toy", card=CARD, **{"system": "Be kind.", **fields})


def body(**fields: Any) -> dict[str, Any]:
    return encode(request("Hi", **fields), lambda picture: pytest.fail("there is none"))


def test_it_is_asked_and_read(serve: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    server: RawServer = serve([send(reply(json.dumps({"thought": "Hm.", "said": "Hello"}).encode()))])
    monkeypatch.setenv("EMPIRIOLABS_BASE_URL", f"{server.url}/v1")
    arguments = ["Hi", "--wire", "toy", "--no-stream", "--json", "--param", "max_tokens=7", "--param", "stop=x"]
    assert ask.main(arguments) == 0
    printed = capsys.readouterr()
    summary = json.loads(printed.out)
    assert (summary["thinking"], summary["answer"], summary["status"]) == ("Hm.", "Hello", "done")
    assert summary["cost_usd"] is None and summary["usage"]["output_tokens"] == 5
    exchange = server.exchange()
    assert exchange.path == "/v1/toy" and json.loads(exchange.body)["longest"] == 7
    assert printed.err == "`stop` is not sent. A toy does not stop.\n"


def test_its_body_is_looked_through():
    assert lint("toy", body(), CARD) == []
    assert [one.sentence for one in lint("toy", {**body(), "lines": []}, CARD)] == ["`lines` is missing or empty."]
    (odd,) = lint("toy", {**body(), "input": []}, CARD)
    assert odd.severity == "doubtful" and "`input`" in odd.sentence
    (range_,) = lint("toy", {**body(), "longest": 0}, CARD)
    assert "max_tokens" in range_.sentence


def test_its_body_and_its_address_are_recognised_when_pasted():
    asked = body(parameters={"max_tokens": 7})
    assert (pasted := read_pasted(json.dumps(asked)).request).wire == "toy"
    assert dict(pasted.parameters) == {"max_tokens": 7}
    command = f"curl http://localhost/v1/toy -d '{json.dumps(asked)}'"
    assert read_pasted(command).request.wire == "toy"
    assert read_pasted('client.toys.create(lines=[{"role": "user", "content": "Hi"}])').kind == "Python (toys)"


def test_its_code_is_written():
    targets = targets_of("toy", "http://localhost/v1")
    assert [target.name for target in targets] == ["curl", "python_httpx", "notebook"]
    for target in targets:
        program = write_program(target, request("Hi"), Options("http://localhost/v1"))
        assert "http://localhost/v1" in program.code and "/toy" in program.code
        assert "# Both come at once." in program.code


def test_its_python_asks_it_and_prints_what_it_answers(serve: Any, tmp_path: Path):
    server: RawServer = serve([send(reply(json.dumps({"thought": "Hm.", "said": "Hello"}).encode()))])
    (target,) = [target for target in targets_of("toy", server.url) if target.name == "python_httpx"]
    asked = request("Hi", stream=False)
    (tmp_path / "main.py").write_text(write_program(target, asked, Options(f"{server.url}/v1")).code, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, tmp_path / "main.py"],
        env={**os.environ, "EMPIRIOLABS_API_KEY": "sk-toy"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout) == {"thought": "Hm.", "said": "Hello"}
    assert server.exchange().path == "/v1/toy"
    assert json.loads(server.exchange().body) == encode(asked, lambda picture: pytest.fail("there is none"))


def test_it_has_no_place_for_a_clip_and_its_prompt_is_weighed():
    assert not sends_videos("toy") and estimate_request(request("Hi")).tokens > 0


def test_its_cache_is_explained():
    connection = Connection("http://127.0.0.1:1/v1")
    before, now = (Run(request(*said), connection) for said in (("Hi",), ("Hi", "And?")))
    report = explain_cache(now, before)
    assert (report.shared, report.pieces) == (2, 3)
