import io
import subprocess
import sys
import wave
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.core.errors import MediaError
from components.media import limits
from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard
from components.media.video import open_clip
from tests.nightly import many

from .clips import MEDIA, counted

BUNNY = (MEDIA / "bigbuckbunny.mp4").read_bytes()
COUNTED = (MEDIA / "counted.mp4").read_bytes()
UNEVEN = (MEDIA / "counted_uneven.mp4").read_bytes()
LIVE = (MEDIA / "counted_no_duration.webm").read_bytes()


def sample_evenly(clip, count):
    return make_storyboard(clip, Sampling(count=count, exact=True)).parts


def test_facts_of_a_real_clip():
    clip = open_clip("bunny.mp4", BUNNY)
    assert (clip.width, clip.height, clip.rotation, clip.frame_rate) == (1280, 720, 0, pytest.approx(25.0))
    assert clip.duration_s == pytest.approx(5.28) and clip.frame_count == 132
    assert (clip.codec, clip.has_audio, clip.size_bytes) == ("H.264", True, len(BUNNY))
    assert clip.keyframes == (0,) and clip.notes == ()


def test_keyframes_are_read_without_decoding():
    clip = open_clip("a.mp4", COUNTED)
    times = [clip.frame_times_s[number] for number in clip.keyframes]
    assert times == pytest.approx([0, 2.8, 5.6, 8.4, 11.2])
    assert clip.frame_times_s == pytest.approx([index / 25 for index in range(300)])
    assert clip.has_audio is False


def test_variable_frame_rate_keeps_each_frames_own_time():
    clip = open_clip("a.mp4", UNEVEN)
    assert clip.frame_times_s[99:103] == pytest.approx([3.96, 4.0, 4.1, 4.2], abs=0.03)
    assert clip.duration_s == pytest.approx(24.0, abs=0.1)


def test_a_clip_that_states_no_duration_is_measured():
    clip = open_clip("a.webm", LIVE)
    assert clip.duration_s == pytest.approx(4.0) and clip.frame_count == 100
    assert (clip.codec, clip.has_audio, clip.notes) == ("VP8", False, ())


def test_size_is_that_after_rotation():
    clip = open_clip("a.mp4", (MEDIA / "turned.mp4").read_bytes())
    assert (clip.width, clip.height, clip.rotation) == (16, 160, 270)
    (part,) = sample_evenly(clip, 1)
    assert (part.width, part.height) == (16, 160)


@pytest.mark.parametrize(("ending", "codec", "name"), [("avi", "MJPG", "Motion JPEG"), ("mp4", "mp4v", "MPEG-4")])
def test_other_containers_and_codecs(tmp_path, ending, codec, name):
    clip = open_clip(f"a.{ending}", counted(tmp_path / f"a.{ending}", 30, codec=codec))
    assert (clip.codec, clip.frame_count, clip.width) == (name, 30, 160)


