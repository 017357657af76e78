"""What can be read of a text is what a reference reads: CommonMark's own examples, and GitHub's renderer."""

from __future__ import annotations

import re

import cmarkgfm
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from components.markdown.document import html_of
from tests.markdown.reading import reading, words
from tests.nightly import many
from tests.node import node_modules

_EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)
_WITH_HTML = MarkdownIt("commonmark")
_HTML_AS_TEXT = MarkdownIt("commonmark", {"html": False}).disable(["html_block", "html_inline"])
# Bare addresses, which GitHub's dialect and ours make links of.
_BARE_ADDRESSES = {608, 611, 612}
# A picture without a text shows where it leads.
_NAMELESS_PICTURE = {581}


def ours(text: str) -> str:
    return reading(html_of(text)).replace("picture: ", "")


def test_a_box_of_a_task_list_says_what_it_stands_for():
    written = html_of("- [ ] open\n- [x] done")
    assert '<input type="checkbox" disabled aria-label="Not done">' in written
    assert '<input type="checkbox" disabled checked aria-label="Done">' in written


def test_every_example_of_commonmark_reads_as_it_says():
    spec = (node_modules("commonmark-spec") / "commonmark-spec" / "spec.txt").read_text(encoding="utf-8")
    examples = [(text.replace("→", "\t"), html.replace("→", "\t")) for text, html in _EXAMPLE.findall(spec)]
    assert len(examples) == 652
    different = []
    for number, (text, html) in enumerate(examples, 1):
        if number in _BARE_ADDRESSES | _NAMELESS_PICTURE:
            continue
        as_text = _HTML_AS_TEXT.render(text)
        expected = (
            html if MarkdownIt("commonmark", {"html": False}).render(text) == _WITH_HTML.render(text) else as_text
        )
        if ours(text) != reading(expected):
            different.append((number, text, ours(text), reading(expected)))
    assert different == []


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|:-:|\n| 1 | `x\\|y` |\n| **c** | d | e |\n",
        "a | b\n-|-\n1 | 2\n\nbehind",
        "| a |\n|---|\nnot a cell\n\n# b",
        "text\n| a | b |\n|---|---|\n| 1 | 2 |",
        "~~gone~~ and ~~*both*~~ and a~~b~~c",
        "- | a |\n  |---|\n  | 1 |",
        "> | a |\n> |---|\n> | 1 |",
        "www.example.org, https://example.org/a_(b). and me@example.org",
    ],
)
def test_tables_strikethrough_and_addresses_read_as_on_github(text: str):
    assert ours(text) == reading(cmarkgfm.github_flavored_markdown_to_html(text))


_WORDS = [
    "foo:bar{baz}", "a:b[c]", ":::note", ":red[x]", ":smile:", ":streamlit:", ":material/home:", "A -> B", "<-", ">=",
    "git log --oneline -- path", "~=", "...", "(c)", '"quoted"', "it's", "US$20", "5$", "$5",
    "($990/mo)$", "$HOME/$USER",
    "${x}", "x=$a;", "y=$b", "重点：", "内容", "（記号）", "は", "스크립트", "السعر", "דולר", "👨‍👩‍👧‍👦",
    "C:\\temp\\new", "/usr/bin",
    "snake_case_name", "2024-01-02T03:04:05Z", "[INFO]", '{"a": [1, 2]}', "key: value", "&amp;", "&",
    "<b>", "</think>",
    "a < b", "List<String>", "100%", "#1", "@me", "^", "\\alpha", "=", "|", "—", "1.", "-", "+", "!",
    "?", ";", "\u00a0",
    "\u200b", "\ufeff", "ﬁ", "n°", "e\u0301",
]  # fmt: skip


# `$5 - 5$` may be money, and is a formula by every rule.
_ARITHMETIC = re.compile(r"(?<!\S)\$5(?: (?:[-+=|]|>=|<-|\.\.\.|.*\\alpha.*))+ 5\$(?!\S)")


@settings(max_examples=many(400))
@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12).map(" ".join))
def test_words_money_shell_and_scripts_read_as_they_were_written(text: str):
    """No mark of Markdown is among them but a few at the start of a line, which is kept off by a word."""
    line = f"so {text}"
    assume(not _ARITHMETIC.search(line))
    expected = _HTML_AS_TEXT.render(line)
    assert words(html_of(line)) == words(expected)


@settings(max_examples=many(400))
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_reads_as_the_reference_reads_it(text: str):
    # Formulas, footnotes, addresses and emphasis beside Chinese are ours; they have tests of their own.
    plain = re.sub(r"[$\\@^\[*_~|]|www|:/", "", text)
    assert words(html_of(plain)) == words(_HTML_AS_TEXT.render(plain))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("**重点：**内容", "<strong> 重点： 内容"),
        ("**Markdown（記号）**は", "<strong> Markdown（記号） は"),
        ("これは**「重要」**です。", "これは <strong> 「重要」 です。"),
        ("**스크립트(script)**라고", "<strong> 스크립트(script) 라고"),
        ("中文*强调，*和", "中文 <em> 强调， 和"),
        ("~~删除。~~后面", "<s> 删除。 后面"),
        ("a ~one~ b", "a ~one~ b"),
        ("- [ ] open\n- [x] done\n- [z] no", "<ul> <li> open <li> done <li> [z] no"),
        ("A claim[^1].\n\n[^1]: The note.", "A claim <a> 1 . 1 The note."),
        ("x^[not a note] y", "x^[not a note] y"),
        ("[^missing] stays", "[^missing] stays"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("<!-- a --> b<br>c", "<!-- a --> b<br>c"),
        ("Use <think> and </think>.", "Use <think> and </think>."),
        ("a\x00b", "a\ufffdb"),
        ("half \ud83d here", "half \ufffd here"),
        ("a\r\nb\rc", "a b c"),
    ],
)
def test_what_goes_beyond_the_reference(text: str, read: str):
    closed = re.sub(r" ?<(?=/|b>|br|s>a)", "<", reading(html_of(text)))
    assert closed.replace(" ", "") == read.replace(" ", "")
