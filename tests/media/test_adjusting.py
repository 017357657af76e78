"""A picture made anew from its file: cropped, at full size, and compressed as it was."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.media import limits
from components.media.crops import Crop, marked
from components.media.images import prepare_image
from tests.nightly import many

MEDIA = Path(__file__).parents[1] / "fixtures" / "media"
PHOTO = (MEDIA / "china.jpg").read_bytes()


def file(image: Image.Image, format: str, **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data)).convert("RGB"), np.int16)


def gradient(width: int, height: int) -> Image.Image:
    """Every pixel says where it stands: red is its column, green its row (both modulo 256)."""
    rows, columns = np.mgrid[:height, :width]
    return Image.fromarray(np.dstack([columns % 256, rows % 256, rows * 0]).astype(np.uint8))


def test_a_crop_is_cut_from_the_upright_original():
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = gradient(200, 120).transpose(Image.Transpose.ROTATE_90)
    image = prepare_image("a.png", file(stored, "PNG", exif=exif), crop=Crop(50, 10, 60, 30))
    assert (image.original_width, image.original_height) == (200, 120)
    found = pixels(image.part.data)
    assert found.shape == (20, 10, 3)
    assert found[0, 0].tolist() == [50, 10, 0] and found[-1, -1].tolist() == [59, 29, 0]
    assert "cropped to 10 x 20 px" in image.notes


def test_a_crop_of_a_large_picture_keeps_the_pixels_that_a_copy_would_lose():
    data = file(gradient(3000, 1500), "JPEG", quality=95)
    whole, region = prepare_image("a.jpg", data), prepare_image("a.jpg", data, crop=Crop(1500, 500, 2500, 1000))
    assert whole.part.width == limits.IMAGE_LONGEST_SIDE and whole.downscaled
    assert (region.part.width, region.part.height) == (1000, 500) and not region.downscaled


@given(st.data())
@settings(max_examples=many(40), deadline=None)
def test_any_region_is_sent_as_it_stands(data):
    left, top = data.draw(st.integers(0, 39)), data.draw(st.integers(0, 29))
    crop = Crop(left, top, data.draw(st.integers(left + 1, 40)), data.draw(st.integers(top + 1, 30)))
    image = prepare_image("a.png", file(gradient(40, 30), "PNG"), crop=crop)
    expected = np.asarray(gradient(40, 30), np.int16)[crop.top : crop.bottom, crop.left : crop.right]
    assert (pixels(image.part.data) == expected).all()


@pytest.mark.parametrize("crop", [Crop(0, 0, 41, 30), Crop(-1, 0, 5, 5), Crop(5, 5, 5, 9), Crop(9, 0, 3, 9)])
def test_what_is_no_region_is_a_mistake_of_the_caller(crop):
    with pytest.raises(ValueError, match="no region"):
        prepare_image("a.png", file(gradient(40, 30), "PNG"), crop=crop)


def test_at_full_size_every_pixel_goes_and_no_metadata():
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 14.1)})
    data = file(gradient(3000, 2000), "JPEG", quality=92, exif=exif)
    small, full = prepare_image("a.jpg", data), prepare_image("a.jpg", data, full_size=True)
    assert (small.part.width, full.part.width) == (2048, 3000)
    sent = Image.open(BytesIO(full.part.data))
    assert not sent.getexif() and "metadata dropped, with the place it was taken" in full.notes
    # Written with the file's own tables: what a second compression changes cannot be seen.
    assert np.abs(pixels(full.part.data) - pixels(data)).mean() < 0.6


def test_a_photo_saved_without_loss_stays_so_at_full_size():
    noise = np.random.default_rng(1).integers(0, 256, (900, 900, 3), np.uint8)
    data = file(Image.fromarray(noise), "PNG")
    assert prepare_image("a.png", data).part.media_type == "image/jpeg"
    full = prepare_image("a.png", data, full_size=True)
    assert full.part.media_type == "image/png" and (pixels(full.part.data) == noise).all()


@pytest.mark.parametrize("quality", [60, 80, 95])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_a_jpeg_that_keeps_its_size_keeps_its_quality_and_weight(quality, subsampling):
    data = file(Image.open(BytesIO(PHOTO)), "JPEG", quality=quality, subsampling=subsampling)
    image = prepare_image("a.jpg", data)
    assert np.abs(pixels(image.part.data) - pixels(data)).mean() < 0.6
    assert len(image.part.data) < 1.1 * len(data)


def test_a_heic_from_a_phone_is_upright_and_without_its_place():
    data = (MEDIA / "phone.heic").read_bytes()
    assert b"SecretPhone" in data
    image = prepare_image("IMG_1.HEIC", data)
    assert (image.part.width, image.part.height, image.part.media_type) == (107, 160, "image/jpeg")
    assert b"Secret" not in image.part.data and not Image.open(BytesIO(image.part.data)).getexif()
    assert "metadata dropped, with the place it was taken" in image.notes
    assert "converted from HEIC to JPEG" in image.notes


def test_the_marked_preview_is_dim_outside_the_region():
    image = prepare_image("a.png", file(Image.new("RGB", (1400, 700), "white"), "PNG"))
    shown = pixels(marked(image.small, Crop(700, 0, 1400, 700), 1400, 700))
    assert shown.shape == (350, 700, 3)
    assert shown[175, 100].mean() < 120 and shown[175, 500].mean() > 240
