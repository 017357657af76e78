"""A damaged HEIC ends the process that unpacks it, never the app."""

import subprocess

import pytest

from components.core.errors import MediaError
from components.media.heic import unpack
from components.media.images import prepare_image

from .pictures import MEDIA

PHONE = (MEDIA / "phone.heic").read_bytes()
# pi_heif 1.4.0 ends in a segmentation fault here. The type of the item that holds the EXIF, which is no text then.
_TYPE = PHONE.index(b"Exif\0")
LETHAL = PHONE[:_TYPE] + b"\x7f\xff\xff\xff" + PHONE[_TYPE + 4 :]


def test_a_heic_that_ends_its_reader_is_refused_in_a_sentence():
    with pytest.raises(MediaError, match=r"^'a\.heic' is a damaged or cut-off HEIC picture: .+\.$"):
        prepare_image("a.heic", LETHAL)


def test_its_process_is_told_no_key(monkeypatch):
    told: dict[str, str] = {}
    popen = subprocess.Popen

    def listening(*args, env, **options):
        told.update(env)
        return popen(*args, env=env, **options)

    monkeypatch.setattr(subprocess, "Popen", listening)
    monkeypatch.setenv("EMPIRIOLABS_API_KEY", "sk-empiriolabs-secret")
    assert unpack(PHONE).png
    assert "PATH" in told and not [name for name in told if "KEY" in name or "EMPIRIOLABS" in name]


def test_a_whole_one_comes_with_what_is_said_about_it():
    unpacked = unpack(PHONE)
    assert unpacked.stills == 1
    image = prepare_image("a.heic", PHONE)
    assert "metadata dropped, with the place it was taken" in image.notes
    assert (image.original_format, image.part.media_type) == ("HEIC", "image/jpeg")


def test_one_with_too_many_pixels_is_refused_with_the_number(monkeypatch):
    monkeypatch.setattr("components.media.images.unpack", lambda data: type(unpack(PHONE))(None, 1))
    with pytest.raises(MediaError, match="claims more than 89 million pixels"):
        prepare_image("a.heic", PHONE)
