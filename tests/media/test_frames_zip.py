import json
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

from components.core.parts import FramePart, ImagePart
from components.media.frames_zip import frames_zip
from components.media.rendering import FrameStyle
from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard
from components.media.video import open_clip

from .clips import MEDIA

COUNTED = open_clip("counted.mp4", (MEDIA / "counted.mp4").read_bytes())


def opened(pictures):
    archive = ZipFile(BytesIO(frames_zip(pictures)))
    assert archive.testzip() is None
    manifest = json.loads(archive.read("manifest.json"))["pictures"]
    return archive, manifest


def test_the_files_are_the_bytes_that_are_sent_and_sort_by_their_times():
    for style in (FrameStyle(), FrameStyle(burnt_times=True)):
        parts = make_storyboard(COUNTED, Sampling(count=11, exact=True), style).parts
        archive, manifest = opened(parts)
        names = sorted(name for name in archive.namelist() if name != "manifest.json")
        assert [archive.read(name) for name in names] == [part.data for part in parts]
        assert names[0] == "001_0-00-00.520.jpg" and names == [each["file"] for each in manifest]
        assert [(each["time_s"], each["sha256"], each["caption"]) for each in manifest] == [
            (round(part.time_s, 6), part.sha256, part.caption) for part in parts
        ]


def test_frames_of_one_moment_and_of_late_hours_stay_apart_and_in_order():
    frames = [
        FramePart(at.to_bytes(2, "big"), "image/jpeg", 2, 2, "a.mp4", 360_000 + at / 10_000) for at in range(1200)
    ]
    archive, manifest = opened(frames)
    names = sorted(name for name in archive.namelist() if name != "manifest.json")
    assert len(names) == 1200 and [archive.read(name) for name in names] == [part.data for part in frames]
    assert manifest[0]["file"] == "0001_100-00-00.000.jpg"


def test_other_pictures_keep_their_names_as_far_as_every_system_takes_them():
    image = ImagePart(b"png", "image/png", 4, 3, 'a/b: "c" ../日本.png')
    archive, manifest = opened([image, replace(image, name="?.webp", media_type="image/webp")])
    assert manifest[0]["file"] == "001_a-b---c-----日本.png" and manifest[1]["file"] == "002_picture.webp"
    assert manifest[0]["of"] == image.name and "time" not in manifest[0]
    assert archive.read(manifest[0]["file"]) == b"png"


def test_pages_have_their_numbers_for_times():
    pages = [FramePart(b"%d" % at, "image/jpeg", 2, 2, "a.pdf", 0.0, at, 12, "Said.") for at in (2, 10)]
    archive, manifest = opened(pages)
    assert [each["file"] for each in manifest] == ["001_page-2.jpg", "002_page-10.jpg"]
    assert (manifest[1]["page"], manifest[1]["pages"]) == (10, 12) and "time" not in manifest[1]
    assert archive.read("002_page-10.jpg") == b"10"


def test_the_same_pictures_give_the_same_archive():
    parts = make_storyboard(COUNTED, Sampling(count=2)).parts
    assert frames_zip(parts) == frames_zip(parts)
