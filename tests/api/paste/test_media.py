"""Pictures by address, whole clips and pages in pasted bodies, and those that no endpoint takes."""

import base64
import json
from dataclasses import replace

import pytest

from components.api.paste.reader import read_pasted
from components.api.snippets.program import Options
from components.api.snippets.registry import TARGETS, write_program
from components.api.wires.registry import WIRES
from components.api.wires.wire import data_url
from components.core.parts import FramePart, RemoteImagePart, VideoPart
from components.media.attachments import as_whole, attach
from tests.api.snippets.turns import MEDIA, request
from tests.media.papers import pdf

ADDRESS = "https://example.com/boardwalk.jpg"
CLIP = (MEDIA / "counted.mp4").read_bytes()
CLIP_URL = "data:video/mp4;base64," + base64.b64encode(CLIP).decode()


def asking(block, field="messages"):
    text = {"type": "input_text" if field == "input" else "text", "text": "What is it?"}
    return json.dumps({field: [{"role": "user", "content": [block, text]}], "max_tokens": 9})


def read(block, field="messages"):
    pasted = read_pasted(asking(block, field))
    return pasted.request.messages[0].parts[:-1], pasted.left_out, pasted.request.wire


@pytest.mark.parametrize(
    ("wire", "field", "block"),
    [
        ("chat_completions", "messages", {"type": "image_url", "image_url": {"url": ADDRESS, "detail": "high"}}),
        ("chat_completions", "messages", {"type": "image_url", "image_url": ADDRESS}),
        ("messages", "messages", {"type": "image", "source": {"type": "url", "url": ADDRESS}}),
        ("responses", "input", {"type": "input_image", "image_url": ADDRESS}),
    ],
)
def test_a_picture_by_its_address_stays_one(wire, field, block):
    parts, left_out, found = read(block, field)
    assert parts == (RemoteImagePart(ADDRESS),) and found == wire
    assert not [sentence for sentence in left_out if "picture" in sentence]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("file:///etc/passwd", "must begin with https:// or http://"),
        ("boardwalk.jpg", "must begin with https:// or http://"),
        ("https://me:secret@example.com/a.jpg", "a user name or a password"),
        ("https://example.com/a b.jpg", "a space"),
        ("https:///a.jpg", "names no host"),
    ],
)
def test_an_address_that_cannot_be_passed_on_is_named(address, why):
    parts, left_out, _ = read({"type": "image_url", "image_url": {"url": address}})
    assert parts == () and why in left_out[0]
    assert "secret" not in left_out[0]


@pytest.mark.parametrize("value", [{"url": CLIP_URL}, CLIP_URL], ids=["object", "text"])
def test_a_clip_in_the_body_is_sent_as_it_came_and_has_frames_for_the_other_formats(value):
    parts, left_out, wire = read({"type": "video_url", "video_url": value})
    assert isinstance(parts[0], VideoPart) and parts[0].data == CLIP and parts[0].duration_s > 0
    assert parts[1:] and all(isinstance(part, FramePart) and part.clip == parts[0].name for part in parts[1:])
    assert left_out == () and wire == "chat_completions"


@pytest.fixture(scope="module")
def attached():
    return as_whole(attach("counted.mp4", CLIP, 2))


@pytest.mark.parametrize(
    ("target", "wire"),
    [(one.name, wire) for one in TARGETS.values() for wire in WIRES if one.speaks(wire)],
)
def test_a_clip_and_an_address_come_back_from_a_program(target, wire, attached):
    asked = replace(request(RemoteImagePart(ADDRESS), attached.video, *attached.parts, "What happens?"), wire=wire)
    program = write_program(TARGETS[target], asked, Options("https://api.empiriolabs.ai/v1"))
    pasted = read_pasted(program.code, {file.path: file.data for file in program.files})
    assert WIRES[wire].encode(pasted.request, data_url) == WIRES[wire].encode(asked, data_url)
    whole = [part for part in pasted.request.messages[0].parts if isinstance(part, VideoPart)]
    assert [part.data for part in whole] == ([CLIP] if wire == "chat_completions" else [])
    assert [sentence for sentence in pasted.left_out if "where its connection points" not in sentence] == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.com/clip.mp4", "addresses of clips are not sent"),
        ("data:video/mp4;base64,QUJD!", "damaged"),
        ("data:video/mp4;base64,QUJD", "holds text"),
        (None, "not in a form"),
    ],
)
def test_a_clip_that_cannot_be_taken_is_named(url, why):
    parts, left_out, _ = read({"type": "video_url", "video_url": {"url": url}})
    assert parts == () and why in left_out[0]


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("texts", [False, True])
def test_pages_of_a_document_are_read_back_as_pages(wire, texts):
    pages = attach("report.pdf", pdf(2), texts=texts).parts
    body = WIRES[wire].encode(replace(request(*pages, "What?"), wire=wire), data_url)
    assert read_pasted(json.dumps(body)).request.messages[0].parts[:-1] == pages


def test_pages_are_files_beside_a_program_named_by_their_number():
    program = write_program(
        TARGETS["python_openai"],
        request(*attach("report.pdf", pdf(2)).parts, "What?"),
        Options("http://x/v1", frames_from_clip=True),
    )
    assert [file.path for file in program.files] == ["media/report-page-1.jpg", "media/report-page-2.jpg"]
