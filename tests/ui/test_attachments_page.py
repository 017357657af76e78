"""What is attached: shown as it will be sent, changed piece by piece, and refused file by file."""

import io
import struct
import threading
import zlib

import pytest
from PIL import Image

from components.core.parts import FramePart, ImagePart, TextFilePart
from components.media import limits, reading
from components.media.estimates import part_bytes, part_tokens
from components.ui import resources
from components.ui.conversation.saving import _find_tray as find_tray
from components.ui.figures import size
from components.ui.fitting import FittingState
from components.ui.state import Session
from components.ui.tray import uploads
from tests.media.clips import ENCRYPTED, recorded, without_index, without_samples
from tests.nightly import by_night
from tests.ui.shown import attached, said


@pytest.fixture
def photo(media_dir):
    return ("china.jpg", (media_dir / "china.jpg").read_bytes())


@pytest.fixture
def clip(media_dir):
    return ("counted.mp4", (media_dir / "counted.mp4").read_bytes())


def sent_parts(app):
    """The media that a request would carry now."""
    return [part for attachment in app.session_state["playground"].tray for part in attachment.parts]


def bomb(side=30_000):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_a_text_file_shows_its_tokens_and_the_very_text_that_is_sent(app, attach, photo):
    attach(app, ("people.csv", "姓名,年龄\n张三,25\n李四,30\n".encode("gbk")), ("`_a_`.svg", b"<svg/>"), photo)
    storyboard = app.container(key="storyboard")
    parts = sent_parts(app)
    assert [type(part) for part in parts] == [TextFilePart, TextFilePart, ImagePart]
    assert [caption.value for caption in storyboard.caption][:2] == [size(part_bytes(part)) for part in parts[:2]]
    assert "**1** picture, **2** files" in [caption.value for caption in app.caption]
    state = app.session_state["playground"]
    menu = app.menu_button(key="menu-0-people.csv")
    menu.click(next(option for option in menu.options if "Look at" in option)).run()
    assert any(f"about {part_tokens(parts[0]):,} tokens (estimated)" in each.value for each in app.markdown)
    assert parts[0].fenced in [code.value for code in app.code]
    encoding = next(box for box in app.selectbox if box.label == "Read as")
    assert encoding.value == "gb18030"
    app.button(key="detach-0-people.csv").click().run()
    assert sent_parts(app) == parts[1:]
    app.chat_input[0].set_value("What is it?").run()
    sent = state.turns[-1].run.request.messages[-1].parts
    assert sent[:2] == tuple(parts[1:]) and not app.exception


def drop_buttons(app):
    return [button for button in app.button if (button.key or "").startswith("drop-")]


def test_a_photo_and_a_clip_make_a_storyboard(app, attach, photo, media_dir):
    attach(app, photo, ("bigbuckbunny.mp4", (media_dir / "bigbuckbunny.mp4").read_bytes()))
    storyboard = app.container(key="storyboard")
    assert len(storyboard.image) == 1 + 8
    assert [type(part) for part in sent_parts(app)] == [ImagePart] + [FramePart] * 8
    times = [caption.value for caption in storyboard.caption]
    assert len(times) == 8 and times == sorted(times) and times[0].startswith("00:00")
    assert "8 of 132 frames are sent" in storyboard.markdown[0].value
    assert "its sound is not sent" in storyboard.markdown[0].value
    assert "9 pictures" in app.get("progress")[0].proto.text
    assert not app.file_uploader[0].value  # emptied: what it held is in the storyboard


@pytest.mark.nightly
def test_a_dropped_frame_is_gone_and_the_others_stay(app, attach, photo, clip):
    attach(app, photo, clip)
    before = sent_parts(app)
    drop_buttons(app)[2].click().run()
    assert sent_parts(app) == before[:3] + before[4:]
    assert len(app.container(key="storyboard").image) == 1 + 7


@pytest.mark.parametrize("count", by_night([limits.CLIP_FRAMES, 1, 3, 12], always=1))
def test_the_number_of_frames_can_be_chosen(app, attach, clip, count):
    attach(app, clip)
    app.number_input(key="clip-count").set_value(count).run()
    assert not app.exception
    assert len(app.container(key="storyboard").image) == len(sent_parts(app)) == count
    assert [button.disabled for button in drop_buttons(app)] == [count == 1] * count


