"""What OpenCV asks of a clip's bytes is answered, never with an exception: one would end the process."""

import os

import pytest

from components.core.errors import MediaError
from components.media.capture import _Bytes, capture

from .clips import MEDIA


@pytest.mark.parametrize(("offset", "whence"), [(-1, 0), (2**70, 0), (2**63 - 1, 2)])
def test_a_place_that_cannot_be_is_a_number_that_says_so(offset, whence):
    assert _Bytes(b"abc").seek(offset, whence) == -1


def test_an_amount_that_cannot_be_is_nothing():
    assert _Bytes(b"abc").read(2**70) == b""
    assert _Bytes(b"abc").read(9) == b"abc"


def test_a_playlist_opens_nothing():
    address = "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n#EXT-X-ENDLIST\n"
    for data in (address.encode(), f"ffconcat version 1.0\nfile '{MEDIA / 'counted.mp4'}'\n".encode()):
        with pytest.raises(MediaError, match="no picture track that can be read"), capture("a.mp4", data):
            pass


def test_ffmpeg_is_held_to_the_readers_of_the_formats_that_are_taken():
    options = dict(option.split(";") for option in os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"].split("|"))
    assert options["protocol_whitelist"] == "data" and "hls" not in options["format_whitelist"]
    assert int(options["max_pixels"]) > 0
