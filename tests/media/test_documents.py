"""PDFs and TIFFs of several pages are page pictures, drawn in a process that a hostile file may end."""

from io import BytesIO

import cv2
import numpy as np
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from components.core.errors import MediaError
from components.core.parts import FramePart, ImagePart, Message
from components.history.part_json import content_of
from components.media import documents, limits
from components.media.attachments import attach
from components.media.clip_cache import ClipCache
from components.media.documents import open_document, page_list, read_pages
from components.media.estimates import part_tokens
from components.media.rendering import FrameStyle
from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard, replaced, restyled

from .papers import one_page, pdf, pictures, protected, saved, stream


def pages_of(data, side=1280, name="a.pdf"):
    document = open_document(name, data)
    return list(document.pages_at(range(document.frame_count), side, lambda: None))


@pytest.mark.parametrize("side", [640, 1280])
def test_each_page_is_pdfiums_drawing_of_it(side):
    data = pdf(3, sizes=[(595, 842), (842, 595), (300, 300)])
    pages = pages_of(data, side)
    document = pypdfium2.PdfDocument(data)
    for page in pages:
        longest = max(document.get_page_size(page.number))
        drawn = document[page.number].render(scale=min(side / longest, 300 / 72) * (1 - 1e-9)).to_numpy()
        assert np.array_equal(page.pixels, drawn) and max(page.pixels.shape) <= side
        assert page.text == f"This is {page.number + 1}."
    assert [page.number for page in pages] == [0, 1, 2]


@pytest.mark.parametrize(("mode", "options"), [("RGB", {}), ("1", {"compression": "group4"}), ("CMYK", {}), ("L", {})])
def test_each_page_of_a_tiff_is_pillows(mode, options):
    images = pictures(4, mode=mode)
    pages = pages_of(saved(images, "TIFF", **options), name="a.tif")
    assert len(pages) == 4
    for page, image in zip(pages, images, strict=True):
        assert np.array_equal(page.pixels[:, :, ::-1], np.asarray(image.convert("RGB")))


def test_the_dots_of_a_fax_are_made_square():
    (first, _) = pages_of(saved(pictures(2, mode="1"), "TIFF", dpi=(204, 98)), name="fax.tif")
    assert first.pixels.shape == (133, 96, 3)


def test_small_copies_in_a_tiff_are_no_pages():
    photo, copy, other = pictures(3)
    copy.encoderinfo = {"tiffinfo": {254: 1}}
    assert isinstance(attach("a.tif", saved([photo, copy], "TIFF")).parts[0], ImagePart)
    parts = attach("a.tif", saved([photo, copy, other], "TIFF")).parts
    assert [(part.page, part.pages) for part in parts] == [(1, 2), (2, 2)]


def test_a_tiff_of_one_page_stays_a_photo():
    assert isinstance(attach("a.tif", saved(pictures(1), "TIFF")).parts[0], ImagePart)


def test_thirty_pages_are_all_sent_and_say_which_they_are():
    attachment = attach("report.pdf", pdf(30))
    assert len(attachment.parts) == 30 and attachment.notes[0] == "30 of 30 pages are sent"
    assert attachment.parts[2].label() == "Page 3 of 30"
    assert attachment.parts[2].caption == "[Page 3 of 30] of report.pdf"
    assert max(attachment.parts[0].width, attachment.parts[0].height) == limits.PAGE_LONGEST_SIDE


@pytest.mark.nightly
def test_of_ten_thousand_pages_the_first_are_sent_and_the_rest_is_said():
    attachment = attach("long.pdf", pdf(10_000))
    assert [part.page for part in attachment.parts] == list(range(1, limits.DOCUMENT_PAGES + 1))
    assert attachment.notes[0] == f"{limits.DOCUMENT_PAGES} of 10,000 pages are sent"
    assert len(attach("long.pdf", pdf(9), 5).parts) == 5


def test_what_is_written_on_a_page_goes_along_by_choice():
    (plain,) = attach("a.pdf", pdf(1)).parts
    (part,) = attach("a.pdf", pdf(1), texts=True).parts
    assert plain.text == "" and part.text == "This is 1."
    assert part.caption == "[Page 1 of 1] of a.pdf, its text:\nThis is 1."
    assert part_tokens(part) > part_tokens(plain)
    assert part.data == plain.data