def test_an_attachment_that_is_removed_leaves_the_others(app, attach, photo, clip):
    attach(app, photo, clip, ("second.jpg", photo[1]))
    app.button(key="detach-0-china.jpg").click().run()
    assert not app.exception
    assert attached(app) == ["counted.mp4", "second.jpg"]
    assert len(app.container(key="storyboard").image) == 8 + 1
    app.button(key="detach-0-counted.mp4").click().run()
    assert len(app.container(key="storyboard").image) == 1
    app.button(key="detach-0-second.jpg").click().run()
    with pytest.raises(KeyError):
        app.container(key="storyboard")


def test_a_click_is_served_while_a_clip_is_read_and_the_clip_comes_once(app, attach, clip, monkeypatch):
    go = threading.Event()
    read = reading.attach

    def slow(name, data, cache=None, progress=None):
        taken = read(name, data, cache=cache, progress=progress)
        assert go.wait(60)
        return taken

    monkeypatch.setattr(reading, "attach", slow)
    monkeypatch.setattr(uploads, "PATIENCE_S", 0.0)
    attach(app, clip)
    for _ in range(3):
        app.slider(key="slider-temperature").set_value(0.5).run()
        assert not app.exception and not attached(app)
    assert app.button(key=next(each.key for each in app.button if each.key.startswith("give-up-")))
    app.chat_input(key="composer").set_value("What happens?").run()
    assert said(app.error[0]).startswith("Not all that is attached has been read: 'counted")
    go.set()
    monkeypatch.setattr(uploads, "PATIENCE_S", 60.0)
    state = app.session_state["playground"]
    assert resources_reading(state).wait(60)
    app.run()
    assert attached(app) == ["counted.mp4"]
    app.run()
    assert attached(app) == ["counted.mp4"]


def test_what_was_read_before_and_after_a_refresh_is_there_once(app, attach, clip, photo, monkeypatch):
    go = threading.Event()
    read = reading.attach

    def slow(name, data, cache=None, progress=None):
        assert name.endswith("jpg") or go.wait(60)
        return read(name, data, cache=cache, progress=progress)

    monkeypatch.setattr(reading, "attach", slow)
    monkeypatch.setattr(uploads, "PATIENCE_S", 0.0)
    attach(app, photo, clip)
    state = app.session_state["playground"]
    while len(resources_reading(state).arrivals) > 1:
        go.wait(0.01)
    app.run()
    assert [attachment.name for attachment in state.tray] == ["china.jpg"]
    # A refreshed page is a new session that finds the conversation by its address.
    again = Session(conversation=state.conversation)
    find_tray(again)
    go.set()
    assert resources_reading(again).wait(60)
    uploads.settle(again)
    uploads.settle(again)
    uploads.settle(state)
    assert [attachment.name for attachment in again.tray] == ["china.jpg", "counted.mp4"]
    assert [attachment.name for attachment in state.tray] == ["china.jpg"]


def resources_reading(state):
    return resources.readings().of(state.conversation.id, state.owner)


@pytest.mark.nightly
def test_the_same_clip_twice_is_two_clips(app, attach, clip):
    attach(app, clip, clip)
    drop_buttons(app)[8].click().run()
    assert not app.exception
    assert [len(app.container(key=f"tile-{position}").image) for position in (0, 1)] == [8, 7]


def test_what_comes_later_joins_what_is_there(app, attach, photo, clip):
    attach(app, photo)
    attach(app, clip)
    assert len(app.container(key="storyboard").image) == 9


def test_a_name_full_of_markdown_is_shown_as_it_is(app, attach, clip):
    attach(app, ("*a*_[b](c)`$x$`:red[d].mp4", clip[1]))
    shown = app.container(key="storyboard").markdown[0].value
    assert r"\*a\*\_\[b\](c)\`\$x\$\`\:red\[d\].mp4" in shown


