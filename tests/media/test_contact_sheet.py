from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.core.parts import FramePart, ImagePart
from components.media.contact_sheet import contact_sheet, layout
from tests.nightly import many

SIDES = st.integers(1, 5000)


def picture(colour, size, media_type="image/jpeg"):
    stream = BytesIO()
    Image.new("RGB", size, colour).save(stream, media_type.rpartition("/")[2])
    return stream.getvalue()


@settings(max_examples=many(50))
@given(st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=96))
def test_every_picture_has_a_place_of_its_own_on_the_sheet(sizes):
    laid = layout(sizes)
    width, height = laid.size
    assert max(width, height) <= 3700
    boxes = [(*laid.place(number), *laid.cell) for number in range(len(sizes))]
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
    taken = {(x, y) for x, y, _, _ in boxes}
    assert len(taken) == len(sizes)
    columns, rows = sorted({x for x, _ in taken}), sorted({y for _, y in taken})
    assert all(after - before >= laid.cell[0] for before, after in zip(columns, columns[1:], strict=False))
    assert all(after - before >= laid.cell[1] for before, after in zip(rows, rows[1:], strict=False))
    # No row is empty.
    assert (laid.rows - 1) * laid.columns < len(sizes) <= laid.rows * laid.columns


def test_pictures_stand_in_their_order_with_a_label_under_each():
    colours = [(200, 0, 0), (0, 180, 0), (0, 0, 220), (220, 180, 0), (180, 0, 180), (0, 180, 180), (90, 90, 90)]
    frames = [
        FramePart(picture(colour, (640, 360)), "image/jpeg", 640, 360, "a.mp4", 1.5 * number)
        for number, colour in enumerate(colours)
    ]
    sheet = Image.open(BytesIO(contact_sheet(frames, "a.mp4")))
    laid = layout([(640, 360)] * len(frames))
    assert sheet.format == "JPEG" and sheet.size == laid.size
    seen = np.asarray(sheet.convert("RGB"), int)
    for number, colour in enumerate(colours):
        left, top = laid.place(number)
        width, height = laid.cell
        assert np.abs(seen[top + height // 2, left + width // 2] - colour).max() < 12
        below = seen[top + height + 4 : top + height + 34, left : left + width]
        assert (below.max(axis=2) < 160).sum() > 60 and (below.min(axis=2) > 240).mean() > 0.8


@pytest.mark.parametrize("title", ["a.mp4", "日本.mp4", "x" * 500, ""])
def test_any_title_and_any_shapes_make_a_sheet(title):
    tall = FramePart(picture("red", (90, 900)), "image/jpeg", 90, 900, title, 7200.0)
    wide = ImagePart(picture("blue", (900, 30), "image/png"), "image/png", 900, 30, title)
    sheet = Image.open(BytesIO(contact_sheet([tall, wide], title)))
    assert sheet.size == layout([(90, 900), (900, 30)]).size
