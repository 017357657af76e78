"""Safe by construction: nothing of a text becomes markup, is fetched or goes anywhere but to the web."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.markdown.code import highlighted
from components.markdown.document import html_of
from components.markdown.style import COLOURS
from components.markdown.writer import Writer
from tests.markdown.reading import words
from tests.nightly import many

PAGE = Writer(scripted=True)
ALONE = Writer()
_TAGS = set(
    "a blockquote br code div em h1 h2 h3 h4 h5 h6 hr input li ol p pre s span strong sup table tbody td th thead tr "
    "ul math mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd "
    "mtext mtr munder munderover".split()
)


class _Check(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("src", "style", "srcset", "id", "name"), (tag, name)
            if name == "href":
                assert value and value.lower().startswith(("http:", "https:", "mailto:")), value


def check(text: str) -> None:
    for writer in (PAGE, ALONE):
        checker = _Check()
        checker.feed(html_of(text, writer))
        checker.close()


_DANGEROUS = [
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java&#10;script:alert(1))", "<javascript:alert(1)>",
    "[x](data:text/html,<script>)", "[x](vbscript:x)", "![x](http://127.0.0.1:9/x.png)",
    "![x](data:image/png;base64,AA)",
    "![](//evil)", '![x](x "onerror=alert(1)")', '[x](http://a" onclick="alert(1))', "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>", "```<b>\n</code></pre><script>\n```", '```"onclick="x\ny\n```', "`</code><script>`",
    '[x]: <javascript:alert(1)> "a"\n\n[x]', "[^<b>]: <i>\n\n[^<b>]", "$\\text{<img src=x>}$", "$$<script>$$",
    "| <b> | `<i>` |\n|---|---|\n| \" | ' |", "# <h1 onclick=x>", "- [x] <b>", "http://a.b/<script>",
    "a&lt;script&gt;",
]  # fmt: skip


@pytest.mark.parametrize("text", _DANGEROUS)
def test_nothing_of_a_text_becomes_markup(text: str):
    check(text)


@settings(max_examples=many(300))
@given(
    st.lists(st.sampled_from([*_DANGEROUS, "\n\n", "\n", " ", "`", "$", "<", '"', "|", "(", ")"]), max_size=8).map(
        "".join
    )
)
def test_no_mixture_becomes_markup(text: str):
    check(text)


def test_links_open_elsewhere_and_tell_nothing():
    elsewhere = 'target="_blank" rel="noopener noreferrer nofollow"'
    assert html_of("[a](https://x.org/?q=1&r=2)") == (
        f'<p dir="auto"><a href="https://x.org/?q=1&amp;r=2" {elsewhere}>a</a></p>'
    )
    assert html_of("[a](/history)") == '<p dir="auto"><a title="/history">a</a></p>'


def test_pictures_are_links_with_a_label():
    assert 'href="http://x/c.png"' in html_of("![a *cat*](http://x/c.png)")
    assert words(html_of("![a *cat*](http://x/c.png)")) == "picture: a cat"
    assert words(html_of("![](http://x/c.png)")) == "picture: http://x/c.png"


def test_a_picture_within_a_link_leaves_the_link_whole():
    written = html_of("[![build](http://x/badge.svg)](https://ci.example/run)")
    assert written.count("<a ") == 1 and "https://ci.example/run" in written and 'title="http://x/badge.svg"' in written
    assert words(written) == "picture: build"


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("- مبتدأ\n- خبر", "rtl"),
        ("> שלום", "rtl"),
        ("- word\n- مبتدأ", "ltr"),
        ("1. 25 دولار", "rtl"),
        ("| א |\n|---|", "rtl"),
    ],
)
def test_lists_tables_and_quotations_go_the_way_of_their_words(text: str, direction: str):
    assert f'dir="{direction}"' in html_of(text)


def test_the_colours_leave_the_code_as_it_is():
    for language, code in (
        ("python", 'def f(x):\n\treturn "😀" + x  # ü\n\n\n'),
        ("json", '{"a": [1, 2.5, null]}'),
        ("diff", "+a\n-b\n@@ 1 @@"),
        ("sh", "\n\n  ls $HOME | grep 'x'\n"),
        ("nonsense", "a"),
    ):
        assert "".join(text for _, text in highlighted(code, language)) == code
        assert len(list(highlighted(code, language))) > 1 or language == "nonsense"
    counted = re.search(r'data-colours="([^"]*)"', html_of('```py\nx = "😀"\n```', PAGE))
    assert counted and sum(int(size) for size in re.findall(r"\d+", counted[1])) == len('x = "😀"') + 1  # in UTF-16


@pytest.mark.parametrize("theme", [0, 1])
def test_colours_can_be_read(theme):
    colours = {name: pair[theme] for name, pair in COLOURS.items()}
    for name in ("code", "keyword", "string", "number", "comment", "name", "deleted", "quiet"):
        assert _contrast(colours[name], colours["code-ground"]) >= 4.5, name
    for name in ("text", "quiet", "link", "deleted"):
        assert _contrast(colours[name], colours["ground"]) >= 4.5, name


def _contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


_DEEP = [
    ">" * 500 + " deep", "\n".join("  " * n + f"- level {n}" for n in range(100)) + "\n", "[" * 5000, "![" * 3000,
    "(" * 5000, "**a " * 3000, "`" * 5000 + "a", "- " * 2000 + "x", "1. " * 800 + "x", "_a_*b*" * 2000, "<" * 5000,
    "[a](" * 2000, "&" * 5000, "\\" * 5001, "|" * 3000 + "\n" + "|-" * 3000, "~" * 5000, "*a **b " * 1500,
    "[^a]: " * 300,
    "$$" * 3000, "{" * 5000, "> - " * 300 + "x",
    "a\n" * 5000, "@" * 5000, "w" * 20000, "www." * 4000, "http://" * 2000,
    "".join("- " + "  " * (n % 40) + "x\n" for n in range(2000)), "${" * 2000 + "x" + "}" * 2000 + "$",
]  # fmt: skip


@pytest.mark.parametrize("text", _DEEP, ids=range(len(_DEEP)))
def test_no_text_is_too_deep_or_takes_for_ever(text: str):
    before = time.process_time()
    check(text)
    assert time.process_time() - before < 20  # a second or two; this is about quadratic time and recursion


def test_the_depth_of_the_deep_is_still_read():
    assert words(html_of(">" * 500 + " deep")) == "deep"
    levels = "\n".join("  " * n + f"- level {n}" for n in range(60))
    assert words(html_of(levels)).split() == " ".join(f"level {n}" for n in range(60)).split()
    assert "level 99" in words(html_of(_DEEP[1]))
