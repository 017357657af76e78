import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import MediaError
from components.media.limits import CLIP_ENDINGS, PICTURE_ENDINGS
from components.media.signatures import ending_of, misnamed, recognise, require


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP picture"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "a WAV sound file"),
        (b"RIFF\x10\0\0\0AVI LIST", "an AVI clip"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "an MP4 clip"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC picture"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "an AVIF picture"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0isomM4A ", "an M4A sound file"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "an MP4 clip"),
        (b"ID3\x04\0", "an MP3 sound file"),
        (b"\xff\xfb\x90\x64", "an MP3 sound file"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\0\0\1\0\1\0\x10\x10", "a Windows icon"),
        (b'<?xml version="1.0"?>\n<svg xmlns="', "an SVG drawing"),
        (b"\0\0\0\x0cjP  \r\n\x87\n\0\0", "a JPEG 2000 picture"),
        ((b"G" + bytes(187)) * 3, "an MPEG transport stream"),
        ((bytes(4) + b"G" + bytes(187)) * 3, "an MPEG transport stream"),
        (b"BMW is a maker of cars", "text"),
        ("Grüße aus Köln".encode(), "text"),
        (b"a" * 4095 + "ü".encode(), "text"),
        (b"\x00\x01\x02\x03", "data of no known kind"),
        (b"#EXTM3U\nhttp://127.0.0.1/", "text"),
    ],
)
def test_content_is_told_by_its_first_bytes(data, words):
    assert recognise(data).words == words


@given(st.binary(max_size=64))
def test_recognising_never_raises(data):
    assert recognise(data).words


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.png", b"", "'a.png' is empty (0 bytes): choose the file again."),
        (
            "a.jpg",
            b"8BPS\0\1",
            "'a.jpg' is named .jpg but holds a Photoshop picture: save it as PNG or JPEG and attach that.",
        ),
        ("a.PNG", b"hello", "'a.PNG' is named .png but holds text: attach a real picture or clip."),
    ],
)
def test_what_is_not_taken_is_refused_in_one_sentence(name, data, sentence):
    with pytest.raises(MediaError) as refusal:
        require(name, data, PICTURE_ENDINGS)
    assert str(refusal.value) == sentence


def test_the_bytes_decide_and_not_the_name():
    beginning = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    assert require("IMG_1.heic", beginning, PICTURE_ENDINGS) == require("a.HEIF", beginning, PICTURE_ENDINGS) == "HEIC"
    assert require("IMG_1.jpg", beginning, PICTURE_ENDINGS) == "HEIC"
    assert misnamed("IMG_1.jpg", beginning) == ("it is a HEIC picture, whatever its name says",)
    assert misnamed("IMG_1.heic", beginning) == misnamed("a.hif", beginning) == ()


def test_mov_and_mp4_are_one_family():
    assert require("a.mov", b"\0\0\0\x18ftypisom\0\0\0\0isommp42", CLIP_ENDINGS) == "MP4"


def test_ending_is_what_follows_the_last_dot():
    assert (ending_of("a.b.JPG"), ending_of("a"), ending_of(".png")) == ("jpg", "", "png")
