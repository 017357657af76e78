"""A zip is read in memory, within bounds."""

import io
import zipfile

import pytest

from components.api.paste import archive
from components.api.paste.archive import read_archive
from components.core.errors import PasteError


def zipped(**contents: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in contents.items():
            made.writestr(name, data)
    return target.getvalue()


def test_the_program_and_its_files_come_back():
    text, files = read_archive(zipped(**{"main.py": b"x = 1", "media/a.png": b"png", "README.txt": b"hi"}))
    assert text == "x = 1" and files == {"media/a.png": b"png", "README.txt": b"hi"}


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 1_000_000)
    with pytest.raises(PasteError, match="holds more than"):
        read_archive(zipped(**{"main.py": b"0" * 1_000_001}))
    with pytest.raises(PasteError, match="holds more than"):
        read_archive(zipped(**{f"{n}.txt": b"" for n in range(archive.MAX_FILES + 1)}))


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 no zip", zipped(**{"a.py": b"x" * 100})[:-30]], ids=["empty", "foreign", "cut"]
)
def test_a_damaged_zip_is_refused_with_a_sentence(data):
    with pytest.raises(PasteError, match="damaged"):
        read_archive(data)
