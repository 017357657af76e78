import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.core.errors import MediaError
from components.core.parts import FramePart, ImagePart
from components.media.attachments import adjusted, as_whole, attach, attachments_of, text_between
from components.media.crops import Crop
from components.media.images import PreparedImage
from components.media.storyboard import Storyboard
from components.runs.conversation import user_message
from tests.nightly import many

from .clips import recorded

MEDIA = Path(__file__).parents[1] / "fixtures" / "media"
PHOTO = (MEDIA / "china.jpg").read_bytes()
CLIP = (MEDIA / "counted.mp4").read_bytes()


def test_a_picture_is_one_part():
    attachment = attach("china.jpg", PHOTO)
    assert (attachment.name, attachment.kind, len(attachment.parts)) == ("china.jpg", "image", 1)
    assert isinstance(attachment.parts[0], ImagePart) and isinstance(attachment.facts, PreparedImage)


def test_a_clip_is_its_frames():
    attachment = attach("a.mp4", CLIP, frames=5)
    assert (attachment.kind, len(attachment.parts)) == ("clip", 5)
    assert all(isinstance(part, FramePart) for part in attachment.parts) and isinstance(attachment.facts, Storyboard)
    assert attachment.notes == ("5 of 300 frames are sent",)


def test_sound_that_is_not_sent_is_said():
    assert "its sound is not sent" in attach("a.mp4", (MEDIA / "bigbuckbunny.mp4").read_bytes(), frames=1).notes


def test_endings_are_read_whatever_their_case():
    assert attach("A.JPG", PHOTO).kind == attach("from Windows.jfif", PHOTO).kind == "image"
    assert attach("A.MP4", CLIP, 1).kind == "clip"


def drawn(format, **options):
    stream = io.BytesIO()
    Image.new("RGB", (48, 32), (200, 30, 30)).save(stream, format, **options)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kind", "note"),
    [
        ("a.jpg", lambda: drawn("WEBP"), "image", "it is a WebP picture, whatever its name says"),
        ("a.jpg", lambda: drawn("PNG"), "image", "it is a PNG picture, whatever its name says"),
        ("noending", lambda: drawn("PNG"), "image", "it is a PNG picture, whatever its name says"),
        ("a.mp4", lambda: drawn("JPEG"), "image", "it is a JPEG picture, whatever its name says"),
        ("a.png", lambda: drawn("AVIF"), "image", "it is an AVIF picture, whatever its name says"),
        ("a.avifs", lambda: drawn("AVIF"), "image", None),
        ("a.mpo", lambda: drawn("MPO", save_all=True), "image", None),
        ("a.hif", lambda: (MEDIA / "phone.heic").read_bytes(), "image", None),
        ("a.jpg", lambda: (MEDIA / "phone.heic").read_bytes(), "image", "it is a HEIC picture, whatever its name says"),
        ("a.tga", lambda: drawn("TGA"), "image", None),
        ("old.tga", lambda: drawn("TGA", compression="tga_rle")[:-26], "image", None),
        ("a", lambda: drawn("TGA"), "image", "it is a TGA picture, whatever its name says"),
        ("a.tif", lambda: drawn("TIFF", compression="tiff_lzw"), "image", None),
        ("a.tif", lambda: drawn("TIFF", big_tiff=True), "image", None),
        ("a.j2k", lambda: drawn("JPEG2000", no_jp2=True), "image", None),
        ("a.ico", lambda: drawn("ICO"), "image", None),
        ("a.jp2", lambda: drawn("JPEG2000"), "image", None),
        ("a.avi", lambda: recorded(5), "clip", "it is an MP4 clip, whatever its name says"),
        ("a.jpg", lambda: recorded(5), "clip", "it is an MP4 clip, whatever its name says"),
        ("a.f4v", lambda: recorded(5), "clip", None),
        ("a.mts", lambda: recorded(5, format="mpegts", ticks=90_000), "clip", None),
        ("a.vob", lambda: recorded(5, format="mpeg", codec="mpeg2video", ticks=25), "clip", None),
        ("a.m1v", lambda: recorded(5, format="mpeg1video", codec="mpeg1video", ticks=25), "clip", None),
        ("a.asf", lambda: recorded(5, format="asf", codec="wmv2"), "clip", None),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_the_bytes_decide_what_is_taken(name, data, kind, note):
    taken = attach(name, data(), 2)
    assert taken.kind == kind and taken.parts
    said = [each for each in taken.notes if "whatever its name says" in each]
    assert said == ([note] if note else [])


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.pdf", b"%PDF-1.7", " is a damaged PDF or has no pages: open it in a viewer and save it anew."),
        ("a.docx", b"PK\3\4", " (a ZIP archive) cannot be attached: only pictures, clips, PDFs and"),
        ("a.jpg", b"<html>404", " is named .jpg but holds text: attach a real picture or clip."),
        ("a.pdf", b"", " is empty (0 bytes)"),
        ("a.pdf", b"hello", " is named .pdf but holds text"),
        ("a.mp3", b"ID3\x04", " is an MP3 sound file: it has no picture track, and the model takes no sound"),
        ("a.ts", (b"G" + bytes(187)) * 3, " has no picture track that can be read"),
        # Not another name: it would send the preview.
        ("raw.nef", b"MM\0*", " is a TIFF picture: save it as PNG or JPEG and attach that."),
    ],
)
def test_everything_else_is_refused_in_one_sentence(name, data, sentence):
    with pytest.raises(MediaError) as refusal:
        attach(name, data)
    assert str(refusal.value).startswith(f"'{name}'{sentence}")


