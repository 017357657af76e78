"""What is a formula, and what is money, a variable or an escaped bracket."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.markdown.document import html_of
from components.markdown.mathml import mathml
from tests.markdown.reading import words

MONEY_AND_VARIABLES = r"""
$5 snake_case_name 5$
${x} snake_case_name 5$
${x} foo:bar C:\temp 5$
costs $5 to 10$ now
$5 à 10$
$5 a 10$
$5 o 10$
$5 и 10$
$5 oder 10$ pro Monat
价格为$100到$200，或$300
从$5到10$之间
$100美元和200$
R$5,00 e R$10,00
NT$100、HK$200和US$30
"$A" "$(B)"
$(OBJ)$(SRC)
$(CC) $(CFLAGS) -o $@ $<
${A}${B}
${A}-${B}$
${arr[@]} and ${#arr[@]}$
${x%.*}/${y##*/}$
if ($x =~ /^foo$/) { print $1; }
$str =~ s/^\s+|\s+$//g;
my ($a,$b)=@_; $h{$a}=$b;
$obj->foo($bar)->baz($qux)
@{$x}{qw(a b)} $$x $_ $0 $!
$this->name . $that->name
foreach ($a as $k => $v) { echo "$k: $v"; }
$arr[$i]$
^\d+$ or ^\w+$
(^foo$|^bar$)
/^a$/, /^b$/ and ^[a-z]$
s/foo$/bar$/
sed 's/\(a*\)\(b*\)/\2\1/'
grep '\(foo\|bar\)$' x
awk '{print $1,$2}' file | sort -k2 $x
awk -F: '{ print $NF"-"$1 }'
'$' and '$'
"$" or "$"
kill $$ and $!; echo $?
echo $$; kill -9 $$
$A$1:$B$2 and $C$3
=SUM($A1:$A9)*$B$1
$env:PATH = "$x;$env:HOME"
{$gt: 5, $lt: 10}
{"$set": {"a": "$b"}}
$ref: '#/a', $id$
$.store.book[0].title and $.x$
for i in $list; do echo $i; done
PS1='\u@\h:\w\$ ' and $x
$foo.bar$
$HOME/bin$
$HOME is x_1 for 5$
$USER_ID and user_name$
$max_tokens and 5$
$5.99/kg, 3$/lb
$2 million to 3 million$
$TSLA, $AAPL, and $MSFT$
$1,000-2,000 USD$
$3M-5M$ ARR
$5 50% off 3$
$5 → 10€ (20$)
$12 vs. $15, or 16$.
\$5 \$6 $7$8
$x: $y, $z
define('X', $x ? $y : $z);
"Total: $total" and '$sum'
$total = $price * $qty;
$($x).val() + $('#b')
$5; $6; 7$
$10,- bis 20,-$
$my_var$
$snake_case_name$
a $5 fee & a 6$ tip
$5, 10$
$5 (five) and 6$
C:\log\$x\bar and $y\temp$
D:$x\temp\new 5$
<$5 and >6$
$a_variable_name x 5$
$PATH:/usr/local/bin:$HOME/bin
$1$2$3
$var1.$var2
$*.txt $x*$
$5K$
"""
FORMULAS = r"""
$a<b$
$5x+3=2$
$\alpha$
$$x$$
\(a\)
\[x=1\]
$10^{-3}$
$2k+1$
$2k$
$2n - 1$
$y = mx + b$
$F = ma$
$PV = nRT$
$CO_2$
$H_2O$
$SO_4^{2-}$
$n = 1, 2, 3$
$x \in \{1, 2\}$
$ABC$
$AB = CD$
$AB$
$P(A|B)$
$|x| < 5$
$f'(x)$
$f(x) = x^2$
$x'$
$\mathds{1}_{x}$
$\text{速度} = 5$
$S=底\times高$
$面积=长×宽$
$\$5 \times 3 = \$15$
$\$5.00$
$100\%$
$-1$
$(x, y)$
$a_1, a_2, \dots, a_n$
$x_max$
$\log n$
$O(n \log n)$
$O(n^2)$
$O(n)$
$2 \times AB$
$3 \times 10^8 \text{ m/s}$
$5 \text{ if } x > 0$
${n \choose k}$
${x}^2$
$e^{i\pi}+1=0$
$\frac{1}{2}$
$1/2$
$0.5$
$5$
$x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}$
$\sum_{i=1}^n i$
$>5$
$x \le y$
$Var(X)$
$\Delta x$
$a \cdot b$
$90^\circ$
$A^T A$
$x^*$
$\mathbf{x}_i$
$\left(\frac{a}{b}\right)$
$loss = x^2$
$x + y = z$
$p < 0.05$
$n!$
$2^n$
$3.14$
$a, b, c$
$k$-means
($n$)
$12 \div 4 = 3$
$12 - 5 = 7$
$x=5$
$\theta_{t+1} = \theta_t - \eta \nabla L$
$d(x,y)$
$\|x\|$
$|A \cup B|$
$a \mid b$
$a/b$
$x \mapsto y$
$6 \mid 12$
$1 + 1 = 2$
$ax^2 + bx + c = 0$
$x → y$
$α + β$
$1, 2, \ldots, n$
$\varepsilon$-$\delta$
$\operatorname{rank}(A)$
$\boxed{5}$
$MSE = \frac{1}{n}\sum e_i^2$
$Precision = \frac{TP}{TP+FP}$
$\ce{H2O}$
$x \; y$
"""


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
        "$1 = ¥150 = €0.92$",
        "Rates: $1=€0.9$ today",
        "costs $5 to $6$; from $1 to $2, $3 to $4$.",
        "$40 then $50$ off",
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
        *MONEY_AND_VARIABLES.strip().split("\n"),
    ],
)
def test_money_and_variables_stay(text: str):
    assert formulas(text) == 0
    assert 'class="tex"' not in html_of(text)
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


@pytest.mark.parametrize("text", FORMULAS.strip().split("\n"))
def test_a_formula_stays_one_beside_money(text: str):
    written = html_of(text)
    assert "<math" in written or 'class="tex"' in written


def test_brackets_are_as_tall_as_they_are_written():
    """Browsers stretch a bracket to what stands beside it unless they are told not to; TeX does so at `\\left` only."""
    for bracket in ("(", ")", "[", "]", "|"):
        assert f'<mo stretchy="false">{bracket}</mo>' in html_of("$(x) + [y] + |z| + \\frac{1}{2}$")
    assert 'stretchy="true"' in html_of("$\\left(\\frac{1}{2}\\right)$")


def test_names_with_a_space_and_signs_in_texts_are_set_as_tex_sets_them():
    assert "argmax" in words(html_of("$\\operatorname{arg\\,max}_x f$")).replace(" ", "")
    assert words(html_of("$\\text{cost \\$5, 3\\%}$")).replace("\xa0", " ") == "cost $5, 3%"


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


@pytest.mark.nightly
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
