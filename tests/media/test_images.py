import struct
import tracemalloc
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageOps, PngImagePlugin, TiffImagePlugin, features

from components.core.errors import MediaError
from components.media import limits
from components.media.crops import Crop
from components.media.images import PANORAMA, prepare_image
from tests.nightly import many

PHOTO = (Path(__file__).parents[1] / "fixtures" / "media" / "china.jpg").read_bytes()
GPS, ORIENTATION, MAKE, XMP = 0x8825, 0x0112, 0x010F, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>xmp-secret</x:xmpmeta>"


PLACE = {1: "N", 2: (48.0, 8.0, 14.1), 3: "E", 4: (11.0, 34.0, 31.9)}


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def photo(width: int = 64, height: int = 48) -> Image.Image:
    return opened(PHOTO).resize((width, height))


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    values = np.random.default_rng(0).integers(0, 256, (height, width, len(mode)), dtype=np.uint8)
    return Image.fromarray(values, mode=None).convert(mode)


def phone_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKE] = "SecretPhone"
    exif.get_ifd(GPS).update(PLACE)
    return exif


def test_a_photo_stays_a_jpeg_of_its_size():
    image = prepare_image("china.jpg", PHOTO)
    assert (image.part.media_type, image.part.width, image.part.height, image.part.name) == (
        "image/jpeg",
        640,
        427,
        "china.jpg",
    )
    assert (image.original_width, image.original_height) == (640, 427)
    assert (image.original_bytes, image.original_format) == (len(PHOTO), "JPEG")
    assert opened(image.part.data).format == "JPEG"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WebP", "TIFF"])
def test_place_and_camera_are_gone(format):
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[MAKE], tags[GPS] = "SecretPhone", PLACE
    options = {"tiffinfo": tags} if format == "TIFF" else {"exif": phone_exif()}
    data = encoded(photo(), format, **options)
    assert opened(data).getexif().get_ifd(GPS), "the test's own file must carry the place"
    ending = {"JPEG": "jpg", "TIFF": "tif"}.get(format, format.lower())
    image = prepare_image(f"a.{ending}", data)
    sent = opened(image.part.data)
    assert not sent.getexif() and not sent.getexif().get_ifd(GPS)
    assert b"Secret" not in image.part.data and b"Exif" not in image.part.data
    assert "metadata dropped, with the place it was taken" in image.notes


def test_xmp_iptc_comment_profile_and_what_follows_the_end_are_gone():
    iptc = b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x10iptc-secret12345"
    data = encoded(photo(), "JPEG", comment=b"comment-secret", icc_profile=profile("sRGB"), xmp=XMP[29:])
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    data = data[:2] + segment + data[2:] + b"motion-photo-secret"
    image = prepare_image("a.jpg", data)
    assert b"secret" in data and b"secret" not in image.part.data
    assert opened(image.part.data).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert "metadata dropped" in image.notes


def test_png_text_is_gone():
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "text-secret")
    text.add_itxt("Comment", "text-secret")
    image = prepare_image("a.png", encoded(photo(), "PNG", pnginfo=text))
    assert b"secret" not in image.part.data and not opened(image.part.data).info
    assert "metadata dropped" in image.notes


def test_a_picture_without_metadata_has_no_note():
    assert prepare_image("a.png", encoded(photo(), "PNG")).notes == ()


CORNERS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}


