"""Programs are short, contain neither media nor a key, and come with their files."""

import inspect
import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from components.api.snippets import python_anthropic, python_openai
from components.api.snippets.archive import make_archive
from components.api.snippets.body import make_body, only_last_turn, safe_name
from components.api.snippets.program import Options
from components.api.snippets.registry import TARGETS, targets_of, write_program
from components.api.wires.registry import WIRES
from components.api.wires.wire import data_url
from components.core.parts import FramePart, ImagePart
from tests.api.snippets.recorder import Recorder
from tests.api.snippets.turns import EARLIER, MEDIA, TOOL_ANSWERS, frames, photo, request, turns
from tests.lazily import lazily

anthropic, openai = lazily("anthropic"), lazily("openai")

ADDRESS = "https://api.empiriolabs.ai/v1"
EVERY = [(target.name, wire) for target in TARGETS.values() for wire in WIRES if target.speaks(wire)]


def program(target, wire, request, **options):
    return write_program(TARGETS[target], replace(request, wire=wire), Options(ADDRESS, **options))


@pytest.mark.parametrize(("target", "wire"), EVERY)
def test_media_are_files_beside_the_program_not_in_it(target, wire):
    picture = photo()
    written = program(target, wire, request(picture, picture, *frames(), "What is it?"))
    assert len(written.code) < 10_000
    assert (
        [file.path for file in written.files]
        == [
            "media/my-photo-1.jpg",  # once, though it is sent twice
            *(f"media/counted-{part.caption[1:8].replace(':', '-')}s.jpg" for part in frames()),
        ]
    )
    assert all(file.path in written.code for file in written.files)
    with zipfile.ZipFile(io.BytesIO(make_archive(written))) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {
            written.filename,
            "README.txt",
            *(file.path for file in written.files),
        }
        assert archive.read(written.files[0].path) == picture.data
        assert written.run in archive.read("README.txt").decode()


@pytest.mark.parametrize(("target", "wire"), EVERY)
def test_the_key_is_read_from_the_environment(target, wire):
    assert "MY_OWN_KEY" in program(target, wire, turns()["plain"], key_variable="MY_OWN_KEY").code


@pytest.mark.parametrize(("target", "wire"), EVERY)
@pytest.mark.parametrize("turn", ["plain", "photo", "tools"])
def test_a_program_stays_short(target, wire, turn):
    written = program(target, wire, turns()[turn])
    longest = {"plain": 55, "photo": 75, "tools": 165}[turn]
    if target != "notebook":
        assert len(written.code.splitlines()) <= longest
        assert max(map(len, written.code.splitlines())) <= 120


def test_pictures_of_one_name_do_not_replace_each_other():
    one, other = (ImagePart(data, "image/png", 1, 1, "a.png") for data in (b"one", b"other"))
    body = make_body(request(one, other, "Compare."))
    assert [(file.path, file.data) for file in body.files] == [("media/a.png", b"one"), ("media/a-2.png", b"other")]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\clips\\a b.mp4", "a-b.mp4"),
        ("-rf $(x).png", "rf-x.png"),
        ("..", "file"),
        ("日本.jpg", "jpg"),
        ("a" * 300 + ".jpg", "a" * 76 + ".jpg"),
    ],
)
def test_a_files_name_is_plain_on_every_system(name, safe):
    assert safe_name(name) == safe


def test_only_the_last_turn_leaves_out_what_came_before():
    whole = request("And tomorrow?", before=EARLIER)
    assert only_last_turn(whole).messages == whole.messages[-1:]


def test_the_packages_take_what_is_given_to_them_by_name():
    client = openai.OpenAI(api_key="none")
    taken = {
        "chat_completions": client.chat.completions.create,
        "responses": client.responses.create,
    }
    for wire, method in taken.items():
        assert inspect.signature(method).parameters.keys() >= python_openai.NAMED[wire]
    messages = anthropic.Anthropic(api_key="none").messages
    assert inspect.signature(messages.create).parameters.keys() >= python_anthropic.NAMED
    assert inspect.signature(messages.stream).parameters.keys() >= python_anthropic.NAMED - {"stream"}


