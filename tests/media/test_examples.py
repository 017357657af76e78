"""The example media that the app carries: small, read like any file, and what their prompts say of them."""

from pathlib import Path

import pytest

from components.media import examples
from components.media.attachments import attach

FOLDER = Path(examples.__file__).parent
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix in (".png", ".mp4"))


def test_there_are_pictures_and_clips_and_they_are_small():
    assert {path.name for path in FILES} == {"chart.png", "receipt.png", "note.png", "traffic.mp4", "scenes.mp4"}
    assert sum(path.stat().st_size for path in FILES) < 1_500_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_is_read_without_a_word_of_doubt(path):
    attachment = attach(path.name, path.read_bytes())
    assert attachment.parts and not any("damaged" in note or "only the first" in note for note in attachment.notes)


def test_a_picture_with_text_is_sent_as_png_pixel_by_pixel():
    for name in ("chart.png", "receipt.png", "note.png"):
        image = attach(name, (FOLDER / name).read_bytes()).facts
        assert image.part.media_type == "image/png" and not image.downscaled
