"""What is said of a clip's end: how much of one that was cut short is missing, how long a held picture stands."""

import pytest

from components.media.video import open_clip

from .clips import recorded

_PICTURES = (160, 112)
# Kinds whose header states the length.
_STATING = {
    "a.avi": ("avi", "mpeg4"),
    "motion.avi": ("avi", "mjpeg"),
    "a.mkv": ("matroska", "libx264"),
    "a.webm": ("webm", "libvpx"),
    "a.flv": ("flv", "libx264"),
    "a.wmv": ("asf", "msmpeg4"),
}
# Kinds made to be sent, which state none.
_STREAMS = {
    "a.ts": ("mpegts", "libx264"),
    "a.mpg": ("vob", "mpeg2video"),
}


def made(format, codec):
    pixel_format = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    return recorded(150, format=format, codec=codec, pixel_format=pixel_format, size=_PICTURES, ticks=25)


@pytest.mark.parametrize("name", _STATING)
def test_what_is_missing_of_a_clip_that_was_cut_short_is_said(name):
    data = made(*_STATING[name])
    assert open_clip(name, data).notes == ()
    clip = open_clip(name, data[: len(data) // 2])
    assert clip.notes == (
        f"only the first {clip.duration_s:.1f} of 6.0 seconds can be read; the file may be cut short",
    )
    assert 2 < clip.duration_s < 5


@pytest.mark.parametrize("name", _STREAMS)
def test_a_stream_that_breaks_off_is_said_to_where_its_length_is_not_stated(name):
    data = made(*_STREAMS[name])
    assert open_clip(name, data).notes == ()
    clip = open_clip(name, data[: len(data) // 2 | 1])
    assert clip.notes == (
        f"the file breaks off after {clip.duration_s:.1f} seconds; how many are missing it does not say",
    )


def test_an_mp4_written_in_fragments_that_breaks_off_is_said_to():
    # As browsers, drones and dashboard cameras write them; the length is stated nowhere.
    fragments = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    data = recorded(150, format="mp4", container_options=fragments, options={"g": "15"}, size=_PICTURES, ticks=25)
    assert open_clip("a.mp4", data).notes == ()
    clip = open_clip("a.mp4", data[: len(data) * 3 // 5])
    assert clip.notes == (
        f"the file breaks off after {clip.duration_s:.1f} seconds; how many are missing it does not say",
    )
    assert 3 < clip.duration_s < 5


@pytest.mark.nightly
def test_a_minute_of_an_hour_is_missed_too():
    times_s = [float(second) for second in range(3600)]
    data = recorded(3600, times_s=times_s, format="matroska")
    clip = open_clip("a.mkv", data[: len(data) * 59 // 60])
    assert clip.notes == (
        f"only the first {clip.duration_s:.1f} of 3599.0 seconds can be read; the file may be cut short",
    )


@pytest.mark.parametrize("format", ["mp4", "mov", "matroska"])
def test_a_picture_that_is_held_at_the_end_is_no_missing_end(format):
    # As recorders of screens write them: nothing changes any more, and the last picture stands.
    times_s = [0.0, 0.04, 0.08, 0.5, 2.0]
    data = recorded(5, times_s=times_s, last_s=7.0, format=format, options={"bf": "0"})
    clip = open_clip({"matroska": "a.mkv"}.get(format, f"a.{format}"), data)
    assert clip.notes == () and clip.duration_s == pytest.approx(9.0, abs=0.05)
