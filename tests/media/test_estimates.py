import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import MediaError
from components.core.parts import FramePart, ImagePart, RemoteImagePart, TextPart
from components.media.estimates import (
    REMOTE_PICTURE_TOKENS,
    Estimate,
    base64_bytes,
    check_body,
    estimate,
    picture_tokens,
)
from components.media.text_tokens import text_tokens

SIDES = st.integers(1, 10_000)


@pytest.mark.parametrize(
    ("width", "height", "tokens"),
    [(28, 28, 1), (29, 28, 2), (1, 1, 1), (1024, 576, 37 * 21), (1792, 1792, 4096), (8000, 8000, 4096)],
)
def test_picture_tokens_follow_patches_of_28_px(width, height, tokens):
    assert picture_tokens(width, height) == tokens


@given(SIDES, SIDES, SIDES)
def test_a_larger_picture_never_takes_fewer_tokens(width, height, more):
    assert picture_tokens(width, height) <= picture_tokens(width + more, height)
    assert picture_tokens(width, height) == picture_tokens(height, width)


@given(st.binary(max_size=100))
def test_size_of_a_part_is_that_of_its_data_url(data):
    part = ImagePart(data, "image/png", 1, 1, "a.png")
    assert base64_bytes(part) == len(b"data:image/png;base64," + base64.b64encode(data))


def test_an_address_and_a_text_among_the_pictures_weigh_what_travels():
    remote, text = RemoteImagePart("https://example.com/a.png"), TextPart("Now compare.")
    assert estimate([remote]) == Estimate(REMOTE_PICTURE_TOKENS, len("https://example.com/a.png"))
    assert estimate([remote, text]) == Estimate(REMOTE_PICTURE_TOKENS + text_tokens("Now compare."), 25 + 12)


def test_estimate_adds_text_pictures_and_captions():
    image = ImagePart(b"123", "image/png", 56, 28, "a.png")
    frame = FramePart(b"123456", "image/jpeg", 28, 28, "c.mp4", 12.4)
    total = estimate([image, frame], ["abcd"])
    assert total.tokens == 2 + 1 + text_tokens("abcd") + text_tokens("[00:12.4] frame of c.mp4")
    assert total.body_bytes == 4 + base64_bytes(image) + base64_bytes(frame) + len("[00:12.4] frame of c.mp4")


def test_a_large_body_is_warned_of_and_a_huge_one_refused():
    assert check_body(20_000_000) is None
    assert "20.0 MB" in (check_body(20_000_001) or "")
    assert check_body(90_000_000)
    with pytest.raises(MediaError, match=r"90\.5 MB, more than the 90 MB"):
        check_body(90_500_000)
