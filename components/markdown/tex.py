r"""Distinguishes formulas from money, variables, regular expressions and sentences by the text between two marks.

Marks alone do not make a formula: a dollar sign also means money and, in code, a variable; ``\(`` and ``\[`` are
escaped brackets to CommonMark. Between dollar signs, three kinds of text are formulas:

- TeX with a command that is known (``\alpha``, ``\,``) or that takes an argument (``\mathds{1}``);
- what has an exponent or an index (``x^2``, ``a_1``), unless it reads like a sentence or a ``snake_case`` name;
- letters, numbers and operators that begin and end as a formula does, without words or with one relation among them
  (``n``, ``AB/CD = 2``).

Money is none of these: ``7/mo``, ``5-10k and 20k``, ``20 or 5``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from latex2mathml import commands
from latex2mathml.symbols_parser import convert_symbol

SIGNS_OF_TEX = re.compile(r"\\[A-Za-z]|\\[{}|,;! ]|\^|(?<=[A-Za-z0-9)}])_[A-Za-z0-9{\\]")

_COMMAND = re.compile(r"\\([A-Za-z]{2,})(\*?\s?[{\[])?")
_SIGN_OF_A_COMMAND = re.compile(r"\\[{}|,!%;]|(?:^|[=<>]\s?)\\\$\d")
_SCRIPT = re.compile(
    r"[^\W\d_]['’]*\s?\^\s?[\w{\\(+*'’−-]|[\d)\]}|!]\^[\w{\\(+*'’−-]"
    r"|(?<=[^\W_]|[)\]}'])_[^\W_]|_[{\\]"
)
_SNAKE_CASE = re.compile(r"[A-Za-z]{2,}_[A-Za-z]{2,}|_[^\W_]+_")
_COMMANDS_WITH_WORDS = re.compile(
    r"\\(?:text\w*|math\w+|operatorname|mbox|begin|end)\*?\{[^{}]*\}|\\[A-Za-z]+|[_^]\{[^{}]*\}"
)
# Words that are part of a formula; capitals are points and lines of geometry, unless they are a currency.
_NAMES = "sin|cos|tan|cot|sec|csc|log|ln|exp|lim|max|min|mod|gcd|lcm|det|arg|deg|dim|ker|sup|inf|d[xyztuvrs]"
_NO_WORD = rf"(?!(?:{_NAMES})(?![^\W\d_]))(?!(?!USD|EUR|GBP|JPY|CNY|CAD|AUD)[A-Z]{{2,3}}(?![^\W\d_]))"
_SPACED_WORD = re.compile(rf"(?:^|(?<=[\s,;])){_NO_WORD}[^\W\d_]{{2,}}(?=[\s,;:.]|$)")
_SENTENCE = re.compile(rf"(?:^|(?<=\s)){_NO_WORD}[^\W\d_]{{2,}},?\s+{_NO_WORD}[^\W\d_]{{2,}}(?=[\s,;:.]|$)")
_LONG_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,}(?![^\W\d_]|\()")
# Letters of scripts that formulas are not written in.
_OTHER_LETTER = re.compile(r"(?![\u0370-\u03ff\u1f00-\u1fff\u2100-\u214f\U0001d400-\U0001d7ff])[^\W\d_a-zA-Z]")
RELATION = re.compile(r"[=<>≤≥≈≠]")
# Units after an amount of money. `2k + 1` and `2k` are algebra.
_UNIT = re.compile(r"\d[\d.,]*\s?(?:[kKmMbB]|bn|mn|mo|yr|hr|USD|EUR|GBP|million|billion|thousand)(?![A-Za-z])")
_ALGEBRA = re.compile(r"[+=<>*(^]|^\d+[a-z]$")
_AMOUNT_PER = re.compile(r"\d[\d.,]*\s?/\s?[A-Za-z]{2,}")
# Beside another currency the dollar is one, too.
_CURRENCY = re.compile(r"[¢£¤¥€₩₪₫₱₹₺₽₿]")
# A second amount, with its sign behind it.
_AMOUNT_AT_END = re.compile(r"[^-+*/=<>^_(|\s,;][,;]?\s+\d[\d.,]*$")
_BEGINS_LATER = re.compile(r"[*/,:!?)\]}&%#@'~_^]|\.(?!\d)|[<>=](?!\s?[-\d.])|\|[^|]*$")
_ENDS_EARLIER = re.compile(r"[-–—+/=<>,;:&*.(\[{?@#^~]$|(?<!\\)\\$|^[^|]*\|$|\s[|!]$")
_SIGN_OF_CODE = re.compile(
    r"[\"@#;?&~—\u00a0\u200b-\u200f\ufeff\U0001f000-\U0001faff]|\\(?!%)|</?[A-Za-z]+>"
    r"|\s\^\s|\s:\w|::|\+\+|\+=|-=|<<|>>|(?<![\w)\]}'’])['’]|[A-Za-z]{2}['’][a-z]"
)
# A match in Perl; a variable of a shell and what follows it; what such a variable begins with.
_MATCH = re.compile(r"[=!]~")
_IN_A_SHELL = re.compile(r"[A-Z][A-Z0-9_]+(?:\s+\w|[/:][\w.~-]*[a-z]{2})")
_VARIABLE = re.compile(
    r"\{[!#]?[A-Za-z_]\w*(?:\}(?![_^'’\\{]|\s*\\(?:choose|over)\b)|[:%#/\[,?@]|\.\w|-\w+\}$)"
    r"|\((?:[A-Z]{4,}|shell )"
)
_PAIRS = {")": "(", "]": "[", "}": "{"}


def is_formula(tex: str, *, dollars: bool = True) -> bool:
    """Whether the text between two marks is a formula; `dollars`: the marks may mean money."""
    inner = tex.strip()
    if not inner or "`" in inner or "\n\n" in inner:
        return False
    if not dollars:
        return _is_between_brackets(inner)
    if _MATCH.search(inner) or _VARIABLE.match(inner) or _IN_A_SHELL.match(inner):
        return False
    has_commands = _has_commands(inner)
    if _CURRENCY.search(inner) and not has_commands:
        return False
    has_scripts = bool(_SCRIPT.search(inner)) and not _SNAKE_CASE.search(_COMMANDS_WITH_WORDS.sub(" ", inner))
    if inner[0].isdigit() and _is_money(inner, has_signs=has_commands or has_scripts):
        return False
    if has_commands:
        return True
    if has_scripts:
        return _reads_like_a_formula(inner) and not (inner[0].isdigit() and _AMOUNT_AT_END.search(inner))
    return _is_plain_formula(inner)


def _is_between_brackets(inner: str) -> bool:
    if SIGNS_OF_TEX.search(inner) and not inner.startswith("^"):
        return inner.count("\\|") != 1
    if not _is_balanced(inner) or not any(map(str.isalnum, inner)) or _ENDS_EARLIER.search(inner):
        return False
    return bool(RELATION.search(inner)) or not _SPACED_WORD.search(inner)


def _has_commands(inner: str) -> bool:
    found = _COMMAND.findall(inner)
    if found:
        return all(_is_known(name) or argument for name, argument in found)
    return bool(_SIGN_OF_A_COMMAND.search(inner)) and not _SPACED_WORD.search(inner) and inner.count("\\|") != 1


def _is_plain_formula(inner: str) -> bool:
    if _BEGINS_LATER.match(inner) or _ENDS_EARLIER.search(inner) or _SIGN_OF_CODE.search(inner):
        return False
    if not any(map(str.isalnum, inner)) or not _is_balanced(inner) or _SNAKE_CASE.search(inner):
        return False
    related = bool(RELATION.search(inner)) and not inner[0].isdigit()
    if not related and (_AMOUNT_AT_END.search(inner) or _OTHER_LETTER.search(inner) or _LONG_WORD.search(inner)):
        return False
    return _reads_like_a_formula(inner)


def _reads_like_a_formula(inner: str) -> bool:
    """True without words, or if a relation has names on its sides: `speed = distance / time`."""
    rest = _COMMANDS_WITH_WORDS.sub(" ", inner)
    if RELATION.search(inner) and not inner[0].isdigit():
        return not _SENTENCE.search(rest)
    return not _SPACED_WORD.search(rest)


def _is_money(inner: str, *, has_signs: bool) -> bool:
    rest = _COMMANDS_WITH_WORDS.sub(" ", inner)
    if _SPACED_WORD.search(rest):
        return True
    if has_signs:
        return False
    return bool(_AMOUNT_PER.match(rest) or (_UNIT.search(rest) and not _ALGEBRA.search(rest)))


@lru_cache(1_000)  # the names come from a model, which may make up any number of them
def _is_known(command: str) -> bool:
    """Whether latex2mathml, which draws formulas, knows a command."""
    return f"\\{command}" in _commands() or convert_symbol(f"\\{command}") is not None


@cache
def _commands() -> frozenset[str]:
    known: set[str] = set()
    for value in vars(commands).values():
        if isinstance(value, str):
            known.add(value)
        elif isinstance(value, tuple | list | frozenset | set | dict):
            known.update(name for name in value if isinstance(name, str))
    return frozenset(known)


def _is_balanced(inner: str) -> bool:
    stack: list[str] = []
    for character in re.sub(r"\\.", "", inner):
        if character in "([{":
            stack.append(character)
        elif character in _PAIRS:
            # An interval such as [0, 1) is a formula, too.
            if not stack or (stack.pop() == "{") != (character == "}"):
                return False
    return not stack
