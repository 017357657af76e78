"""What is a formula, and what is money, a variable or an escaped bracket."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.markdown.document import html_of
from components.markdown.mathml import mathml
from tests.markdown.reading import words


def formulas(text: str) -> int:
    return html_of(text).count("<math")


@pytest.mark.parametrize(
    "text",
    [
        "US$20 or 5$ per seat.",
        "$5-10k and 20k$",
        "(was $7/mo)$",
        "x=$a; y=$b",
        "costs $5 and $10",
        "costs $5–$10, or $12-$15",
        "Kale sells for **$1.50** a bundle, two cost $3.00.",
        "Set `$HOME` and $PATH, then pay US$20 or 5$ per seat ($990/mo).",
        "$HOME/$USER and ${x} and $(pwd)",
        'echo "$A" "$B"; export PATH=$PATH:$HOME/bin',
        "between 5$ and 10$",
        "R$ 5 e R$ 10",
        "A$5, C$6 and NZ$7$",
        "pay $20 or 30$",
        "$1, $2, and $3",
        "$5/month vs $50/year",
        "it is $$ to $$$ on the menu",
        "jQuery: $('#a').on('x', $b)",
        "\\$5 and \\$6",
        "a `$x$` b",
        "$ x $",
        "$20 million to 30 million$",
        "\\[not a link\\](/foo) and \\(not either",
        "see \\[1\\] and \\[12\\]",
        "$$",
        "$",
        "$5 \\$6$",
        "so $HOME/$USER C:\\temp\\new 5$",
        "in $USER C:\\temp\\new 5$",
        "in /srv/$USER_1/x_1 for 5$",
        "$HOME/bin/x_1 and a_2$",
        "${x} C:\\temp\\new 5$",
        "$5 C:\\temp\\new 5$",
    ],
)
def test_money_and_variables_stay(text: str):
    assert formulas(text) == 0
    visible = words(html_of(text))
    assert visible.count("$") == text.count("$")


@pytest.mark.parametrize(
    "text",
    [
        "$x$", "$x^2$", "$A = \\pi r^2$", "so $a + b$ is", "$\\alpha$-decay", "$n$th", "($x_1$, $x_2$)",
        "$$x^2$$", "$$\nx\n$$", "\\(E = mc^2\\)", "\\[ \\int_0^1 x^2\\,dx \\]", "\\[\nx = 1\n\\]",
        "设$x$为", "$5x + 3$",
        "$2n$", "$|x|$", "$[0, 1)$", "$f(x) = \\sin x$", "**$x$**", "# $x$", "- $x$", "> $$x^2$$", "| $x$ |\n|---|",
        "$\\text{speed} = 5$", "$100\\%$", "$\\{1, 2\\}$", "$AB \\perp CD$", "$AB/CD = 2$",
        "$f:\\mathbb{R}\\to\\mathbb{R}$", "$x = 5 \\text{ or } 6$",
        "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}", "text\n$$\na\n+ b\n= c\n$$\nmore",
        "1. a\n\n   $$\n   x\n   $$",
    ],
)  # fmt: skip
def test_formulas_are_set(text: str):
    # `$n$th` is the exception that money demands: a letter stands against the mark.
    assert formulas(text) == (0 if text == "$n$th" else 2 if text.startswith("($x_1") else 1)


def test_a_formula_that_cannot_be_read_is_shown_as_it_was_written():
    assert words(html_of("$\\unknowncommand{x}$")) == "$\\unknowncommand{x}$"
    assert words(html_of("$$\n\\frac{1\n$$")) == "$$ \\frac{1 $$"


@pytest.mark.parametrize(
    "tex",
    [
        "\\text{<img src=x onerror=alert(1)>}",
        "\\text{&lt;script&gt;}",
        "\\href{javascript:alert(1)}{x}",
        "\\class{a}{x}",
        "\\style{background:url(http://x)}{x}",
        '\\color{red" onclick="alert(1)}{x}',
    ],
)
def test_no_formula_makes_markup_of_its_own(tex: str):
    written = mathml(tex, block=False) or ""
    assert not any(word in written for word in ("<img", "<script", "href", "class", "style=", "onclick=", "http"))


def test_many_formulas_and_marks_are_read_in_time():
    text = " ".join(f"$x_{{{n}}}^2 + {n}$" for n in range(2000))
    before = time.process_time()
    assert formulas(text) == 2000
    for mark in ("$", "\\(", "\\[", "$$ ", "$a ", "\\begin{align}\n"):
        html_of(mark * 20_000)
    assert time.process_time() - before < 30  # a few seconds; what takes quadratic time takes minutes


@given(st.text(alphabet="$\\()[]{}^_ax12 \n&|", max_size=60))
def test_any_mixture_of_marks_is_read(text: str):
    html_of(text)