def test_a_clip_cut_in_half_with_its_index_at_the_end_is_refused():
    for whole in (BUNNY, UNEVEN):
        with pytest.raises(MediaError, match=r"^'a\.mp4' is cut short: the index .+ copy or download it again\.$"):
            open_clip("a.mp4", whole[: len(whole) // 2])


def test_a_clip_cut_in_half_with_its_index_in_front_goes_as_far_as_it_does():
    clip = open_clip("a.mp4", COUNTED[: len(COUNTED) // 2])
    assert 1 < clip.duration_s < 8
    assert clip.notes == (
        f"only the first {clip.duration_s:.1f} of 12.0 seconds can be read; the file may be cut short",
    )
    times = [part.time_s for part in sample_evenly(clip, 8)]
    assert len(times) == 8 and times[-1] < clip.duration_s


def test_a_stream_cut_short_goes_as_far_as_it_does():
    assert 1 < open_clip("a.webm", LIVE[: len(LIVE) // 2]).duration_s < 3


def tone() -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return stream.getvalue()


def picture(format: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (32, 32)).save(stream, format)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ((MEDIA / "sound_only.mp4").read_bytes(), "has no picture track"),
        (tone(), "holds a WAV sound file: it has no picture track"),
        (b"ID3\x04" + bytes(100), "holds an MP3 sound file: it has no picture track"),
        (picture("PNG"), "holds a PNG picture: give it a name that ends in .png"),
        (picture("JPEG"), "holds a JPEG picture"),
        (b"", "is empty"),
        (b"no clip", "holds text"),
        (b"#EXTM3U\n#EXTINF:1\nhttp://127.0.0.1:1/a.ts\n", "holds text"),
        (COUNTED[:28], "is cut short"),
    ],
    ids=["sound only", "wav", "mp3", "png", "jpeg", "empty", "text", "playlist", "beginning"],
)
def test_what_is_no_clip_is_refused_in_one_sentence(data, sentence):
    with pytest.raises(MediaError) as refusal:
        open_clip("a.mp4", data)
    assert sentence in str(refusal.value) and str(refusal.value).startswith("'a.mp4' ")
    assert "\n" not in str(refusal.value)


def test_a_picture_track_without_pictures_is_refused():
    index = COUNTED.index(b"mdat")
    with pytest.raises(MediaError, match="no frame that can be decoded|no picture track that can be read"):
        open_clip("a.mp4", COUNTED[: index + 4] + bytes(len(COUNTED) - index - 4))


def test_a_file_over_the_limit_is_refused_unread(monkeypatch):
    monkeypatch.setattr(limits, "CLIP_UPLOAD_BYTES", 1000)
    with pytest.raises(MediaError, match="more than the"):
        open_clip("a.mp4", COUNTED)


def test_frames_too_large_to_unpack_are_refused(monkeypatch):
    monkeypatch.setattr(limits, "PICTURE_PIXELS", 1000)
    with pytest.raises(MediaError, match="frames of 160 x 16 px"):
        open_clip("a.mp4", COUNTED)


def test_nothing_is_written_to_stderr():
    code = (
        "import pathlib\n"
        "from components.media.attachments import attach\n"
        "from components.core.errors import MediaError\n"
        "whole = pathlib.Path('tests/fixtures/media/counted.mp4').read_bytes()\n"
        "attach('a.mp4', whole[:len(whole) // 2])\n"
        "for name, data in (('a.webm', bytes.fromhex('1a45dfa3') + bytes(99)), ('a.mp4', whole[:40])):\n"
        "    try: attach(name, data)\n"
        "    except MediaError: pass\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=False, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@settings(max_examples=many(60), deadline=None)
@given(st.sampled_from([("a.mp4", COUNTED), ("a.mp4", UNEVEN), ("a.webm", LIVE)]), st.floats(0, 1))
def test_a_cut_anywhere_is_read_or_refused_never_a_traceback(file, part):
    name, data = file
    try:
        clip = open_clip(name, data[: int(len(data) * part)])
        frames = sample_evenly(clip, 4)
    except MediaError as refusal:
        assert "\n" not in str(refusal)
    else:
        assert 1 <= len(frames) <= 4 and all(0 <= frame.time_s <= clip.duration_s for frame in frames)


def test_a_damaged_size_that_points_before_the_file_does_not_end_the_process():
    code = (
        "import pathlib\n"
        "from components.core.errors import MediaError\n"
        "from components.media.video import open_clip\n"
        "data = bytearray(pathlib.Path('tests/fixtures/media/counted.mp4').read_bytes())\n"
        "entry = data.index(b'dref') + 12\n"
        "data[entry : entry + 4] = bytes.fromhex('c7000000')\n"
        "try: open_clip('a.mp4', bytes(data))\n"
        "except MediaError: pass\n"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False, timeout=30).returncode == 0


@settings(max_examples=many(60), deadline=None)
@given(st.sampled_from([("a.mp4", COUNTED), ("a.webm", LIVE)]), st.data())
def test_damage_anywhere_is_read_or_refused_never_a_traceback(file, data):
    name, damaged = file[0], bytearray(file[1])
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    try:
        sample_evenly(open_clip(name, bytes(damaged)), 2)
    except MediaError as refusal:
        assert "\n" not in str(refusal)


@settings(max_examples=many(60), deadline=None)
@given(st.sampled_from(sorted(limits.CLIP_ENDINGS)), st.binary(max_size=300))
def test_random_bytes_are_refused(ending, data):
    with pytest.raises(MediaError):
        open_clip(f"a.{ending}", data)
