"""Parts and messages: equal by content, with the time of a frame written so that it can be read back."""

import hashlib
import re
from dataclasses import FrozenInstanceError, dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.core.parts import FramePart, ImagePart, Message, TextPart, ThinkingPart, ToolCallPart, clock


@dataclass(frozen=True)
class Case:
    seconds: float
    text: str


CLOCK_CASES = [
    Case(0, "00:00.0"),
    Case(0.04, "00:00.0"),
    Case(12.4, "00:12.4"),
    Case(9.96, "00:10.0"),
    Case(59.94, "00:59.9"),
    Case(59.96, "01:00.0"),
    Case(60, "01:00.0"),
    Case(61.25, "01:01.2"),
    Case(3599.94, "59:59.9"),
    Case(3599.96, "1:00:00.0"),
    Case(3661.5, "1:01:01.5"),
    Case(36000, "10:00:00.0"),
]


@pytest.mark.parametrize("case", CLOCK_CASES, ids=lambda case: str(case.seconds))
def test_clock_writes_minutes_seconds_and_tenths(case: Case):
    assert clock(case.seconds) == case.text


@given(st.floats(min_value=0, max_value=1e6))
@example(59.96)
@example(3599.95)
def test_clock_never_carries_sixty_and_is_right_to_half_a_tenth(seconds: float):
    written = re.fullmatch(r"(?:([1-9]\d*):)?([0-5]\d):([0-5]\d)\.(\d)", clock(seconds))
    assert written, clock(seconds)
    hours, minutes, whole, tenths = (int(group or 0) for group in written.groups())
    assert abs(hours * 3600 + minutes * 60 + whole + tenths / 10 - seconds) <= 0.05 + 1e-6


@given(st.floats(min_value=0, max_value=1e5), st.floats(min_value=0, max_value=1e5))
def test_a_later_frame_never_shows_an_earlier_time(one: float, other: float):
    earlier, later = sorted((one, other))

    def order(text: str) -> tuple[int, str]:
        return len(text), text

    assert order(clock(earlier)) <= order(clock(later))


def test_a_frame_says_when_it_is():
    frame = FramePart(b"jpeg", "image/jpeg", 640, 360, "clip.mp4", 12.4)
    assert frame.caption == "[00:12.4] frame of clip.mp4"


def test_pictures_are_named_by_the_bytes_that_are_sent():
    image = ImagePart(b"png", "image/png", 1, 1, "a.png")
    frame = FramePart(b"png", "image/png", 1, 1, "clip.mp4", 0)
    assert image.sha256 == frame.sha256 == hashlib.sha256(b"png").hexdigest()


def test_the_bytes_of_a_picture_stay_out_of_its_repr():
    assert "secret" not in repr(ImagePart(b"secret", "image/png", 1, 1, "a.png"))
    assert "secret" not in repr(FramePart(b"secret", "image/png", 1, 1, "clip.mp4", 0))


def test_the_text_of_a_message_is_its_text_parts_without_thinking_and_calls():
    parts = (ThinkingPart("hm"), TextPart("one"), ToolCallPart("a", "f", "{}"), TextPart("two"))
    assert Message("assistant", parts).text == "one\ntwo"
    assert Message("user", ()).text == ""


def test_parts_are_values():
    assert TextPart("a") == TextPart("a")
    assert len({TextPart("a"), TextPart("a"), ThinkingPart("a")}) == 2
    with pytest.raises(FrozenInstanceError):
        TextPart("a").text = "b"
