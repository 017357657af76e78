"""The support bundle holds what went over the wire, with its media, and no key."""

import io
import json
import zipfile

from components.api.connection import Connection
from components.api.exchange import Received, Responded, Sending
from components.core.events import AnswerDelta, Finished
from components.core.parts import ImagePart, Message, TextPart
from components.core.request import RunRequest
from components.runs.bundle import bundle
from components.runs.run import Run

KEY = "sk-empiriolabs-canary-0123456789"
PICTURE = ImagePart(b"\x89PNG-bytes", "image/png", 2, 1, "dot.png")


def test_the_bundle_is_whole_and_without_the_key():
    request = RunRequest("m", (Message("user", (PICTURE, TextPart(f"My key is {KEY}"))),), wire="messages")
    run = Run(request, Connection("https://api.example.com/v1", KEY))
    run.apply(Sending())
    run.apply(Responded(200, {"x-request-id": "req_1"}))
    run.apply(Received("message", '{"text": "hé"}', [AnswerDelta("hé"), Finished("stop")]))
    run.end()
    files = zipfile.ZipFile(io.BytesIO(bundle(run)))
    contents = {name: files.read(name) for name in files.namelist()}
    assert not any(KEY.encode() in content for content in contents.values())
    asked = json.loads(contents["request.json"])
    assert asked["url"] == "https://api.example.com/v1/messages"
    assert asked["headers"]["authorization"] == "Bearer …key…" and asked["headers"]["anthropic-version"]
    assert asked["headers"]["accept"] in ("text/event-stream", "application/json")
    (medium,) = [name for name in contents if name.startswith("media/")]
    assert contents[medium] == PICTURE.data and medium == f"media/{PICTURE.sha256[:16]}.png"
    assert PICTURE.sha256[:16] in json.dumps(asked["body"])
    assert json.loads(contents["events.jsonl"])["data"] == '{"text": "hé"}'
    assert json.loads(contents["response.json"])["headers"] == {"x-request-id": "req_1"}
    summary = json.loads(contents["summary.json"])
    assert (summary["status"], summary["answer"], summary["cost_usd"]) == ("done", "hé", None)
    assert {"other-endpoints/chat_completions.json", "other-endpoints/responses.json"} <= set(contents)


def test_a_run_that_never_got_a_response_has_a_bundle_too():
    run = Run(RunRequest("m", (Message("user", (TextPart("Hi"),)),)), Connection("http://127.0.0.1:1/v1"))
    run.apply(Sending())
    run.end()
    files = zipfile.ZipFile(io.BytesIO(bundle(run)))
    assert json.loads(files.read("response.json"))["status"] is None and files.read("events.jsonl") == b""
