"""A clip that is opened is read by FFmpeg's readers of clips, from its own bytes alone."""

import os

import pytest

from components.core.errors import MediaError
from components.media.capture import capture

from .clips import MEDIA


def test_a_playlist_opens_nothing():
    address = "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n#EXT-X-ENDLIST\n"
    for data in (address.encode(), f"ffconcat version 1.0\nfile '{MEDIA / 'counted.mp4'}'\n".encode()):
        with pytest.raises(MediaError, match="no picture track that can be read"), capture("a.mp4", data):
            pass


def test_ffmpeg_is_held_to_the_readers_of_the_formats_that_are_taken():
    options = dict(option.split(";") for option in os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"].split("|"))
    assert options["protocol_whitelist"] == "data" and "hls" not in options["format_whitelist"]
    assert int(options["max_pixels"]) > 0
