"""What the cells of a sweep send: frames taken anew from the clip, pictures made anew from the photo."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from components.api.limiter import RateLimits
from components.core.errors import MediaError
from components.core.parts import FramePart, ImagePart, RemoteImagePart, TextPart, VideoPart
from components.media import images
from components.media.attachments import Attachment, as_whole, attach, attachments_of, of_storyboard, text_between
from components.media.clip_cache import ClipCache
from components.media.remote import remote_picture
from components.media.storyboard import make_storyboard
from components.params.cards import default_card
from components.params.choices import Choices
from components.tuning.budget import price
from components.tuning.messages import message_index, sweep_messages
from components.tuning.plan import Plan, Question, grid
from components.tuning.quote import quote

MEDIA = Path(__file__).parents[1] / "fixtures" / "media"
CARD = default_card()


def clip(name: str = "counted.mp4", frames: int = 3) -> Attachment:
    return attach(name, (MEDIA / name).read_bytes(), frames)


def photo() -> Attachment:
    return attach("china.jpg", (MEDIA / "china.jpg").read_bytes())


def plan(**axes: list[int]) -> Plan:
    questions = (Question("One?"), Question("Two?"))
    return Plan("A sweep", questions, grid(axes), 1, Choices({"max_tokens": 20}), (), Decimal(1))


def parts_of(whole: Plan, *attachments: Attachment) -> list[tuple[object, ...]]:
    """The parts that each way of asking sends with the first question, without the prompt."""
    messages = sweep_messages(whole, attachments)
    return [messages[message_index(whole, whole.cell(number))].parts[:-1] for number in range(len(whole.variants))]


def test_frames_are_taken_anew_from_the_clip_as_many_as_asked_and_evenly():
    few, many = parts_of(plan(frames=[2, 12]), clip(frames=3))
    assert (len(few), len(many)) == (2, 12)
    for frames in (few, many):
        assert all(isinstance(frame, FramePart) for frame in frames)
        times = [frame.time_s for frame in frames]
        gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
        assert max(gaps) - min(gaps) < 0.3 and times == sorted(times)


def test_only_the_part_of_the_clip_that_was_chosen_is_sampled():
    attachment = clip()
    board = attachment.facts
    half = board.clip.duration_s / 2
    chosen = of_storyboard(make_storyboard(board.clip, type(board.sampling)(start_s=half)))
    (frames,) = parts_of(plan(frames=[4]), chosen)
    assert len(frames) == 4 and all(frame.time_s >= half - 0.1 for frame in frames)


def test_frames_chosen_by_hand_stay_where_only_their_size_is_varied():
    attachment = clip()
    small, large = parts_of(plan(longest_side=[64, 200]), attachment)
    times = [part.time_s for part in attachment.parts]
    assert [part.time_s for part in small] == [part.time_s for part in large] == times
    assert max(small[0].width, small[0].height) == 64 < max(large[0].width, large[0].height)


def test_quality_changes_the_bytes_and_not_the_pixels():
    attachment = photo()
    rough, fine = (parts[0] for parts in parts_of(plan(jpeg_quality=[10, 95]), attachment))
    assert len(rough.data) * 3 < len(fine.data)
    sent = attachment.parts[0]
    assert (rough.width, rough.height) == (fine.width, fine.height) == (sent.width, sent.height)


def test_a_photo_is_made_anew_from_its_file_and_never_larger_than_it_was(monkeypatch):
    file = io.BytesIO()
    Image.effect_noise((3000, 1500), 40).convert("RGB").save(file, "JPEG")
    attachment = attach("large.jpg", file.getvalue())
    assert attachment.parts[0].width == 2048
    small, larger, most = (parts[0] for parts in parts_of(plan(longest_side=[300, 2600, 4000]), attachment))
    assert [part.width for part in (small, larger, most)] == [300, 2600, 3000]
    assert isinstance(small, ImagePart) and small.name == "large.jpg"
    cache = ClipCache()
    sweep_messages(plan(longest_side=[300]), [attachment], cache)
    monkeypatch.setattr(images, "_prepared", lambda *_: pytest.fail("it was read again"))
    sweep_messages(plan(longest_side=[300]), [attachment], cache)


def test_what_is_not_varied_goes_along_as_it_is_and_where_it_stands():
    address, text = remote_picture("https://example.com/a.jpg"), text_between("and")
    (sent,) = parts_of(plan(frames=[2]), address, clip(), text, photo())
    kinds = [type(part) for part in sent]
    assert kinds == [RemoteImagePart, FramePart, FramePart, TextPart, ImagePart]
    assert sent[-1] == photo().parts[0]


def test_a_whole_clip_goes_as_a_whole_unless_its_frames_are_varied():
    whole = as_whole(clip())
    assert isinstance(parts_of(plan(), whole)[0][0], VideoPart)
    assert not any(isinstance(part, VideoPart) for part in parts_of(plan(frames=[2]), whole)[0])
    request = plan().request(plan().cell(0), sweep_messages(plan(), [whole])[0], "m", CARD)
    assert price(request, CARD).high_usd > CARD.context_tokens * CARD.prices.input


def test_pictures_of_an_earlier_turn_are_made_smaller_from_what_was_sent():
    (smaller,) = parts_of(plan(longest_side=[100]), *attachments_of(photo().parts))
    assert smaller[0].width == 100


@pytest.mark.parametrize(
    ("axes", "attachments", "words"),
    [
        ({"frames": [4]}, [photo], "no clip is attached"),
        ({"longest_side": [100]}, [], "Pictures are varied in longest_side, but none is attached"),
        ({"frames": [64]}, [lambda: clip("turned.mp4")], "frames in the part that was chosen, not 64"),
    ],
)
def test_what_cannot_be_varied_is_refused_before_it_is_paid_for(axes, attachments, words):
    with pytest.raises(MediaError, match=words):
        sweep_messages(plan(**axes), [make() for make in attachments])


def test_a_request_too_large_to_send_is_refused_with_its_price_tag(monkeypatch):
    monkeypatch.setattr("components.media.estimates.BODY_BYTES", 1_000)
    whole = plan()
    with pytest.raises(MediaError, match="remove a picture"):
        quote(whole, sweep_messages(whole, [photo()]), "m", CARD, RateLimits())
