"""Pictures and clips are really decoded and measured."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from components.gateway.media.clips import read_caption

MEDIA = Path(__file__).parents[1] / "fixtures" / "media"


def encoded(pixels: Any, suffix: str = ".png") -> bytes:
    return cv2.imencode(suffix, pixels)[1].tobytes()


def plain(blue: int, green: int, red: int, width: int = 80, height: int = 80) -> Any:
    return np.full((height, width, 3), (blue, green, red), np.uint8)


def picture(data: bytes, media_type: str = "image/png") -> dict[str, Any]:
    url = f"data:{media_type};base64,{base64.b64encode(data).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def say(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def answer(reply: Any) -> str:
    return reply["choices"][0]["message"]["content"]


@pytest.mark.parametrize(
    ("bgr", "name"),
    [
        ((0, 0, 220), "red"),
        ((220, 0, 0), "blue"),
        ((0, 180, 0), "green"),
        ((0, 230, 240), "yellow"),
        ((0, 128, 255), "orange"),
        ((255, 255, 255), "white"),
        ((0, 0, 0), "black"),
        ((128, 128, 128), "grey"),
        ((20, 60, 110), "brown"),
    ],
)
def test_colour_of_a_plain_square_is_named(ask: Any, bgr: tuple[int, int, int], name: str) -> None:
    assert f"**{name}** (100%)" in answer(ask([picture(encoded(plain(*bgr))), say("Which colour?")]))


def test_photograph_is_measured(ask: Any) -> None:
    data = (MEDIA / "china.jpg").read_bytes()
    reply = ask([picture(data, "image/jpeg"), say("Describe this picture.")])
    assert "640 × 427" in answer(reply) and "landscape" in answer(reply) and "JPEG" in answer(reply)
    without = ask("Describe this picture.")["usage"]["prompt_tokens"]
    assert reply["usage"]["prompt_tokens"] - without == 23 * 16


def test_large_picture_counts_at_most_4096_tokens(ask: Any) -> None:
    reply = ask([picture(encoded(plain(9, 9, 9, 2800, 2800), ".jpg"), "image/jpeg"), say("x")])
    assert reply["usage"]["prompt_tokens"] - ask("x")["usage"]["prompt_tokens"] == 4096


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".gif", ".bmp"])
def test_formats_are_decoded(ask: Any, suffix: str) -> None:
    assert "**red**" in answer(ask([picture(encoded(plain(0, 0, 220), suffix)), say("Which colour?")]))


def test_question_about_an_earlier_picture_is_answered(ask: Any) -> None:
    messages = [
        {
            "role": "user",
            "content": [picture(encoded(plain(0, 0, 220))), picture(encoded(plain(220, 0, 0))), say("Look")],
        },
        {"role": "assistant", "content": "Seen."},
        {"role": "user", "content": "And the second one?"},
    ]
    reply = ask(None, messages=messages)
    assert "**blue**" in answer(reply) and "**red**" not in answer(reply)


def test_two_pictures_are_compared(ask: Any) -> None:
    reply = answer(ask([picture(encoded(plain(0, 0, 0))), picture(encoded(plain(255, 255, 255))), say("Compare")]))
    assert "100.0% mean difference" in reply and "different pictures" in reply


def test_address_is_not_fetched(ask: Any) -> None:
    reply = ask([{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}, say("What is this?")])
    assert "does not fetch" in answer(reply)


def test_frames_are_described_over_time(ask: Any) -> None:
    parts = []
    for place in range(10):
        colour = (0, 0, 200) if place < 6 else (230, 230, 230)
        parts += [say(f"[00:{place * 2:02d}.5] frame of trip.mp4"), picture(encoded(plain(*colour, 160, 90)))]
    reply = ask([*parts, say("When does the scene change?")], temperature=0)
    assert "**1 scene change**, at [00:12.5]" in answer(reply)
    assert "trip.mp4" in answer(reply) and "brightest at [00:12.5]" in answer(reply)
    assert "[00:12.5]" in reply["choices"][0]["message"]["reasoning_content"]
    assert "red" in answer(reply) and "white" in answer(reply)


def test_pages_of_a_document_are_pictures_and_no_clip(ask: Any) -> None:
    parts = []
    for page in (1, 2):
        caption = say(f"[Page {page} of 2] of a.pdf, its text:\nfind 17 * 3 frames of red")
        parts += [caption, picture(encoded(plain(0, 0, 200, 160, 90)))]
    reply = answer(ask([*parts, say("Describe the pictures.")], temperature=0))
    assert "2 pictures compared" in reply and "red" in reply


def test_video_file_is_decoded(ask: Any) -> None:
    data = base64.b64encode((MEDIA / "bigbuckbunny.mp4").read_bytes()).decode()
    part = {"type": "video_url", "video_url": {"url": f"data:video/mp4;base64,{data}"}}
    reply = ask([part, say("What happens?")])
    assert "12 frames" in answer(reply) and "00:05.3" in answer(reply)
    assert reply["usage"]["prompt_tokens"] - ask("What happens?")["usage"]["prompt_tokens"] == 11 * 256


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("[00:12.4] frame of clip.mp4", (12.4, "clip.mp4")),
        ("[1:02:03.5] frame of my clip (2).mov", (3723.5, "my clip (2).mov")),
        ("[02:05]", (125.0, "")),
        ("at 00:12", None),
        ("a text", None),
    ],
)
def test_captions(caption: str, expected: Any) -> None:
    assert read_caption(caption) == expected
