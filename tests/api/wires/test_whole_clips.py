"""A clip as a whole: `video_url` on chat completions, its frames everywhere else."""

import base64

import pytest

from components.api.snippets.body import make_body
from components.api.wires.registry import WIRES
from components.api.wires.weight import sends_videos
from components.api.wires.wire import data_url
from components.core.parts import FramePart, ImagePart, Message, TextPart, VideoPart, parts_to_send
from components.core.request import RunRequest

VIDEO = VideoPart(b"clip bytes", "video/mp4", "a.mp4", 12.0)
FRAMES = tuple(FramePart(bytes([65 + n]), "image/jpeg", 4, 3, "a.mp4", float(n)) for n in range(2))
OTHER = FramePart(b"other", "image/jpeg", 4, 3, "b.mp4", 0.0)
PHOTO = ImagePart(b"photo", "image/png", 4, 3, "p.png")
MESSAGE = Message("user", (PHOTO, VIDEO, *FRAMES, OTHER, TextPart("What?")))


def content(wire):
    body = WIRES[wire].encode(RunRequest("m", (MESSAGE,), wire=wire), data_url)
    return (body.get("messages") or body["input"])[0]["content"]


def test_chat_completions_gets_the_file_as_it_is_and_not_its_frames():
    parts = content("chat_completions")
    url = "data:video/mp4;base64," + base64.b64encode(VIDEO.data).decode()
    assert parts[1] == {"type": "video_url", "video_url": {"url": url}}
    assert [part["type"] for part in parts] == ["image_url", "video_url", "text", "image_url", "text"]
    assert parts[2]["text"] == OTHER.caption


@pytest.mark.parametrize("wire", sorted(name for name in WIRES if not sends_videos(name)))
def test_the_other_formats_get_its_frames_and_say_why(wire):
    parts = content(wire)
    assert sum("image" in part["type"] for part in parts) == 1 + len(FRAMES) + 1
    assert "video" not in str(parts) and WIRES[wire].no_video.endswith(".")


def test_a_format_takes_clips_or_says_why_not():
    assert {name for name in WIRES if sends_videos(name)} == {"chat_completions"}


def test_a_program_reads_the_clip_from_a_file_of_its_own_kind():
    body = make_body(RunRequest("m", (MESSAGE,)))
    assert "media/a.mp4" in [file.path for file in body.files]


def test_of_two_ways_one_is_sent():
    parts = (PHOTO, VIDEO, *FRAMES, OTHER, *FRAMES)
    assert list(parts_to_send(parts, videos=True)) == [PHOTO, VIDEO, OTHER, *FRAMES]  # the last belong to no video
    assert list(parts_to_send(parts, videos=False)) == [PHOTO, *FRAMES, OTHER, *FRAMES]
