"""The terminal command: what it prints, what it sends, and the exit status of every outcome."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from components import ask
from components.media.burning import label_box
from components.runs.runner import Runner
from tests.api.outcome import DONE, EXPECTED, FINISH, KEY, RECORDED, chat_chunk, sse, wire_of
from tests.media.papers import pdf
from tests.raw_server import LAST_CHUNK, RawServer, chunk, event_stream, head, never_answer, reply, reset, send

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60.0

Serve = Callable[..., RawServer]
USAGE = {
    "prompt_tokens": 1200,
    "completion_tokens": 800,
    "total_tokens": 2000,
    "prompt_tokens_details": {"cached_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 500},
}
WHOLE = (
    event_stream()
    + chunk(
        chat_chunk(reasoning_content="hm")
        + chat_chunk(content="so ")
        + chat_chunk(content="it is")
        + FINISH
        + sse({"choices": [], "usage": USAGE})
        + DONE
    )
    + LAST_CHUNK
)


@dataclass
class Result:
    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> Result:
        try:
            status = ask.main(arguments)
        except SystemExit as exit:  # argparse
            status = int(exit.code or 0)
        return Result(status, *capsys.readouterr())

    return call


@pytest.fixture
def serve_api(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Like `serve`; the command is pointed at the server."""

    def start(*scripts: object) -> RawServer:
        server = serve(*scripts)
        monkeypatch.setenv("EMPIRIOLABS_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("EMPIRIOLABS_API_KEY", KEY)
        return server

    return start


def start_process(*arguments: str | bytes, url: str, **options: object) -> subprocess.Popen[bytes]:
    environment = os.environ | {"EMPIRIOLABS_BASE_URL": f"{url}/v1", "PYTHONWARNINGS": "error"}
    return subprocess.Popen(
        [sys.executable, "-m", "components.ask", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


# What is printed.


def test_the_answer_goes_to_stdout_and_the_thinking_to_stderr(serve_api: Serve, run: Run):
    serve_api([send(WHOLE)])
    assert run("Hi") == Result(0, "so it is\n", "hm\n\n")


def test_json_prints_one_object_in_the_documented_shape(serve_api: Serve, run: Run):
    serve_api([send(WHOLE)])
    result = run("Hi", "--json")
    assert (result.status, result.err) == (0, "")
    printed = json.loads(result.out)
    timings = printed.pop("timings")
    assert printed == {
        "status": "done",
        "thinking": "hm",
        "answer": "so it is",
        "tool_calls": [],
        "finish_reason": "stop",
        "usage": {
            "input_tokens": 1200,
            "cached_tokens": 0,
            "output_tokens": 800,
            "reasoning_tokens": 500,
            "total_tokens": 2000,
        },
        "cost_usd": None,
        "error": None,
    }
    assert list(timings) == ["first_event_s", "first_thinking_s", "first_answer_s", "total_s"]
    assert 0 < timings["first_event_s"] <= timings["first_answer_s"] <= timings["total_s"]


def test_what_was_not_reported_is_null(serve_api: Serve, run: Run):
    serve_api([send(event_stream() + chunk(chat_chunk(content="x") + FINISH) + LAST_CHUNK)])
    printed = json.loads(run("Hi", "--json").out)
    assert printed["usage"] == dict.fromkeys(
        ["input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "total_tokens"]
    )
    assert printed["cost_usd"] is None
    assert printed["timings"]["first_thinking_s"] is None


def test_events_prints_one_object_a_line(serve_api: Serve, run: Run):
    call = chat_chunk(tool_calls=[{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}])
    serve_api([send(event_stream() + chunk(b"data: odd\n\n" + chat_chunk(content="x") + call + FINISH) + LAST_CHUNK)])
    result = run("Hi", "--events")
    events = [json.loads(line) for line in result.out.splitlines()]
    assert all(event.pop("at_s") >= 0 for event in events)
    assert events == [
        {"event": "raw", "name": "message", "data": "odd"},
        {"event": "answer", "text": "x"},
        {"event": "tool_call", "index": 0, "id": "a", "name": "f", "arguments": "{}"},
        {"event": "finished", "reason": "stop"},
    ]


def test_events_come_out_as_they_arrive(serve: Serve):
    server = serve([send(event_stream() + chunk(chat_chunk(content="first"))), never_answer()])
    with start_process("Hi", "--events", url=server.url) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["text"] == "first"
        process.kill()


def test_a_reply_in_one_piece_is_asked_for_and_read(serve_api: Serve, run: Run):
    server = serve_api(
        [send(reply(b'{"choices": [{"message": {"content": "one piece"}, "finish_reason": "stop"}], "usage": {}}'))]
    )
    assert run("Hi", "--no-stream").out == "one piece\n"
    assert json.loads(server.exchange().body)["stream"] is False


def test_tool_calls_are_printed(serve_api: Serve, run: Run, tmp_path: Path):
    call = chat_chunk(tool_calls=[{"index": 0, "id": "a", "function": {"name": "f", "arguments": '{"x": 1}'}}])
    end = sse({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]})
    serve_api([send(event_stream() + chunk(call + end) + LAST_CHUNK)])
    assert run("Hi").out == 'f({"x": 1})\n'
    printed = json.loads(run("Hi", "--json").out)
    assert printed["tool_calls"] == [{"id": "a", "name": "f", "arguments": '{"x": 1}'}]
    assert printed["finish_reason"] == "tool_calls"


@pytest.mark.parametrize("name", [name for name in EXPECTED if "error" not in EXPECTED[name]])
def test_a_recorded_reply_is_summed_up_as_it_was_meant(serve_api: Serve, run: Run, name: str):
    body, streamed = (RECORDED / name).read_bytes(), name.endswith(".sse")
    kind = {"content-type": "text/event-stream"}
    serve_api([send(head(headers=kind) + body if streamed else reply(body))])
    result = run("Hi", "--json", "--wire", wire_of(name).name, *([] if streamed else ["--no-stream"]))
    printed, expected = json.loads(result.out), EXPECTED[name]
    assert printed["status"] == ("interrupted" if expected["interrupted"] else "done")
    assert result.status == (1 if expected["interrupted"] else 0)
    for field in ("thinking", "answer", "finish_reason", "usage"):
        assert printed[field] == expected[field], field
    assert [call["name"] for call in printed["tool_calls"]] == [call["name"] for call in expected["tool_calls"]]
    assert [call["id"] for call in printed["tool_calls"]] == [call["id"] for call in expected["tool_calls"]]
    assert printed["cost_usd"] is None  # the server is none whose prices are known


@pytest.mark.parametrize(
    ("model", "answered", "usage", "cost"),
    [
        ("", "kimi-k2.6", {}, None),  # the same model elsewhere, whose price is another's
        ("", "kimi-k2-6", {}, None),
        ("", None, {}, None),
        ("gpt-oss-20b", "gpt-oss-20b", {}, None),
        ("gpt-oss-20b", "gpt-oss-20b", {"cost": 0.0021}, "0.0021"),
        ("", "kimi-k2.6", {"cost": "0.5"}, "0.5"),
        ("", "kimi-k2.6", {"cost": -1}, None),
    ],
)
def test_the_cost_is_that_of_who_answered_or_null(
    serve_api: Serve,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    answered: str | None,
    usage: dict[str, Any],
    cost: str | None,
):
    monkeypatch.setenv("PLAYGROUND_MODEL", model)
    body = {
        **({"model": answered} if answered else {}),
        "choices": [{"message": {"content": "x"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1_000, "completion_tokens": 1_000, **usage},
    }
    serve_api([send(reply(json.dumps(body).encode()))])
    printed = json.loads(run("Hi", "--json", "--no-stream").out)["cost_usd"]
    assert printed == cost


def test_parameters_are_those_of_the_card_of_the_model(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLAYGROUND_MODEL", "gpt-oss-20b")
    monkeypatch.setenv("EMPIRIOLABS_BASE_URL", "http://localhost:1/v1")
    assert json.loads(run("Hi", "--dry-run", "--param", "presence_penalty=1").out)["presence_penalty"] == 1
    refused = run("Hi", "--dry-run", "--param", "thinking_budget=5")
    assert refused.status == 2 and "thinking_budget is not a parameter of gpt-oss-20b" in refused.err
    monkeypatch.setenv("PLAYGROUND_MODEL", "kimi-k2.6")
    monkeypatch.setenv("EMPIRIOLABS_BASE_URL", "https://api.moonshot.ai/v1")
    body = json.loads(run("Hi", "--dry-run", "--param", "thinking_keep=all", "--param", "max_tokens=99").out)
    assert body["thinking"] == {"keep": "all", "type": "enabled"} and body["max_completion_tokens"] == 99
    assert "max_tokens" not in body and "thinking_keep" not in body


def test_a_broken_card_is_named_on_stderr(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "mine.json").write_text("[]")
    told = run("Hi", "--dry-run")
    assert told.status == 0 and told.err.startswith("The model card mine.json is left out: ")


def test_without_a_key_and_an_address_the_simulator_answers(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND", "0")
    printed = json.loads(run("Hello", "--json", "--param", "enable_thinking=false").out)
    assert (printed["status"], printed["thinking"]) == ("done", "")
    assert printed["answer"] and printed["cost_usd"]


# What is sent.


def test_dry_run_prints_the_exact_body_and_sends_nothing(serve_api: Serve, run: Run):
    server = serve_api([send(WHOLE)])
    arguments = ("Hi 日本", "--system", "Be brief.", "--param", "temperature=0.2", "--param", "stop=END,\\n\\n")
    result = run(*arguments, "--dry-run")
    assert result.status == 0
    assert json.loads(result.out) == {
        "model": "kimi-k2-6",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi 日本"}],
        "temperature": 0.2,
        "stop": ["END", "\n\n"],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert not server.exchanges
    run(*arguments)
    assert json.loads(server.exchange().body) == json.loads(result.out)


def test_the_model_of_the_environment_is_asked(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLAYGROUND_MODEL", "kimi-next")
    assert json.loads(run("Hi", "--dry-run").out)["model"] == "kimi-next"


def test_a_picture_and_the_frames_of_a_clip_are_attached(run: Run, media_dir: Path):
    files = [str(media_dir / name) for name in ("china.jpg", "counted.mp4")]
    body = json.loads(run("What?", "--attach", files[0], "--attach", files[1], "--frames", "2", "--dry-run").out)
    content = body["messages"][0]["content"]
    assert [part["type"] for part in content] == ["image_url", "text", "image_url", "text", "image_url", "text"]
    assert content[1]["text"].endswith("frame of counted.mp4")
    assert content[-1]["text"] == "What?"
    base64.b64decode(content[0]["image_url"]["url"].partition("base64,")[2], validate=True)


def test_times_are_burnt_into_frames_when_asked_for(run: Run, media_dir: Path):
    arguments = ("What?", "--attach", str(media_dir / "bigbuckbunny.mp4"), "--frames", "1", "--dry-run")

    def frame(*more: str) -> np.ndarray:
        url = json.loads(run(*arguments, *more).out)["messages"][0]["content"][1]["image_url"]["url"]
        data = base64.b64decode(url.partition("base64,")[2])
        return np.asarray(Image.open(io.BytesIO(data)).convert("L"), int)

    changed = np.abs(frame("--burn-times") - frame()) > 40
    box = label_box(changed.shape[1], changed.shape[0], "0:00:00.000")
    assert box is not None
    left, top, right, bottom = box
    assert changed[top:bottom, left:right].mean() > 0.3
    assert not changed[bottom + 16 :].any()


def test_pages_of_a_document_are_attached_and_what_is_left_out_is_said(run: Run, tmp_path: Path):
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf(4))
    result = run("What?", "--attach", str(file), "--frames", "2", "--page-texts", "--dry-run")
    content = json.loads(result.out)["messages"][0]["content"]
    assert [part["type"] for part in content] == ["text", "image_url", "text", "image_url", "text"]
    assert content[2]["text"] == "[Page 2 of 4] of report.pdf, its text:\nThis is 2."
    assert "report.pdf: 2 of 4 pages are sent" in result.err


@pytest.mark.parametrize("wrapped", [True, False])
def test_tools_are_read_in_both_shapes(run: Run, tmp_path: Path, wrapped: bool):
    function = {"name": "f", "description": "Does.", "parameters": {"type": "object", "properties": {}}}
    file = tmp_path / "tools.json"
    file.write_text(json.dumps([{"type": "function", "function": function}] if wrapped else function), "utf-8")
    body = json.loads(run("Hi", "--tools", str(file), "--dry-run").out)
    assert body["tools"] == [{"type": "function", "function": function}]


# Wrong usage.


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["Hi", "--param", "temperature=3"], "temperature must be a number from 0 to 2, not 3."),
        (["Hi", "--param", "temperature=warm"], "temperature must be a number from 0 to 2, not 'warm'."),
        (["Hi", "--param", "temperature"], "--param takes NAME=VALUE, not 'temperature'."),
        (["Hi", "--param", "seed=1"], "seed is not a parameter of kimi-k2-6; known are temperature, top_p"),
        (["Hi", "--param", "max_tokens=" + "9" * 5000], "max_tokens must be a whole number from 1 to"),
        (["Hi", "--param", "stop=\udc80"], "stop must be text that can be sent as UTF-8"),
        (["Hi", "--wire", "telepathy"], "--wire must be one of chat_completions"),
        (["Hi", "--frames", "0"], "--frames must be at least 1, not 0."),
        (["Hi", "--frames", "-3"], "--frames must be at least 1, not -3."),
        (["Hi", "--frames", "many"], "--frames: invalid int value: 'many'"),
        (["Hi", "--attach", "/no/such/file.png"], "/no/such/file.png cannot be read: No such file or directory."),
        (["Hi", "--attach", "/"], "/ cannot be read: Is a directory."),
        (["Hi", "--attach", sys.executable], "cannot be attached"),
        (["Hi", "--tools", "/no/such/tools.json"], "/no/such/tools.json cannot be read: No such file or directory."),
        (["Hi", "--tools", __file__], "is not JSON"),
        ([""], "There is nothing to ask"),
        ([], "the following arguments are required: prompt"),
        (["Hi", "--json", "--events"], "not allowed with argument"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_wrong_usage_is_told_in_a_sentence_and_nothing_is_sent(
    serve_api: Serve, run: Run, arguments: list[str], says: str
):
    server = serve_api([send(WHOLE)])
    result = run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert says in result.err
    assert not server.exchanges


@pytest.mark.parametrize(
    "content",
    [
        '["f"]',
        "[{}]",
        '[{"name": 5}]',
        '[{"name": "f", "parameters": []}]',
        '[{"function": "f"}]',
        "5",
        "null",
        "[" * 99_999,
    ],
    ids=lambda content: content[:30],
)
def test_a_file_that_holds_no_tools_is_refused(run: Run, tmp_path: Path, content: str):
    file = tmp_path / "tools.json"
    file.write_text(content, "utf-8")
    result = run("Hi", "--tools", str(file), "--dry-run")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"{file}: Line 1, column ")


@pytest.mark.parametrize(
    "name, value", [("EMPIRIOLABS_BASE_URL", "localhost"), ("PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND", "x")]
)
def test_a_wrong_environment_is_told_in_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(name, value)
    result = run("Hi", "--dry-run")
    assert result.status == 2
    assert result.err.startswith(f"{name} must ")


# Failures of the API and of the network.

PAGE = b"<!DOCTYPE html><h1>Welcome</h1>"
HALF = event_stream() + chunk(chat_chunk(content="half"))


@dataclass
class Failure:
    script: list[object]
    says: str
    status: str = "failed"
    kind: str | None = "status"


FAILURES = {
    "wrong key": Failure(
        [send(reply(sse({"error": {"code": "invalid_api_key", "message": f"No: {KEY}"}})[6:], "401 Unauthorized"))],
        "The API does not accept this key. Check it, or make a new one under",
    ),
    "web page": Failure(
        [send(reply(PAGE, content_type="text/html"))], "The server answered with a web page instead", kind="format"
    ),
    "redirect": Failure(
        [send(head("302 Found", {"location": "http://127.0.0.1:1/", "content-length": "0"}))],
        "The address redirects to 'http://127.0.0.1:1/'",
        kind="format",
    ),
    "not JSON": Failure(
        [send(reply(b"hello"))], "The server answered with application/json that is not", kind="format"
    ),
    "no HTTP": Failure([send(b"SSH-2.0-x\r\n")], "What answers at 127.0.0.1:", kind="format"),
    "error event": Failure([send(HALF + chunk(sse({"error": {"message": "Gone."}})))], "The API ended the reply with"),
    "cut": Failure([send(HALF)], "The connection to 127.0.0.1:", "interrupted", "connection"),
    "early end": Failure(
        [send(HALF + LAST_CHUNK)], "The stream ended before the reply was complete", "interrupted", kind=None
    ),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_failure_is_one_clear_line_and_exit_1(serve_api: Serve, run: Run, failure: Failure):
    serve_api(failure.script)
    result = run("Hi", "--json")
    assert result.status == 1
    assert result.err.startswith(failure.says) and result.err.count("\n") == 1
    assert KEY not in result.out + result.err
    printed = json.loads(result.out)
    assert printed["status"] == failure.status
    assert (printed["error"] or {"kind": None})["kind"] == failure.kind
    if printed["error"]:
        assert list(printed["error"]) == ["kind", "status", "code", "message", "request_id"]
        assert printed["error"]["message"] + "\n" == result.err
    assert printed["answer"] == ("half" if HALF in b"".join(_sent(failure.script)) else "")


def _sent(script: list[object]) -> list[bytes]:
    return [cell.cell_contents for step in script for cell in getattr(step, "__closure__", None) or ()]


def test_no_server_at_the_address_is_one_clear_line(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMPIRIOLABS_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setitem(Runner.__init__.__kwdefaults__, "first_wait_s", 0.0)
    result = run("Hi")
    assert result == Result(1, "", "No server answers at 127.0.0.1:1. Check the address and that it is running.\n")


def test_a_cut_stream_keeps_its_text(serve_api: Serve, run: Run):
    serve_api([send(HALF), reset()])
    result = run("Hi")
    assert (result.status, result.out) == (1, "half\n")


# As a program.


@pytest.mark.parametrize("arguments", [["--help"], ["Hi", "--dry-run"]], ids=" ".join)
def test_nothing_heavy_is_imported_before_it_is_needed(arguments: list[str]):
    program = (
        "import sys\nfrom components.ask import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        "heavy = {'streamlit', 'cv2', 'PIL', 'aiohttp', 'httpx', 'numpy', 'starlette', 'uvicorn'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr


def test_a_byte_that_is_no_text_on_the_command_line_is_sent_and_shown(serve: Serve):
    server = serve([send(WHOLE)])
    with start_process(b"a\xffb", "--dry-run", url=server.url) as process:
        out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, b"")
    assert json.loads(out)["messages"][0]["content"] == "a\udcffb"
    with start_process(b"a\xffb", url=server.url) as process:
        out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out.strip()) == (0, b"so it is")
    assert json.loads(server.exchange().body)["messages"][0]["content"] == "a\udcffb"


def test_ctrl_c_stops_the_run_and_keeps_what_came(serve: Serve):
    server = serve([send(HALF), never_answer()])
    for shape in ([], ["--json"]):
        number = len(server.exchanges)
        with start_process("Hi", *shape, url=server.url) as process:
            assert process.stdout is not None
            came = process.stdout.read(4) if not shape else b""
            exchange = server.exchange(number)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, err) == (130, b"")
        assert exchange.peer_closed.wait(30)
        if shape:
            assert json.loads(out)["status"] == "stopped"
        else:
            assert came + out == b"half\n"


def test_a_reader_that_leaves_ends_the_command_quietly(serve: Serve):
    pieces = [step for _ in range(2_000) for step in [send(chunk(chat_chunk(content="x" * 200)))]]
    server = serve([send(event_stream()), *pieces, never_answer()])
    with start_process("Hi", url=server.url) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.wait(PATIENCE_S) == 141
        assert process.stderr.read() == b""


def test_output_that_is_not_utf_8_shows_what_it_can(serve: Serve):
    server = serve([send(event_stream() + chunk(chat_chunk(content="日 ok") + FINISH) + LAST_CHUNK)])
    environment = os.environ | {"EMPIRIOLABS_BASE_URL": f"{server.url}/v1", "PYTHONIOENCODING": "ascii"}
    for shape, expected in ([], b"\\u65e5 ok"), (["--json"], b'"answer": "\\u65e5 ok"'):
        done = subprocess.run(
            [sys.executable, "-m", "components.ask", "Hi", *shape],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            timeout=PATIENCE_S,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert expected in done.stdout


def test_a_text_file_goes_out_in_a_fence(run: Run, tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-16")
    body = json.loads(run("Add it up.", "--attach", str(path), "--dry-run").out)
    assert body["messages"][-1]["content"] == "File: a.csv\n```csv\na,b\n1,2\n```\nAdd it up."
