"""The drawn copy of a reply: no picture is fetched, money stays money, a growing text shows no raw marks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from components.ui.safe_markdown import drawable, drawable_tail, keep_lines

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def rendered(text: str) -> str:
    return MARKDOWN.render(text)


# Pictures.


@pytest.mark.parametrize(
    "text, drawn",
    [
        ("![a cat](http://x/c.png)", "[picture: a cat](http://x/c.png)"),
        ("![](http://x)", "[picture: untitled](http://x)"),
        ('![a](http://x "title")', '[picture: a](http://x "title")'),
        ("![a](<http://x y>)", "[picture: a](<http://x y>)"),
        ("![a](http://x/b_(c).png)", "[picture: a](http://x/b_(c).png)"),
        ("![a [b] c](http://x)", "[picture: a [b] c](http://x)"),
        ("![a][ref]\n\n[ref]: http://x", "[picture: a][ref]\n\n[ref]: http://x"),
        ("![ref]\n\n[ref]: http://x", "\\![ref]\n\n[ref]: http://x"),
        ("![ref][]\n\n[ref]: http://x", "\\![ref][]\n\n[ref]: http://x"),
        ("!![a](http://x)", "\\![picture: a](http://x)"),
        ("\\![a](http://x)", "\\![a](http://x)"),
        ("\\\\![a](http://x)", "\\\\[picture: a](http://x)"),
        ("![a\nb](http://x)", "[picture: a\nb](http://x)"),
        ("[![a](http://x)](http://y)", "[[picture: a](http://x)](http://y)"),
        ("wow! [link](http://x)", "wow! [link](http://x)"),
    ],
)
def test_a_picture_becomes_a_link(text: str, drawn: str):
    assert drawable(text) == drawn
    assert "<img" not in rendered(drawn)


@pytest.mark.parametrize(
    "text",
    [
        "Write `![a](b)` for a picture.",
        "``![a](b) ` ``",
        "```\n![a](b)\n```",
        "```markdown\n![a](b)\n\n![c](d)\n```\n\ntext",
        "~~~\n![a](b)\n~~~",
        "1. item\n\n   ```md\n   ![a](b)\n   ```\n",
        "- item\n  ```\n  ![a](b)\n  ```\n- next",
        "````\n```\n![a](b)\n```\n````",
    ],
)
def test_a_picture_inside_code_is_left_alone(text: str):
    assert drawable(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "```a``` b\n\n![a](http://x)",
        "    ```\n\n![a](http://x)",
        "- ```\n\n![a](http://x)",
        "`a\n\n![a](http://x) `",
        "- - ```\n    x\n    ```\n\n![a](http://x)",
        "a `\n# b\n![a](http://x) `",
        "| a ` | ![a](http://x) ` |\n| - | - |",
        "a `\n- b `\nc ` ![a](http://x) `",
        "```\nx\n```\u00a0\n```\n![a](http://x)",
        "<div>\n```\n</div>\n\n![a](http://x)",
        "<!--\n\n```\n-->\n![a](http://x)",
        '<a href="`">` ![a](http://x) `',
        "text\n2. ```\n   ![a](http://x)",
        "para ```\n        ```\n        ![a](http://x)\n        ```",
        "- ```\n  ```\n  ![a](http://x)\n  ```",
        "\\[```\\]\n\n```\n![a](http://x)\n```",
        "> ```\n![a](http://x)",
        "```|(\n-|-\n![a](http://x)",
        "```\n\t```\n```\n![a](http://x)",
        "`\r\n`![a](http://x)`",
        "`\n    ```\n    ```\n`![a`](http://x)``",
        "- ```\nv\n    ```\n```![a](http://x)```",
        "\\[v\\]```\n```\n![a](http://x)",
        "a \\[<!--\\]\n\n```\n-->\n![a](http://x)",
    ],
)
def test_what_only_looks_like_code_hides_no_picture(text: str):
    assert "<img" not in rendered(drawable(text))


PIECES = [
    "![a](http://x)", "![r]", "![", "!", "[", "]", "(http://x)", "[r]: http://x", "`", "``", "```", "~~~", "\n", "\n",
    "\n\n", "  ", "    ", "- ", "1. ", "> ", "# ", "|", "| - |", "<div>", "</div>", "<!--", "-->", "$", "$$", "\\",
    "\\[", "\\]", "\\(", "\\)", "text", "**", "\t", "\r\n", "\u00a0", "\x0b", '<a b="',
]  # fmt: skip


@settings(max_examples=600)
@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
def test_no_mixture_of_marks_lets_a_picture_through(text: str):
    assert "<img" not in rendered(drawable(text))
    assert "<img" not in rendered(drawable_tail(text))


# Formulas and money.


@pytest.mark.parametrize(
    "text, drawn",
    [
        ("\\(x^2\\)", "$x^2$"),
        ("so \\( a + b \\) is", "so $a + b$ is"),
        ("\\[ x \\]", "$$\nx\n$$"),
        ("\\[\nx\n\\]", "$$\nx\n$$"),
        ("- a:\n\n  \\[\n  x\n  \\]", "- a:\n\n  $$\n  x\n  $$"),
        ("\\[x\\] then", "$x$ then"),
        ("so\\[x\\]\nand", "so$$x$$\nand"),
        ("$$a \\\\[2pt] b$$ and \\(c\\)", "$$a \\\\[2pt] b$$ and $c$"),
        ("`\\(x\\)` and ```\\[```", "`\\(x\\)` and ```\\[```"),
        ("an open \\( here", "an open \\( here"),
        ("\\\\(no\\\\)", "\\\\(no\\\\)"),
    ],
)
def test_formula_marks_of_latex_become_dollars(text: str, drawn: str):
    assert drawable(text) == drawn


@pytest.mark.parametrize(
    "text",
    [
        "$x^2$",
        "let $a_1$ and $b$ be",
        "$$\nx\n\ny\n$$",
        "$$x$$",
        "`$5x$`",
        "$5x$ is a term",
        "a \\$5 note",
        "```\n$HOME\n```",
    ],
)
def test_formulas_and_code_keep_their_dollars(text: str):
    assert drawable(text) == text


@pytest.mark.parametrize(
    "text, drawn",
    [
        ("it costs $5 and $10", "it costs \\$5 and \\$10"),
        ("$1,000–$2,000", "\\$1,000–\\$2,000"),
        ("US$5 (A$7)", "US\\$5 (A\\$7)"),
        ("from $5/$6 to $7", "from \\$5/\\$6 to \\$7"),
        ("$5\nand 6$", "\\$5\nand 6\\$"),
        ("a $ b $ c", "a \\$ b \\$ c"),
        ("$$ alone", "\\$\\$ alone"),
        ("$5 and $x$", "\\$5 and $x$"),
    ],
)
def test_money_stays_money(text: str, drawn: str):
    assert drawable(text) == drawn


# A growing text.


@pytest.mark.parametrize(
    "tail, drawn",
    [
        ("some **bold", "some **bold**"),
        ("some **", "some "),
        ("***both", "***both***"),
        ("~~gone", "~~gone~~"),
        ("**a `b", "**a `b`**"),
        ("use `co", "use `co`"),
        ("use `", "use "),
        ("```python\nx = 1", "```python\nx = 1\n```"),
        ("```\nx\n", "```\nx\n```"),
        ("~~~~\nx", "~~~~\nx\n~~~~"),
        ("- a\n  ```\n  x", "- a\n  ```\n  x\n  ```"),
        ("$$\nx", "$$\nx\n$$"),
        ("$$\nx\n\ny", "$$\nx\n\ny\n$$"),
        ("so \\(x^2", "so $x^2$"),
        ("\\[\nx", "$$\nx\n$$"),
        ("so $x^2 + y", "so $x^2 + y$"),
        ("costs $5", "costs \\$5"),
        ("see [the doc", "see the doc"),
        ("see [the doc](http", "see the doc"),
        ("see ![a cat](http", "see a cat"),
        ("`a[", "`a[`"),
        ("| a | b |\n|-", "| a | b |\n| --- | --- |"),
        ("one\n\n**two", "one\n\n**two**"),
    ],
)
def test_what_is_open_is_closed(tail: str, drawn: str):
    assert drawable_tail(tail) == drawn


@pytest.mark.parametrize(
    "text",
    [
        "plain", "**bold** and `code`", "```\n**\n```", "2 * 3 ** 4", "snake and __init__ x", "[link](http://x)",
        "[1] and [2]",
        "| a | b |\n| - | - |\n| 1 | 2", "$$\nx\n$$", "$x$ and $y$", "a\n\n- b\n- c", "`**`", "", "\n",
    ],
)  # fmt: skip
def test_what_is_complete_stays_as_it_is(text: str):
    assert drawable_tail(text) == drawable(text)


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_any_text_can_be_drawn(text: str):
    drawable(text)
    drawable_tail(text)
    keep_lines(text)


@given(st.text(st.characters(exclude_characters="\\`$!<[*_~|"), max_size=200))
def test_text_without_marks_is_drawn_as_it_is(text: str):
    assert drawable(text) == text


def test_thinking_keeps_its_lines_but_not_those_of_code():
    assert keep_lines("a\nb\n\nc\n- d") == "a  \nb\n\nc\n- d"
    assert keep_lines("```\na\nb\n```") == "```\na\nb\n```"


@pytest.mark.parametrize(
    "unit",
    [
        "`",
        "[",
        "![",
        "$",
        "$$ ",
        "*",
        "**a ",
        "\\(",
        "\\[",
        "<",
        "|",
        "\n",
        " ",
        "` ",
        "```\n",
        "[a](",
        "\\",
        "a\n",
        "- ",
        "`` ` ",
    ],
    ids=repr,
)
def test_50_000_marks_take_no_time(unit: str):
    text = unit * (50_000 // len(unit))
    began = time.thread_time()
    drawable(text)
    drawable_tail(text)
    keep_lines(text)
    assert time.thread_time() - began < 2