def corners() -> Image.Image:
    """60 x 40: red, lime above blue, yellow."""
    image = Image.new("RGB", (60, 40))
    draw = ImageDraw.Draw(image)
    for number, colour in enumerate(CORNERS.values()):
        draw.rectangle((number % 2 * 30, number // 2 * 20, number % 2 * 30 + 29, number // 2 * 20 + 19), fill=colour)
    return image


# What a camera held that way stores, so that the orientation undoes it.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_comes_out_upright(orientation, format):
    turn = STORED[orientation]
    stored = corners() if turn is None else corners().transpose(turn)
    ending = {"JPEG": "jpg", "PNG": "png", "TIFF": "tiff"}[format]
    image = prepare_image(f"a.{ending}", encoded(stored, format, exif=phone_exif(orientation)))
    sent = opened(image.part.data).convert("RGB")
    assert sent.size == (image.part.width, image.part.height) == (60, 40)
    spots = [sent.getpixel(spot) for spot in ((15, 10), (45, 10), (15, 30), (45, 30))]
    assert np.abs(np.subtract(spots, list(CORNERS.values()))).max() < 12
    assert ("turned upright" in image.notes) == (orientation > 1)


# The app's filter for it; pytest sets its own for each test.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_broken_exif_is_no_reason_to_refuse():
    image = prepare_image("a.jpg", encoded(photo(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xffgarbage"))
    assert image.part.width == 64


@pytest.mark.parametrize(
    ("size", "sent"),
    [((2048, 100), (2048, 100)), ((2049, 100), (2048, 100)), ((1000, 4096), (500, 2048)), ((9000, 2), (2048, 1))],
)
def test_only_a_longer_side_than_the_limit_is_scaled_down(size, sent):
    image = prepare_image("a.jpg", encoded(Image.new("RGB", size, "teal"), "JPEG"))
    assert (image.part.width, image.part.height) == sent == opened(image.part.data).size
    note = f"downscaled from {size[0]} x {size[1]} to {sent[0]} x {sent[1]} px"
    assert (note in image.notes) == (size != sent)


def screen(width: int, height: int) -> Image.Image:
    """Lines one pixel wide, as thin as the strokes of small text."""
    values = np.full((height, width, 3), 255, np.uint8)
    values[::3], values[:, ::7] = 0, (30, 60, 160)
    return Image.fromarray(values)


@pytest.mark.parametrize("size", [(3840, 2160), (1170, 2532), (4096, 100)])
def test_a_screen_keeps_every_pixel(size):
    image = prepare_image("a.png", encoded(screen(*size), "PNG"))
    assert opened(image.part.data).tobytes() == screen(*size).tobytes()
    assert image.part.media_type == "image/png" and image.notes == () and not image.downscaled


def test_a_screen_too_large_for_that_is_told_what_may_be_lost():
    image = prepare_image("a.png", encoded(screen(5120, 400), "PNG"))
    assert (image.part.width, image.part.height) == (4096, 320)
    assert any("small text in it may no longer be readable" in note for note in image.notes)


@pytest.mark.nightly
def test_the_heaviest_picture_stays_within_the_limit():
    for image in (noise(2048, 2048), noise(2048, 2048, "RGBA")):
        part = prepare_image("a.png", encoded(image, "PNG", compress_level=1)).part
        assert len(part.data) <= limits.IMAGE_BYTES
        assert part.media_type == "image/jpeg"


def test_text_stays_lossless_and_a_photo_does_not():
    page = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(page).text((20, 20), "The quick brown fox\n" * 20, fill="black")
    sent = prepare_image("a.png", encoded(page, "PNG")).part
    assert sent.media_type == "image/png"
    assert opened(sent.data).tobytes() == page.tobytes()
    large = prepare_image("a.png", encoded(opened(PHOTO), "PNG"))
    assert large.part.media_type == "image/jpeg"
    assert large.notes == ("converted from PNG to JPEG",)


@pytest.mark.parametrize("format", ["PNG", "WebP", "TIFF"])
def test_transparency_is_kept(format):
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 0, 20, 40))
    options = {"lossless": True} if format == "WebP" else {}
    part = prepare_image(f"a.{format.lower()}", encoded(clear, format, **options)).part
    sent = opened(part.data)
    assert (sent.format, sent.mode) == ("PNG", "RGBA")
    assert (sent.getpixel((5, 5)), sent.getpixel((35, 5))[3]) == ((0, 0, 255, 255), 0)


def test_transparent_parts_are_made_white_by_choice():
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 0, 20, 40))
    image = prepare_image("a.png", encoded(clear, "PNG"), on_white=True)
    sent = opened(image.part.data)
    assert (sent.mode, sent.getpixel((5, 5)), sent.getpixel((35, 5))) == ("RGB", (0, 0, 255), (255, 255, 255))
    assert image.transparent and image.on_white and "transparent parts made white" in image.notes
    plain = prepare_image("a.png", encoded(photo(), "PNG"), on_white=True)
    assert not plain.transparent and "transparent parts made white" not in plain.notes


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_region_of_a_turned_photo_that_is_unpacked_smaller_is_the_same_region(orientation, monkeypatch):
    monkeypatch.setattr(limits, "IMAGE_LONGEST_SIDE", 128)
    stored = photo(640, 320)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    data = encoded(stored, "JPEG", quality=95, exif=exif)
    upright = ImageOps.exif_transpose(opened(data))
    whole = prepare_image("a.jpg", data)
    assert (whole.original_width, whole.original_height) == upright.size
    crop = Crop(10, 20, upright.width - 10, upright.height - 6)
    region = prepare_image("a.jpg", data, crop=crop)
    expected = upright.crop((crop.left, crop.top, crop.right, crop.bottom)).resize((16, 16))
    difference = np.asarray(opened(region.part.data).resize((16, 16)), float) - np.asarray(expected, float)
    assert np.abs(difference).mean() < 4


def test_a_jpeg_of_more_pixels_than_others_may_have_is_unpacked_smaller():
    data = encoded(Image.new("L", (12_000, 9_000), 200), "JPEG")
    image = prepare_image("a.jpg", data)
    assert (image.original_width, image.original_height, image.part.width) == (12_000, 9_000, 2048)
    with pytest.raises(MediaError, match="too many pixels to be sent at full size: crop it"):
        prepare_image("a.jpg", data, full_size=True)


def test_a_panorama_gets_the_hint_to_crop():
    assert PANORAMA in prepare_image("a.jpg", encoded(photo(6000, 1200), "JPEG")).notes
    assert PANORAMA not in prepare_image("a.jpg", encoded(photo(4000, 3000), "JPEG")).notes
    assert PANORAMA not in prepare_image("a.jpg", encoded(photo(1500, 300), "JPEG")).notes


def test_alpha_that_hides_nothing_is_dropped():
    assert opened(prepare_image("a.png", encoded(photo().convert("RGBA"), "PNG")).part.data).mode == "RGB"


def test_palette_with_and_without_transparency():
    palette = corners().convert("P", palette=Image.Palette.ADAPTIVE)
    plain = prepare_image("a.png", encoded(palette, "PNG"))
    assert opened(plain.part.data).getpixel((15, 10)) == (255, 0, 0)
    assert plain.notes == ("converted from a colour palette",)
    hidden = palette.getpixel((15, 10))
    clear = opened(prepare_image("a.png", encoded(palette, "PNG", transparency=hidden)).part.data)
    assert (clear.mode, clear.getpixel((15, 10))[3], clear.getpixel((45, 10))) == ("RGBA", 0, (0, 255, 0, 255))


def test_sixteen_bits_are_scaled_not_clipped():
    ramp = Image.fromarray(np.linspace(0, 65535, 256, dtype=np.uint16).reshape(16, 16))
    for name, format in (("a.png", "PNG"), ("a.tif", "TIFF")):
        image = prepare_image(name, encoded(ramp, format))
        assert np.array_equal(np.asarray(opened(image.part.data)).ravel(), np.arange(256))
        assert "converted from 16-bit grey" in image.notes


def test_16_bits_a_colour_are_said_to_become_8():
    rows = b"".join(b"\0" + bytes([200, 1, 100, 2, 50, 3]) * 4 for _ in range(4))
    header = struct.pack(">IIBBBBB", 4, 4, 16, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )
    image = prepare_image("a.png", png)
    assert image.notes == ("converted from 16 bits a colour",)
    assert Image.open(BytesIO(image.part.data)).getpixel((0, 0)) == (200, 100, 50)


def test_floating_point_grey_is_stretched():
    values = np.linspace(-3, 7, 256, dtype=np.float32).reshape(16, 16)
    values[0, 0] = np.nan
    sent = np.asarray(opened(prepare_image("a.tif", encoded(Image.fromarray(values), "TIFF")).part.data))
    assert (sent.min(), sent.max()) == (0, 255)


def test_cmyk_becomes_rgb():
    image = prepare_image("a.jpg", encoded(corners().convert("CMYK"), "JPEG", quality=95))
    sent = opened(image.part.data)
    assert sent.mode == "RGB" and "converted from CMYK" in image.notes
    assert np.abs(np.subtract(sent.getpixel((15, 10)), (255, 0, 0))).max() < 12


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_grey_and_black_and_white(mode):
    part = prepare_image("a.png", encoded(photo().convert(mode), "PNG")).part
    assert opened(part.data).size == (64, 48)


def profile(name: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()


def swapped_profile() -> bytes:
    """sRGB with its red and blue primaries exchanged: what is stored as red is meant as blue."""
    data = profile("sRGB")
    table = {data[i : i + 4]: i for i in range(132, 132 + 12 * int.from_bytes(data[128:132], "big"), 12)}
    red, blue = table[b"rXYZ"], table[b"bXYZ"]
    swapped = bytearray(data)
    swapped[red : red + 4], swapped[blue : blue + 4] = b"bXYZ", b"rXYZ"
    start = int.from_bytes(data[table[b"desc"] + 4 : table[b"desc"] + 8], "big")
    size = int.from_bytes(data[table[b"desc"] + 8 : table[b"desc"] + 12], "big")
    for old in (b"sRGB", "sRGB".encode("utf-16-be")):
        new = old.replace(b"s", b"x", 1)
        swapped[start : start + size] = swapped[start : start + size].replace(old, new)
    return bytes(swapped)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_foreign_profile_is_applied_then_dropped(mode):
    red = Image.new(mode, (20, 20), (255, 0, 0, 128)[: len(mode)])
    image = prepare_image("a.png", encoded(red, "PNG", icc_profile=swapped_profile()))
    sent = opened(image.part.data)
    assert sent.getpixel((5, 5))[2] > 200 > 50 > sent.getpixel((5, 5))[0]
    assert "icc_profile" not in sent.info and sent.mode == mode
    assert any(note.startswith("colours converted from ") for note in image.notes)


def test_an_srgb_profile_changes_nothing():
    image = prepare_image("a.png", encoded(corners(), "PNG", icc_profile=profile("sRGB")))
    assert opened(image.part.data).tobytes() == corners().tobytes()
    assert not any("colour" in note for note in image.notes)


@pytest.mark.parametrize("data", [b"garbage", profile("LAB")])
def test_a_profile_that_does_not_fit_is_dropped_with_a_note(data):
    image = prepare_image("a.png", encoded(corners(), "PNG", icc_profile=data))
    assert opened(image.part.data).tobytes() == corners().tobytes()
    assert "its colour profile does not fit and was dropped" in image.notes


@pytest.mark.parametrize("format", ["GIF", "WebP", "PNG"])
def test_of_an_animation_the_first_picture_is_sent(format):
    pages = [Image.new("RGB", (30, 20), colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if format == "WebP" else {}
    data = encoded(pages[0], format, save_all=True, append_images=pages[1:], **options)
    image = prepare_image(f"a.{format.lower()}", data)
    sent = opened(image.part.data)
    assert getattr(sent, "n_frames", 1) == 1 and sent.convert("RGB").getpixel((5, 5)) == (255, 0, 0)
    assert "only the first of 3 pictures in it is sent" in image.notes


@pytest.mark.parametrize("format", ["BMP", "TIFF", "GIF", "WebP", "AVIF"])
def test_other_formats_are_converted(format):
    if format == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    image = prepare_image(f"a.{format.lower()}", encoded(corners(), format))
    assert image.original_format == format and image.part.media_type == "image/png"
    assert f"converted from {format} to PNG" in image.notes


def test_a_tiny_picture_is_fine():
    assert prepare_image("a.png", encoded(Image.new("RGB", (1, 1)), "PNG")).part.width == 1


@pytest.mark.parametrize("cut", [0.02, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_jpeg_is_refused(cut):
    with pytest.raises(MediaError, match=r"'a\.jpg' is a damaged or cut-off JPEG picture: .+ attach that\.$"):
        prepare_image("a.jpg", PHOTO[: int(len(PHOTO) * cut)])


@pytest.mark.parametrize("format", ["PNG", "GIF", "WebP", "BMP", "TIFF"])
@pytest.mark.parametrize("cut", [0.3, 0.7, 0.98])
def test_a_cut_picture_of_any_format_is_refused(format, cut):
    data = encoded(photo(200, 150), format)
    with pytest.raises(MediaError, match="damaged or cut-off"):
        prepare_image(f"a.{format.lower()}", data[: int(len(data) * cut)])


def test_a_png_with_a_wrong_checksum_is_refused():
    data = bytearray(encoded(photo(), "PNG"))
    data[-14] ^= 1  # the last byte of the pixels' checksum
    with pytest.raises(MediaError, match="damaged"):
        prepare_image("a.png", bytes(data))


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


# Between Pillow's limit and its double it only warns; above that it raises.
@pytest.mark.parametrize("side", [9_500, 12_000, 50_000])
def test_a_decompression_bomb_is_refused_before_it_unfolds(side):
    data = png_header(side, side)
    tracemalloc.start()
    try:
        with pytest.raises(MediaError, match=r"'a\.png' claims more than 89 million pixels.*scale it down"):
            prepare_image("a.png", data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.filterwarnings("ignore")
def test_a_bomb_is_refused_where_warnings_are_off():
    with pytest.raises(MediaError, match="million pixels"):
        prepare_image("a.png", png_header(12_000, 12_000))


@pytest.mark.parametrize("data", [b"", b"just some text", b"%PDF-1.7", b"8BPS"])
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(MediaError, match=r"'a\.png' (is empty|is named \.png but holds)"):
        prepare_image("a.png", data)


def test_a_file_over_the_limit_is_refused_unread(monkeypatch):
    monkeypatch.setattr(limits, "IMAGE_UPLOAD_BYTES", 1000)
    with pytest.raises(MediaError, match="more than the"):
        prepare_image("china.jpg", PHOTO)


SMALL = {
    ending: encoded(photo(), format)
    for ending, format in (("png", "PNG"), ("jpg", "JPEG"), ("gif", "GIF"), ("webp", "WebP"), ("tif", "TIFF"))
}


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=many(150), deadline=None)
@given(st.sampled_from(sorted(SMALL)), st.data())
def test_damage_anywhere_is_refused_or_read_never_a_traceback(ending, data):
    whole = bytearray(SMALL[ending])
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=6)):
        whole[place] = data.draw(st.integers(0, 255))
    damaged = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        image = prepare_image(f"a.{ending}", damaged)
    except MediaError as refusal:
        assert str(refusal).startswith("'a.") and "\n" not in str(refusal)
    else:
        assert opened(image.part.data).size == (image.part.width, image.part.height)


@settings(max_examples=many(60), deadline=None)
@given(st.sampled_from(sorted(limits.PICTURE_ENDINGS)), st.binary(max_size=400))
def test_random_bytes_are_refused(ending, data):
    with pytest.raises(MediaError):
        prepare_image(f"a.{ending}", data)