def test_a_storyboard_of_pages():
    document = open_document("a.pdf", pdf(12))
    cache = ClipCache()
    board = make_storyboard(document, Sampling("interval", interval_s=5.0, exact=True), cache=cache)
    assert [part.page for part in board.parts] == [1, 6, 11]
    board = replaced(board, 5, 1, cache)
    assert [part.page for part in board.parts] == [1, 7, 11]
    assert [part.page for part in board.without(0).parts] == [7, 11]
    smaller = restyled(board, FrameStyle(400, texts=True), cache)
    assert [max(part.width, part.height) for part in smaller.parts] == [400, 400, 400]
    assert [part.text for part in smaller.parts] == ["This is 1.", "This is 7.", "This is 11."]
    marked = make_storyboard(document, Sampling("marks", marks_s=(2.0, 3.0), exact=True), pinned=[9], cache=cache)
    assert [part.page for part in marked.parts] == [3, 4, 10]
    pixels = cv2.imdecode(np.frombuffer(marked.parts[0].data, np.uint8), cv2.IMREAD_COLOR)
    assert pixels.shape[:2] == (marked.parts[0].height, marked.parts[0].width)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (protected, "asks for a password"),
        (lambda: pdf(3)[:300], "is a damaged PDF"),
        (lambda: b"%PDF-1.7\n" + bytes(5000), "is a damaged PDF"),
        (lambda: pdf(0), "has no pages"),
        (lambda: bytes(limits.DOCUMENT_UPLOAD_BYTES + 1), "more than the 100 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(MediaError, match=rf"^'a\.pdf' .*{sentence}.*\.$"):
        attach("a.pdf", b"%PDF-" + data()[5:])


def forms(depth):
    """A page that draws ten forms, each of which draws ten others, and so on: `depth` deep."""
    ten = b" ".join([b"/F Do"] * 10)
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F %d 0 R >> >> "
    return one_page(
        stream(b"/F Do"),
        b"/XObject << /F 5 0 R >>",
        [*(stream(ten, form % (6 + at)) for at in range(depth)), stream(b"")],
    )


def test_a_page_that_takes_for_ever_is_given_up(monkeypatch):
    monkeypatch.setattr(documents, "_PAGE_S", 0.5)
    with pytest.raises(MediaError, match="None of the pages of 'bomb.pdf' can be drawn"):
        attach("bomb.pdf", forms(12))


def test_a_page_of_absurd_size_is_drawn_no_larger_than_others():
    (page,) = pages_of(pdf(1, sizes=[(99_999_999, 50_000_000)]))
    assert page.pixels.shape[1] <= 1280


def test_a_document_that_claims_more_pages_than_it_has_sends_those():
    attachment = attach("a.pdf", pdf(3).replace(b"/Count 3", b"/Count 90"))
    assert [part.page for part in attachment.parts] == [1, 2, 3]
    assert "pages 4-32 cannot be drawn and are left out" in attachment.facts.notes


def test_a_broken_table_of_objects_is_mended():
    data = pdf(3)
    start = data.index(b"xref\n0")
    assert len(pages_of(data[:start] + b"xref\n0 99999999\n" + data[data.index(b"trailer") :])) == 3


def test_a_tiff_that_was_cut_short_gives_the_pages_it_has():
    whole = saved(pictures(9), "TIFF")
    attachment = attach("a.tif", whole[: len(whole) // 2])
    assert 2 <= len(attachment.parts) < 9 and any("the file may be cut short" in note for note in attachment.notes)


def test_a_page_comes_back_from_the_history_and_a_frame_is_stored_as_ever():
    (page,) = attach("a.pdf", pdf(1), texts=True).parts
    message = Message("user", (page,))
    assert content_of(message).message() == message
    frame = FramePart(b"x", "image/jpeg", 1, 1, "a.mp4", 1.5)
    assert "page" not in content_of(Message("user", (frame,))).parts


@given(st.sets(st.integers(0, 200), max_size=40))
def test_a_list_of_pages_is_read_as_it_is_written(numbers):
    assert read_pages(page_list(sorted(numbers)), 201) == sorted(numbers)


@pytest.mark.parametrize(("text", "pages"), [("1 - 3, 5", [0, 1, 2, 4]), ("2;4", [1, 3]), ("9-99", [8, 9]), ("", [])])
def test_pages_as_people_write_them(text, pages):
    assert read_pages(text, 10) == pages


@pytest.mark.parametrize("text", ["0", "11", "3-1", "two", "1.5", "-3"])
def test_what_names_no_page_is_told(text):
    with pytest.raises(ValueError, match=".+"):
        read_pages(text, 10)


def test_transparent_pages_stand_on_white():
    clear = Image.new("RGBA", (20, 10), (255, 0, 0, 0))
    file = BytesIO()
    clear.save(file, "TIFF", save_all=True, append_images=[clear])
    assert (pages_of(file.getvalue(), name="a.tif")[0].pixels == 255).all()