BAD = {
    "a photo cut off": lambda media: ("cut.jpg", (media / "china.jpg").read_bytes()[:60_000]),
    "an empty file": lambda media: ("empty.png", b""),
    "text named as a picture": lambda media: ("note.png", b"just some text\n" * 20),
    "a decompression bomb": lambda media: ("bomb.png", bomb()),
    "a clip cut in half": lambda media: ("half.mp4", (media / "bigbuckbunny.mp4").read_bytes()[:528_000]),
    "sound named as a clip": lambda media: ("sound.mp4", (media / "sound_only.mp4").read_bytes()),
    "an empty clip": lambda media: ("empty.mp4", b""),
    "a clip of no length": lambda media: ("none.mp4", without_samples(recorded(1))),
    "a clip with a broken header": lambda media: ("broken.mp4", without_index(recorded(5))),
    "an encrypted clip": lambda media: ("locked.mp4", recorded(5, container_options=ENCRYPTED)),
    "a document": lambda media: ("paper.pdf", b"%PDF-1.7\n"),
    "a sound file": lambda media: ("song.mp3", b"ID3\x04\x00"),
}


def test_each_bad_file_gets_one_sentence_and_the_rest_stays(app, attach, photo, media_dir):
    attach(app, photo)
    for number, make in enumerate(BAD.values(), start=1):
        name, data = make(media_dir)
        attach(app, (name, data), (f"{number}.jpg", photo[1]))
        (warning,) = app.warning  # the last one is gone
        assert name in warning.value and "\n" not in warning.value and warning.value.endswith(".")
        assert "Traceback" not in warning.value and len(warning.value) < 300
        assert attached(app) == ["china.jpg", *(f"{each}.jpg" for each in range(1, number + 1))]
        assert len(app.container(key="storyboard").image) == 1 + number
    attach(app, ("another.jpg", photo[1]))
    assert not app.warning


NAMES = {
    "path parts": ("../../../etc/pass.jpg", "pass.jpg"),
    "quotes and markup": ("a\"b'c<b>*d*.jpg", "a\"b'c<b>*d*.jpg"),
    "newlines": ("two\nlines\r\n.jpg", "two lines .jpg"),
    "as browsers write them": ("say %22hi%22%0D%0Athere.jpg", 'say "hi" there.jpg'),
    "300 characters": ("n" * 300 + ".jpg", "n" * 95 + "….jpg"),
}


def test_a_file_may_be_called_anything(app, attach, ask, photo):
    for number, (name, shown) in enumerate(NAMES.values()):
        attach(app, (name, photo[1]), (f"x{name}", b""))
        assert attached(app)[number] == shown
        (warning,) = app.warning
        assert "is empty (0 bytes)" in warning.value and "\n" not in warning.value and len(warning.value) < 250
    ask(app, "What is it?\nsimulate: thinking=5 answer=20")
    assert "**Tokens**" in app.container(key="turn-1-stats").caption[0].value and not app.error


def test_a_weight_over_the_limits_is_told_before_sending_and_nothing_is_taken_away(app, attach, photo):
    attach(app, *((f"{number}.jpg", photo[1]) for number in range(97)))
    count, size = app.warning
    assert "97 pictures and frames" in count.value and "it will take a while to send" in size.value
    assert len(attached(app)) == 97


def test_several_bad_files_get_a_sentence_each(app, attach, photo, media_dir):
    attach(app, *(make(media_dir) for make in BAD.values()), photo)
    sentences = [warning.value for warning in app.warning]
    sentences += [line.value for line in app.expander[-1].markdown]
    assert len(sentences) == len(BAD) == len(set(sentences))
    assert len(app.container(key="storyboard").image) == 1


def test_media_go_with_the_prompt_and_the_next_turn_starts_empty(app, attach, ask, photo, clip):
    attach(app, photo, clip)
    ask(app, "What is this?\nsimulate: thinking=5 answer=20")
    turn = app.container(key="turn-1")
    assert len(turn.image) == 9 and turn.text[0].value.startswith("What is this?")
    with pytest.raises(KeyError):
        app.container(key="storyboard")


@pytest.mark.nightly
def test_a_wide_photo_is_made_narrower_for_the_page_once(app, attach, monkeypatch):
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((2400, 1200)).convert("RGB").save(stream, "JPEG")
    attach(app, ("wide.jpg", stream.getvalue()))
    part = app.session_state["playground"].tray[0].parts[0]
    assert part.width == 2048
    resized = []
    resize = Image.Image.resize
    monkeypatch.setattr(Image.Image, "resize", lambda *given, **named: resized.append(given) or resize(*given, **named))
    app.run()
    assert not app.exception and not resized
    (shown,) = app.session_state["playground"].of(FittingState).narrowed.values()
    assert Image.open(io.BytesIO(shown)).size == (1460, 730)
