"""What a receipt says of media that were counted, dropped, too small to tell, or not counted at all."""

import pytest

from components.api.connection import Connection
from components.core.events import AnswerDelta, UsageReported
from components.core.parts import FramePart, ImagePart, Message, Part, RemoteImagePart, TextPart, VideoPart
from components.core.request import RunRequest
from components.core.usage import Usage
from components.media.text_tokens import text_tokens
from components.runs.receipt import learned_factor, receipt_of
from components.runs.run import Run

PHOTO = ImagePart(b"photo", "image/jpeg", 640, 427, "china.jpg")
PHOTO_TOKENS = 23 * 16
TEXT = "What is in this picture?"


def user(*parts: Part) -> Message:
    return Message("user", (*parts, TextPart(TEXT)))


def run(*messages: Message, reported: Usage | None = None, **fields: object) -> Run:
    made = Run(RunRequest("m", messages, **fields), Connection("http://127.0.0.1:1/v1"))
    made.transcript.apply(AnswerDelta("A palace."))
    if reported is not None:
        made.transcript.apply(UsageReported(reported))
    made.end()
    return made


def counted(tokens: int) -> Usage:
    return Usage(input_tokens=tokens, output_tokens=100, reasoning_tokens=60)


def test_the_receipt_names_what_was_sent_to_the_byte():
    frame = FramePart(b"frame", "image/jpeg", 320, 180, "clip.mp4", 12.4)
    receipt = receipt_of(run(user(PHOTO, RemoteImagePart("https://example.com/a.png"), frame), reported=counted(2000)))
    assert [(item.name, item.kind, item.width, item.height, item.size_bytes) for item in receipt.items] == [
        ("china.jpg", "picture", 640, 427, 5),
        ("https://example.com/a.png", "address", None, None, None),
        ("clip.mp4 at 00:12.4", "frame", 320, 180, 5),
    ]
    assert [item.sha256 for item in receipt.items] == [PHOTO.sha256, None, frame.sha256]


@pytest.mark.parametrize(
    ("prompt_tokens", "verdict"),
    [
        (30 + PHOTO_TOKENS, "seen"),
        (30 + 3 * PHOTO_TOKENS, "seen"),
        (6, "not seen"),
        (45, "not seen"),
        (None, "not reported"),
    ],
)
def test_the_rise_over_the_text_tells(prompt_tokens, verdict):
    usage = None if prompt_tokens is None else counted(prompt_tokens)
    receipt = receipt_of(run(user(PHOTO), reported=usage))
    assert receipt.text_tokens == text_tokens(TEXT) and receipt.estimated_tokens == PHOTO_TOKENS
    assert receipt.verdict == verdict
    assert receipt.rise == (None if prompt_tokens is None else prompt_tokens - text_tokens(TEXT))


def test_a_picture_too_small_for_the_text_is_unclear_not_unseen():
    small = ImagePart(b"dot", "image/png", 28, 28, "dot.png")
    assert receipt_of(run(user(small), reported=counted(20))).verdict == "unclear"
    long = Message("user", (PHOTO, TextPart("word " * 4000)))
    assert receipt_of(run(long, reported=counted(5000))).verdict == "unclear"


def test_what_was_counted_before_makes_a_long_conversation_no_riddle():
    first = run(Message("user", (TextPart("word " * 4000),)), reported=counted(4100))
    answer = Message("assistant", (TextPart("A palace."),))
    for prompt_tokens, verdict in ((4100 + 40 + 6 + PHOTO_TOKENS, "seen"), (4100 + 40 + 8, "not seen")):
        second = run(*first.request.messages, answer, user(PHOTO), reported=counted(prompt_tokens))
        receipt = receipt_of(second, first)
        assert receipt.counted_before and receipt.text_tokens == 4100 + 40 + text_tokens(TEXT)
        assert receipt.verdict == verdict


def test_a_conversation_that_went_otherwise_is_not_counted_on():
    first = run(user(), reported=counted(100))
    answer = Message("assistant", (TextPart("A palace."),))
    edited = run(Message("user", (TextPart("Other"),)), answer, user(PHOTO), reported=counted(600))
    assert not receipt_of(edited, first).counted_before
    told = run(*first.request.messages, answer, user(PHOTO), reported=counted(600), system="Be brief.")
    assert not receipt_of(told, first).counted_before


def test_without_media_there_is_no_receipt():
    assert receipt_of(run(user(), reported=counted(10))) is None
    # A video where the endpoint takes frames only: they are what was sent.
    video = VideoPart(b"clip", "video/mp4", "clip.mp4", 8.0)
    frame = FramePart(b"frame", "image/jpeg", 320, 180, "clip.mp4", 0.0)
    kinds = {
        wire: [item.kind for item in receipt_of(run(user(video, frame), wire=wire)).items]
        for wire in ("chat_completions", "messages")
    }
    assert kinds == {"chat_completions": ["clip"], "messages": ["frame"]}


def test_sources_of_a_search_make_it_unclear():
    searched = run(user(PHOTO), reported=counted(5000), parameters={"web_search_linkup": True})
    assert receipt_of(searched).verdict == "unclear"


def test_the_factor_is_learned_from_pictures_that_were_counted():
    assert learned_factor([]) == (1.0, 0)
    double = receipt_of(run(user(PHOTO), reported=counted(2 * PHOTO_TOKENS + text_tokens(TEXT))))
    dropped = receipt_of(run(user(PHOTO), reported=counted(6)))
    address = receipt_of(run(user(RemoteImagePart("https://example.com/a.png")), reported=counted(900)))
    assert learned_factor([double, dropped, address]) == (2.0, 1)
    absurd = receipt_of(run(user(PHOTO), reported=counted(50 * PHOTO_TOKENS)))
    assert learned_factor([absurd]) == (4.0, 1)
