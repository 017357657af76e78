"""A growing text shows the same as the whole at its end, and on the way no raw marks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.markdown import growing
from components.markdown.document import html_of
from components.markdown.growing import GrowingText
from components.markdown.writer import Writer
from tests.benchmarks.streaming import markdown
from tests.markdown.reading import words
from tests.nightly import many

TEXTS = [
    markdown(2_500),
    "see [a] and [^n], ![b]\n\npara\n\n[a]: http://x.y\n\n[^n]: note\n    more\n\nlast\n\n[b]: /c",
    "text\n$$\nx\n\nmore\n",
    "text\n$$\nx\n- y\n\nmore\n",
    "p\n\n$$\na\n+ b\n$$\n\nq \\[\nx\n\\] z",
    "a\n\n| a | b |\n|---|---|\n| 1 | **2** |\n\nq\n```\ncode\n\n```\nz",
    "- a\n\n  b\n- c\n\n\n  d\n\ne\n---\n\n    code\n\n\n    more\n",
    "1. a\n\n1\n\n1. b\n\n> q\nlazy\n\n> r\n",
    "a\r\nb\r\n\r\n```\r\nc\r\n```\r\n",
    "😀 **重点：**内容\n\n重点\n\n[^1]: x\n",
    "[a]:\nhttp://x\n'title'\n\n[a]\n\n[a]: http://second",
    "\\begin{align}\na\n\\end{align}\n# h\n\\begin{align}\n\nb",
]


def streamed(text: str, cuts: list[int]) -> str:
    writer = GrowingText(Writer())
    position = 0
    for cut in [*cuts, len(text)]:
        writer.feed(text[position:cut])
        position = cut
        writer.advance()
        writer.tail()
    writer.advance(ended=True)
    tail = writer.tail(ended=True)
    writer.settle()
    return "".join(block.html for block in writer.blocks) + tail


@pytest.fixture(autouse=True)
def _every_block_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "_SHORTEST_BLOCK", 1)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_that_comes_letter_by_letter_ends_as_the_whole(text: str):
    assert streamed(text, list(range(1, len(text)))) == html_of(text)


_PIECES = [
    "a", "b c", "\n", "\n\n", "\r\n", "- ", "  ", "    ", "1. ", "> ", "# ", "```", "~~~", "`", "**",
    "*", "_", "~~", "$$",
    "$", "\\[", "\\]", "\\(", "\\)", "|", "|---|", "---", "===", "[a]", "[a]: b", "[^1]", "[^1]: c", "(d)", "<", "\\",
    "重点：", "\t", "\\begin{align}", "\\end{align}", "- [x] ", "![", "😀",
]  # fmt: skip


@settings(max_examples=many(500))
@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join), st.data())
def test_a_text_that_is_cut_anywhere_ends_as_the_whole(text: str, data: st.DataObject):
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=8).map(sorted))
    assert streamed(text, cuts) == html_of(text)


def test_the_same_text_gives_the_same_blocks_in_whatever_pieces_it_comes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    text = markdown(4_000)
    cut = []
    for size in (1, 7, 500, len(text)):
        writer = GrowingText(Writer())
        for at in range(0, len(text), size):
            writer.feed(text[at : at + size])
            writer.advance()
        writer.advance(ended=True)
        cut.append([block.text for block in writer.blocks])
    assert len(cut[0]) > 5 and all(one == cut[0] for one in cut)


def test_a_half_character_waits_for_its_other_half():
    writer = GrowingText(Writer())
    writer.feed("a \ud83d")
    assert words(writer.tail()) == "a"
    writer.feed("\ude00")
    assert words(writer.tail()) == "a 😀"
    writer.feed("\ud83d")
    writer.advance(ended=True)
    assert words(writer.tail(ended=True)) == "a 😀\ufffd"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a **bo", '<p dir="auto">a <strong>bo</strong></p>'),
        ("a **", '<p dir="auto">a</p>'),
        ("**bold*", '<p dir="auto"><strong>bold</strong></p>'),
        ("a *it", '<p dir="auto">a <em>it</em></p>'),
        ("a `co", '<p dir="auto">a <code>co</code></p>'),
        ("a ~~st", '<p dir="auto">a <s>st</s></p>'),
        ("see [li", '<p dir="auto">see li</p>'),
        ("see [link](htt", '<p dir="auto">see link</p>'),
        ("![al", '<p dir="auto">al</p>'),
        ("text\n-", '<p dir="auto">text</p>'),
        ("text\n``", '<p dir="auto">text</p>'),
        ("text\n*", '<p dir="auto">text</p>'),
        ("```py\nx\n``", '<div class="code" data-language="py"><pre><code>x</code></pre></div>'),
        ("$5 and", '<p dir="auto">$5 and</p>'),
        ("2*3", '<p dir="auto">2*3</p>'),
        ("snake_ca", '<p dir="auto">snake_ca</p>'),
    ],
)
def test_what_is_open_is_closed_on_the_drawn_copy(text: str, drawn: str):
    writer = GrowingText(Writer())
    writer.feed(text)
    assert writer.tail() == drawn
    writer.advance(ended=True)
    assert writer.tail(ended=True) == html_of(text)


@pytest.mark.parametrize("text", ["x $x^2 +", "\\(x_", "$$\nx^2 + \\fr", "\\[ x", "$\\frac{a}{b"])
def test_an_open_formula_shows_no_marks(text: str):
    writer = GrowingText(Writer())
    writer.feed(text)
    assert "<math" in writer.tail() and "$" not in writer.tail() and "\\" not in writer.tail()


@pytest.mark.parametrize("text", ["| a | b", "| a | b |\n|--", "x\n\n| a | b |\n", "- x\n\n  | a | b |", "> | a | b"])
def test_the_head_of_a_table_shows_no_bars(text: str):
    writer = GrowingText(Writer())
    writer.feed(text)
    assert "<th>a<th>b" in writer.tail() and "|" not in words(writer.tail())


@pytest.mark.nightly
def test_the_cost_grows_with_the_length():
    """A list, a table, a paragraph and a fence without an end are drawn to their end, too."""
    before = time.process_time()
    for unit in ("- item\n", "| a | b |\n|---|---|\n", "word ", "```\nx = 1\n", "> quote\n", "[a", "![a](", "**a "):
        writer = GrowingText(Writer())
        for _ in range(8):
            writer.feed(unit * 100)
            writer.advance()
            writer.tail()
        writer.advance(ended=True)
        writer.tail(ended=True)
    assert time.process_time() - before < 60
