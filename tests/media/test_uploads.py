"""Large files come in pieces, into files that have no name and are gone with whoever held them."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import MediaError
from components.media import limits
from components.media.attachments import attach
from components.media.disk_file import DiskFile
from components.media.playing import player_type, why_not_whole
from components.media.source import Source
from components.media.uploads import Uploads
from components.media.video import open_clip

ROOT = Path(__file__).parents[2]
ID = "0123456789abcdef" * 2


def test_pieces_make_the_file_and_one_that_comes_again_changes_nothing(tmp_path):
    uploads = Uploads(tmp_path)
    for place, data in ((0, b"abc"), (3, b"def"), (3, b"def"), (0, b"abc"), (6, b"g")):
        assert uploads.put("session", f"piece-{ID}-{place}", data)
    source = uploads.claim("session", ID, 7)
    assert source is not None
    assert source.read() == b"abcdefg"
    assert uploads.claim("session", ID, 7) is None


def test_other_names_are_not_pieces(tmp_path):
    assert not Uploads(tmp_path).put("session", "0c5fcb4e-6a1d-4b9e-93a4-2bb0d1ce6c52", b"a photo")


def test_a_file_with_a_gap_or_without_its_end_is_not_taken(tmp_path):
    uploads = Uploads(tmp_path)
    uploads.put("session", f"piece-{ID}-0", b"abc")
    with pytest.raises(MediaError):
        uploads.put("session", f"piece-{ID}-4", b"efg")
    assert uploads.claim("session", ID, 7) is None


def test_a_file_that_grows_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("components.media.uploads.CLIP_UPLOAD_BYTES", 5)
    uploads = Uploads(tmp_path)
    uploads.put("session", f"piece-{ID}-0", b"abc")
    with pytest.raises(MediaError):
        uploads.put("session", f"piece-{ID}-3", b"def")


def test_nobody_takes_what_another_session_sent_and_ended_sessions_leave_nothing(tmp_path):
    uploads = Uploads(tmp_path)
    uploads.put("mine", f"piece-{ID}-0", b"abc")
    assert uploads.claim("yours", ID, 3) is None
    uploads.forget("mine")
    assert uploads.claim("mine", ID, 3) is None


def test_beyond_eight_begun_files_the_oldest_is_given_up(tmp_path):
    uploads = Uploads(tmp_path)
    ids = [f"{number:032x}" for number in range(9)]
    for id in ids:
        uploads.put("session", f"piece-{id}-0", b"a")
    assert [id for id in ids if uploads.claim("session", id, 1)] == ids[1:]


@given(st.lists(st.tuples(st.integers(-20, 60), st.sampled_from([0, 1, 2, 3]), st.integers(-1, 30))))
def test_a_reader_never_raises_and_gives_what_a_file_would(tmp_path_factory, steps):
    data = bytes(range(40))
    file = DiskFile(tmp_path_factory.mktemp("disk"))
    file.write_at(0, data)
    reader, place = file.open(), 0
    for offset, whence, size in steps:
        wanted = {0: 0, 1: place, 2: len(data)}.get(whence, -1_000) + offset
        assert reader.seek(offset, whence) == (wanted if wanted >= 0 else -1)
        place = wanted if wanted >= 0 else place
        given_ = reader.read(size)
        assert given_ == (data[place:] if size < 0 else data[place : place + size])
        place += len(given_)


@pytest.mark.skipif(sys.platform == "win32", reason="there the name stays until the end")
def test_a_killed_process_leaves_no_file(tmp_path):
    code = (
        "import sys, time, pathlib; from components.media.disk_file import DiskFile;"
        "file = DiskFile(pathlib.Path(sys.argv[1])); file.write_at(0, b'a' * 1000); print('written', flush=True);"
        "time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"written\n"
        process.kill()
        process.wait(30)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.nightly
def test_a_clip_on_disk_gives_the_frames_of_the_one_in_memory(tmp_path, media_dir):
    data = (media_dir / "bigbuckbunny.mp4").read_bytes()
    file = DiskFile(tmp_path)
    file.write_at(0, data)
    held, kept = attach("bunny.mp4", data), attach("bunny.mp4", Source(file))
    assert [part.data for part in kept.parts] == [part.data for part in held.parts]
    assert Source(file).held_bytes == 0


def test_only_clips_are_taken_beyond_what_goes_into_memory(tmp_path, monkeypatch, media_dir):
    monkeypatch.setattr(limits, "MEMORY_BYTES", 1_000)
    photo = Source(media_dir / "china.jpg")
    with pytest.raises(MediaError, match="is no clip"):
        attach("china.jpg", photo)
    assert attach("bunny.mp4", Source(media_dir / "bigbuckbunny.mp4")).kind == "clip"


def test_a_clip_too_large_for_the_request_or_the_page_says_so(monkeypatch, media_dir):
    clip = open_clip("bunny.mp4", Source(media_dir / "bigbuckbunny.mp4"))
    assert why_not_whole(clip) is None
    assert player_type(clip) == "video/mp4"
    monkeypatch.setattr("components.media.playing.BODY_BYTES", 1_000_000)
    monkeypatch.setattr("components.media.playing.MEMORY_BYTES", 1_000_000)
    assert "frames are sent" in str(why_not_whole(clip))
    assert player_type(clip) is None