def test_a_damaged_heic_is_refused():
    with pytest.raises(MediaError, match="damaged or cut-off HEIC"):
        attach("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")


def test_a_name_is_cleaned_before_it_is_shown_or_sent():
    name = '../../a/\n"quoted"\u202e.mp4'
    clip = attach(name, CLIP, frames=1)
    assert clip.name == '"quoted".mp4' and clip.parts[0].caption.endswith('frame of "quoted".mp4')
    with pytest.raises(MediaError) as refusal:
        attach("x" * 300 + "\n.png", b"")
    assert len(str(refusal.value)) < 200 and "\n" not in str(refusal.value)


def test_a_picture_is_made_anew_from_its_file_and_a_clip_is_not():
    photo = attach("china.jpg", PHOTO)
    region = adjusted(photo, full_size=False, crop=Crop(10, 20, 110, 60))
    assert (region.parts[0].width, region.parts[0].height) == (100, 40)
    assert adjusted(region, full_size=False, crop=None) == photo
    clip = attach("counted.mp4", CLIP, frames=1)
    for other in (clip, text_between("hello")):
        with pytest.raises(ValueError, match="no picture"):
            adjusted(other, full_size=True, crop=None)


@settings(max_examples=many(100), deadline=None)
@given(st.text(max_size=12), st.sampled_from(["", ".png", ".jpg", ".mp4", ".webm", ".heic", ".doc"]), st.binary())
def test_no_name_and_no_bytes_make_a_traceback(stem, ending, data):
    try:
        assert attach(stem + ending, data).kind == "file"
    except MediaError as refusal:
        assert "\n" not in str(refusal)


@pytest.mark.nightly
def test_many_users_at_once_get_the_same():
    code = (
        "import pathlib, sys; from concurrent.futures import ThreadPoolExecutor\n"
        "from components.media.attachments import attach\n"
        "data = pathlib.Path('tests/fixtures/media/counted.mp4').read_bytes()\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    found = list(pool.map(lambda _: attach('a.mp4', data, 8), range(24)))\n"
        "sys.exit(len(set(found)) != 1)\n"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False, timeout=60).returncode == 0
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: attach("china.jpg", PHOTO), range(4)))) == 1


def test_what_was_sent_is_kept_with_each_whole_clip_as_one_of_its_own():
    clip = attach("counted.mp4", CLIP)
    other, whole = attach("other.mp4", CLIP), as_whole(clip)
    photo = attach("china.jpg", PHOTO)
    sent = user_message((photo, whole, other), "What?").parts
    first, second, third = attachments_of(sent)
    assert (first.parts, first.video) == (photo.parts, None)
    assert (second.name, second.parts, second.video) == ("counted.mp4", clip.parts, whole.video)
    assert (third.parts, third.video) == (other.parts, None)
    assert user_message((first, second, third), "What?").parts == sent
    assert attachments_of(()) == ()
