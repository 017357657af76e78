import io

import numpy as np
import pytest
from PIL import Image

from components.media.closeups import busiest, closeup
from components.media.crops import Crop
from components.media.images import prepare_image

# A grey wall, and one place of fine grain on it.
WIDTH, HEIGHT = 4200, 2800
GRAIN = Crop(3100, 400, 3420, 640)


@pytest.fixture(scope="module")
def pixels():
    wall = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    grain = np.random.default_rng(0).integers(0, 255, (GRAIN.height, GRAIN.width, 3), np.uint8)
    wall[GRAIN.top : GRAIN.bottom, GRAIN.left : GRAIN.right] = grain
    return wall


def file_of(pixels, format="TIFF", **options):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format, **options)
    return stream.getvalue()


def read(png):
    return np.asarray(Image.open(io.BytesIO(png)))


def test_the_busiest_place_is_shown_as_it_came_and_as_it_is_sent(pixels):
    image = prepare_image("wall.tiff", file_of(pixels))
    assert image.downscaled
    close = closeup(image, *busiest(image))
    region = close.region
    assert abs(region.left - GRAIN.left) < 40 and abs(region.top - GRAIN.top) < 40
    before, after = read(close.before), read(close.after)
    assert before.shape == after.shape == (2 * region.height, 2 * region.width, 3)
    # Its very pixels, each a square of four.
    original = pixels[region.top : region.bottom, region.left : region.right]
    assert np.array_equal(before[::2, ::2], original) and np.array_equal(before[1::2, 1::2], original)
    # Of what is sent, too; it has fewer there, and less grain.
    assert (close.sent_width, close.sent_height) == (156, 117)
    sent = read(image.part.data)
    scale = image.part.width / WIDTH
    assert np.array_equal(after[240, 320], sent[int((region.top + 120) * scale), int((region.left + 160) * scale)])
    assert after.std() < 0.8 * before.std()


def test_a_place_of_a_turned_and_cropped_photo_is_found(pixels):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    data = file_of(np.rot90(pixels, 1), "PNG", exif=exif)
    crop = Crop(500, 100, 4200, 2800)
    image = prepare_image("wall.png", data, crop=crop)
    assert (image.original_width, image.original_height) == (WIDTH, HEIGHT)
    close = closeup(image, *busiest(image))
    assert abs(close.region.left - GRAIN.left) < 40 and abs(close.region.top - GRAIN.top) < 40
    region = close.region
    assert np.array_equal(read(close.before)[::2, ::2], pixels[region.top : region.bottom, region.left : region.right])


@pytest.mark.parametrize("place", [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
def test_the_edges_of_a_photo_are_shown(place):
    image = prepare_image("long.jpg", file_of(np.zeros((100, 5000, 3), np.uint8), "JPEG"))
    close = closeup(image, *place)
    assert close.region.fits(5000, 100) and (close.region.width, close.region.height) == (320, 100)
    assert close.region.left == round(place[0] * 4680)
    assert busiest(image) == (0.0, 0.0)