def test_the_anthropic_package_is_not_offered_for_an_address_it_cannot_reach():
    names = [target.name for target in targets_of("messages", "http://127.0.0.1:8080/api")]
    assert names == ["curl", "python_httpx"]
    assert "python_anthropic" in [target.name for target in targets_of("messages", ADDRESS)]


def test_a_wire_that_the_package_does_not_speak_is_refused():
    with pytest.raises(ValueError, match="python_anthropic does not speak"):
        program("python_anthropic", "responses", turns()["plain"])


@pytest.mark.parametrize("target", ["python_openai", "javascript_openai"])
def test_tools_answer_what_they_answered_on_the_page(target):
    code = program(target, "chat_completions", turns()["tools"], tool_answers=TOOL_ANSWERS).code
    assert "sunny" in code and "put your own code here" in code and "not implemented" in code


@pytest.mark.nightly
def test_frames_can_be_taken_from_the_clip_by_the_program_itself(tmp_path):
    """They are the same frames as the page's, but for their encoding."""
    asked = request(*frames(), "What happens?", enable_thinking=False)
    (tmp_path / "counted.mp4").write_bytes((MEDIA / "counted.mp4").read_bytes())
    with Recorder() as recorder:
        written = write_program(
            TARGETS["python_openai"], asked, Options(recorder.simulator.base_url, frames_from_clip=True)
        )
        assert written.files == () and "cv2" in written.code and "opencv" in written.install
        (tmp_path / "main.py").write_text(written.code, encoding="utf-8")
        subprocess.run(
            [sys.executable, "main.py"],
            cwd=tmp_path,
            env={"EMPIRIOLABS_API_KEY": "sk-empiriolabs-frames"},
            check=True,
            capture_output=True,
            timeout=60,
        )
        (body,) = recorder.bodies("sk-empiriolabs-frames")
    sent = [_decoded(part["image_url"]["url"]) for part in body["messages"][0]["content"] if "image_url" in part]
    shown = [cv2.imdecode(np.frombuffer(part.data, np.uint8), cv2.IMREAD_COLOR) for part in frames()]
    assert len(sent) == len(shown) == 2
    for one, other in zip(sent, shown, strict=True):
        assert one.shape == other.shape
        assert np.abs(one.astype(int) - other.astype(int)).mean() < 2
    assert np.abs(sent[0].astype(int) - sent[1].astype(int)).mean() > 2  # two moments, not the same twice


def _decoded(url: str) -> np.ndarray:
    import base64

    data = base64.b64decode(url.removeprefix("data:image/jpeg;base64,"))
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


@pytest.mark.nightly
def test_the_notebook_runs_in_a_kernel(tmp_path: Path):
    with Recorder() as recorder:
        written = write_program(TARGETS["notebook"], turns()["budget"], Options(recorder.simulator.base_url))
        # Not to be installed anew by a test.
        (tmp_path / written.filename).write_text(written.code.replace("%pip install", "# %pip install"), "utf-8")
        done = subprocess.run(
            [Path(sys.executable).with_name("jupyter-execute"), "--inplace", written.filename],
            cwd=tmp_path,
            env={"EMPIRIOLABS_API_KEY": "sk-empiriolabs-notebook", "HOME": str(tmp_path), "PATH": ""},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert len(recorder.bodies("sk-empiriolabs-notebook")) == 1
    assert '"stream"' in (tmp_path / written.filename).read_text("utf-8")  # an output that came


def test_a_frames_reference_names_the_moment():
    still = frames()[0]
    assert isinstance(still, FramePart)
    twin = replace(still, time_s=9.5)
    references = make_body(request(still, twin, "?"), frames_from_clip=True).references
    assert [reference.time_s for reference in references] == [still.time_s, 9.5]


def test_a_body_written_by_hand_is_sent_as_it_is_with_its_pictures_as_files():
    asked = request(photo(), "What is it?")
    given = {**WIRES["chat_completions"].encode(asked, data_url), "logit_bias": {"5": 1}, "stream": False}
    offered = targets_of("chat_completions", ADDRESS, by_hand=True)
    assert [target.name for target in offered] == ["curl", "python_httpx"]
    for target in offered:
        written = write_program(target, asked, Options(ADDRESS), given)
        assert "logit_bias" in written.code and len(written.code) < 3_000
        assert [file.data for file in written.files] == [asked.messages[0].parts[0].data]
