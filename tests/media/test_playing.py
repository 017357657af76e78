from dataclasses import replace

import pytest

from components.api.wires.weight import estimate_request
from components.core.parts import Message
from components.core.request import RunRequest
from components.media import playing
from components.media.attachments import of_storyboard
from components.media.estimates import video_tokens
from components.media.playing import player_type, video_part, why_not_whole
from components.media.storyboard import make_storyboard
from components.media.video import open_clip
from components.runs.conversation import user_message

from .clips import recorded

CLIP = open_clip("a.mp4", recorded(50))


@pytest.mark.parametrize(
    ("ending", "format", "codec", "played"),
    [
        ("mp4", "mp4", "libx264", "video/mp4"),
        ("mov", "mov", "libx264", "video/mp4"),
        ("webm", "webm", "libvpx", "video/webm"),
        ("avi", "avi", "libx264", None),
        ("mp4", "mp4", "mpeg2video", None),
    ],
)
def test_what_a_browser_plays(ending, format, codec, played):
    assert player_type(open_clip(f"a.{ending}", recorded(5, format=format, codec=codec, ticks=25))) == played


def test_the_file_goes_unchanged():
    part = video_part(CLIP)
    assert (part.data, part.media_type, part.name, part.duration_s) == (CLIP.data, "video/mp4", "a.mp4", 2.0)


@pytest.mark.parametrize(
    ("name", "format", "codec", "media_type"),
    [
        ("a.avi", "mp4", "libx264", "video/mp4"),
        ("noending", "mp4", "libx264", "video/mp4"),
        ("a.avi", "mov", "libx264", "video/mov"),
        ("a.mp4", "avi", "mpeg4", "video/avi"),
        ("a.mp4", "webm", "libvpx", "video/webm"),
        ("a.mp4", "matroska", "libx264", None),
        ("a.mp4", "flv", "libx264", "video/x-flv"),
        ("a.webm", "matroska", "libx264", "video/webm"),
        ("a.mov", "mp4", "libx264", "video/mov"),
    ],
)
def test_a_clip_goes_under_the_type_of_its_bytes(name, format, codec, media_type):
    clip = open_clip(name, recorded(5, format=format, codec=codec, ticks=25))
    if media_type is None:
        assert why_not_whole(clip) == "The API takes no .mkv files; frames are sent."
    else:
        assert (why_not_whole(clip), video_part(clip).media_type) == (None, media_type)


def test_what_cannot_go_as_a_whole_says_why(monkeypatch):
    assert why_not_whole(CLIP) is None
    mkv = open_clip("a.mkv", recorded(5, format="matroska"))
    assert why_not_whole(mkv) == "The API takes no .mkv files; frames are sent."
    monkeypatch.setattr(playing, "BODY_BYTES", 1000)
    assert "would fill" in (why_not_whole(CLIP) or "")


def test_what_is_estimated_is_the_way_it_goes():
    board = make_storyboard(CLIP)
    whole = user_message([of_storyboard(replace(board, whole=True))], "")
    frames = user_message([of_storyboard(board)], "")
    asked = {wire: estimate_request(RunRequest("m", (whole,), wire=wire)) for wire in ("chat_completions", "messages")}
    assert asked["chat_completions"].tokens == video_tokens(2.0) == 4 * 256
    assert asked["messages"] == estimate_request(RunRequest("m", (frames,), wire="messages"))
    assert isinstance(whole, Message) and whole.parts[1:] == frames.parts
