"""SVG: its source by default; by choice a picture, for which nothing is fetched, read or run."""

import pytest

from components.core.errors import MediaError
from components.media.attachments import as_source, attach, drawn
from components.media.signatures import recognise
from components.media.svg import written_anew

from .test_images import opened

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
BARS = HEAD + 'width="200" height="100"><rect width="100" height="100" fill="#f00"/></svg>'


def test_its_source_is_sent_until_it_is_drawn_and_again_after_that():
    source = attach("a.svg", BARS.encode())
    assert (source.kind, source.parts[0].text, source.parts[0].language) == ("file", BARS, "xml")
    picture = drawn(source)
    sent = opened(picture.parts[0].data).convert("RGB")
    assert (picture.kind, sent.size) == ("image", (1024, 512))
    assert (sent.getpixel((100, 100)), sent.getpixel((900, 100))) == ((255, 0, 0), (255, 255, 255))
    assert as_source(picture) == source


@pytest.mark.parametrize("family", ['font-family="Nowhere"', 'style="font-family: Nowhere"', ""])
def test_text_is_drawn_whatever_font_it_asks_for(family):
    svg = HEAD + f'width="100" height="40"><text x="5" y="30" font-size="30" {family}>Text</text></svg>'
    low, _ = opened(drawn(attach("a.svg", svg.encode())).parts[0].data).convert("L").getextrema()
    assert low < 60


@pytest.mark.parametrize(
    ("inside", "gone", "note"),
    [
        ('<image href="/etc/secret.png"/>', "secret", "1 reference to another file in it left out"),
        ('<image xlink:href="http://127.0.0.1/x.png"/>', "127.0.0.1", "1 reference to another file in it left out"),
        ('<use href="other.svg#a"/><feImage href="f.png"/>', "other", "2 references to other files in it left out"),
        ('<image href="data:image/svg+xml,x"/>', "svg+xml", "1 reference to another file in it left out"),
        ("<script>alert(1)</script>", "alert", "1 script in it left out"),
        ("<foreignObject><p/></foreignObject>", "foreignObject", "1 part in HTML in it left out"),
    ],
)
def test_what_leads_out_of_it_is_left_out(inside, gone, note):
    svg, notes = written_anew(f'{HEAD} width="9" height="9">{inside}</svg>'.encode())
    assert gone not in svg and notes == [note]


def test_what_is_within_it_stays():
    inside = '<image href="data:image/png;base64,AAAA"/><use href="#a"/>'
    svg, notes = written_anew(f'{HEAD} width="9" height="9">{inside}</svg>'.encode())
    assert "base64,AAAA" in svg and "#a" in svg and notes == []


USES = "".join(f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 12))


@pytest.mark.parametrize(
    ("svg", "reason"),
    [
        (f'<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>{HEAD}>&b;</svg>', "declares entities"),
        (HEAD + 'width="9"><g></svg>', "not well-formed"),
        (HEAD + 'width="9" height="9">' + "<g>" * 500 + "</g>" * 500 + "</svg>", "more parts than"),
        (f'{HEAD} width="9" height="9"><g id="a0"/>{USES}<use href="#a11"/></svg>', "cannot be drawn"),
    ],
    ids=["entities", "broken", "deep", "uses"],
)
def test_bombs_are_refused_in_a_sentence(svg, reason):
    file = attach("a.svg", svg.encode())
    with pytest.raises(MediaError, match=f"^'a.svg' .*{reason}.*source text.*\\.$"):
        drawn(file)


@pytest.mark.parametrize(
    ("size", "sent"),
    [
        ('width="1000000" height="500000"', (2048, 1024)),
        ('width="24" height="24"', (1024, 1024)),
        ('viewBox="0 0 30 10"', (1024, 341)),
        ('width="10cm" height="5cm"', (1024, 512)),
        ('width="100%" height="100%" viewBox="0 0 20 10"', (1024, 512)),
    ],
)
def test_it_is_drawn_large_enough_to_be_read_and_no_larger_than_is_sent(size, sent):
    svg, _ = written_anew(f"{HEAD} {size}/>".encode())
    assert f'width="{sent[0]}"' in svg and f'height="{sent[1]}"' in svg


@pytest.mark.parametrize(
    "before", ["", "\ufeff", '<?xml version="1.0"?>\n', "<!-- a -->\n<!-- b -->", "<!DOCTYPE svg PUBLIC 'x' 'y'>"]
)
def test_its_root_makes_a_drawing(before):
    assert recognise(f"{before}<svg/>".encode()).format == "SVG"
    assert recognise(f"{before}<p><svg/></p>".encode()).format == "text"
    assert recognise(b"<!-- -->" * 500).format == "text"
