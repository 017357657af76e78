"""Cutting a growing text: nothing is lost, nothing depends on the pieces, nothing that belongs together is cut."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from components.ui.turn.blocks import BlockSplitter, split_blocks

SENTENCE = "The quick brown fox jumps over the lazy dog. "
PARAGRAPH = SENTENCE * 12 + "\n"

LINES = st.sampled_from(
    [
        "", "", "", PARAGRAPH.rstrip(), "word " * 700, "```", "```python", "````", "~~~", "  ```", "    code", "- item",
        "  - deep", "1. one", "   ```", "     more", "> quoted", "| a | b |", "| - | - |", "$$", "x $$ y", "`$$`",
        "<div>", "</div>", "<br>", "<details>", "<!--", "-->", "# head", "---", "\\[", "\\]", "\u2028", "é" * 500,
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(LINES, max_size=30).map("\n".join), st.lists(LINES, max_size=12).map("\r\n".join))


def splitter_of(*deltas: str) -> BlockSplitter:
    splitter = BlockSplitter()
    for delta in deltas:
        splitter.feed(delta)
    return splitter


@given(TEXTS)
def test_no_character_is_lost(text: str):
    assert "".join(split_blocks(text)) == text


@given(TEXTS, st.lists(st.integers(0, 20_000), max_size=8))
def test_the_pieces_in_which_a_text_comes_do_not_matter(text: str, cuts: list[int]):
    edges = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    whole = splitter_of(text)
    pieces = splitter_of(*(text[a:b] for a, b in zip(edges, edges[1:], strict=False)))
    assert (pieces.closed, pieces.tail) == (whole.closed, whole.tail)


@settings(max_examples=50)
@given(TEXTS)
def test_character_by_character_is_the_same_as_at_once(text: str):
    whole = splitter_of(text)
    pieces = splitter_of(*text)
    assert (pieces.closed, pieces.tail) == (whole.closed, whole.tail)


@given(TEXTS, TEXTS)
def test_what_is_closed_stays_closed(text: str, more: str):
    splitter = splitter_of(text)
    closed = list(splitter.closed)
    splitter.feed(more)
    assert splitter.closed[: len(closed)] == closed


FILLER = "\n\n".join(f"{line} {SENTENCE}" for line in range(60))
WHOLE = {
    "fence": f"```python\n{FILLER}\n```",
    "tilde fence": f"~~~\n{FILLER}\n```\n{FILLER}\n~~~",
    "longer fence": f"`````\n```\n{FILLER}\n```\n{FILLER}\n`````",
    "fence with a marked line inside": f"```\n{FILLER}\n``` python\n{FILLER}\n      ```\n{FILLER}\n```",
    "fence in a list": f"1. item\n\n   ```python\n   {FILLER.replace(chr(10), chr(10) + '   ')}\n   ```\n\n2. item",
    "fence in a deep list": f"- a\n  - b\n    - c\n\n      ```\n{FILLER}\n      ```",
    "fence behind a list mark": f"- ```\n{FILLER}\n  ```",
    "formula": f"$$\n{FILLER}\n$$",
    "list": "\n".join(f"- {line} {SENTENCE}" for line in range(80)),
    "loose list": "\n\n".join(f"{line}. {SENTENCE}" for line in range(80)),
    "list with paragraphs": "\n\n".join(f"- {line} {SENTENCE}\n\n  {SENTENCE}\n\n  {SENTENCE}" for line in range(30)),
    "nested list": "\n".join(f"- {SENTENCE}\n  - {SENTENCE}\n\n    {SENTENCE}" for line in range(30)),
    "table": "| a | b |\n| - | - |\n" + f"| {SENTENCE} | {SENTENCE} |\n" * 60,
    "table without edges": "a | b\n--- | ---\n" + f"{SENTENCE} | {SENTENCE}\n" * 60,
    "table of one column": "| a |\n| - |\n" + f"{SENTENCE}\n" * 100,
    "quotation": f"> {SENTENCE}\n" * 100,
    "HTML element": f"<details>\n<summary>x</summary>\n\n{FILLER}\n\n</details>",
    "HTML in HTML": f"<div>\n<div>\n\n{FILLER}\n\n</div>\n\n{FILLER}\n\n</div>",
    "comment": f"<!-- a\n\n{FILLER}\n\n-->",
    "indented code": "\n\n".join(f"    {SENTENCE}" for line in range(60)),
}


@pytest.mark.parametrize("block", WHOLE.values(), ids=WHOLE)
def test_what_belongs_together_is_never_cut(block: str):
    text = f"{PARAGRAPH}\n{block}\n\n{PARAGRAPH}\n{PARAGRAPH}\n{PARAGRAPH}"
    assert len(block) > 2_500
    blocks = split_blocks(text)
    assert any(block in part for part in blocks)
    assert len(blocks) >= 3, "the text around it is cut"


@pytest.mark.parametrize(
    "innocent",
    [
        "a line\n<br>\nand more",
        "<T> is a type parameter",
        "Write `$$` for a formula",
        "a ``` b",
        "`<div>`",
        "2 < 3",
        "<b>bold</b>",
    ],
)
def test_what_only_looks_like_a_beginning_does_not_keep_the_rest_together(innocent: str):
    assert len(split_blocks(f"{innocent}\n\n" + f"{PARAGRAPH}\n" * 10)) >= 8


@pytest.mark.parametrize(
    "unit", [SENTENCE + "\n", SENTENCE, "word ", "これは文です。"], ids=["lines", "sentences", "words", "CJK"]
)
def test_a_paragraph_of_100_000_characters_is_cut(unit: str):
    text = (unit * (100_000 // len(unit) + 1))[:100_000]
    blocks = split_blocks(text)
    assert "".join(blocks) == text
    assert max(map(len, blocks)) < 6_500


def test_a_long_line_is_not_cut_inside_a_pair_of_marks():
    bold = f"{SENTENCE}**{SENTENCE * 30}**. Then {SENTENCE * 100}"
    blocks = split_blocks(bold)
    assert len(blocks) > 1
    assert all(block.count("**") % 2 == 0 for block in blocks)


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python the work takes: its cost without a clock."""
    count = 0

    def trace(*_: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "unit",
    [f"{PARAGRAPH}\n", "- item\n", "```\n", "word ", "x", "<div>\n", "$$\n", "| a | b |\n", "\n"],
    ids=repr,
)
def test_the_cost_grows_with_the_length_and_not_with_its_square(unit: str):
    small, large = unit * (8_000 // len(unit) + 1), unit * (32_000 // len(unit) + 1)
    deltas = [[text[i : i + 7] for i in range(0, len(text), 7)] for text in (small, large)]
    costs = [steps(lambda: splitter_of(*pieces)) for pieces in deltas]  # noqa: B023 - called before the next turn
    assert costs[1] < 5 * costs[0] + 500


DOCUMENT = f"""# Title

{PARAGRAPH * 2}
Some *emphasis*, **bold**, `code` and a [link](https://example.com "title").

## A list

1. first {SENTENCE * 6}

   with a paragraph

   ```python
   def f():

       return 1
   ```

2. second
   - nested {SENTENCE * 6}

     deep

{PARAGRAPH}
* another
* list

| Name | Value |
|------|------:|
| a    | 1     |
| b    | 2     |

{PARAGRAPH}
```text
{PARAGRAPH}

- no list

# no head
```

> A quotation
> of two lines

{PARAGRAPH}
    indented code

    goes on

Setext
======

{PARAGRAPH * 3}
---

~~~
``` inside
{PARAGRAPH}
~~~

<details>
<summary>More</summary>

**hidden** {PARAGRAPH}

</details>

{PARAGRAPH}
a | b
--- | ---
1 | 2

The end.
"""


@pytest.mark.parametrize(
    "text", [DOCUMENT, DOCUMENT * 3, DOCUMENT.replace("\n", "\r\n")], ids=["once", "thrice", "CRLF"]
)
def test_the_blocks_look_like_the_whole(text: str):
    markdown = MarkdownIt("commonmark").enable("table")
    blocks = split_blocks(text)
    assert len(blocks) > 5
    assert "".join(markdown.render(block) for block in blocks) == markdown.render(text)
