r"""The one rule that says what is a formula: ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]`` and ``\begin{align}…``.

A dollar sign also means money and, in code, a variable; ``\(`` and ``\[`` are escaped brackets to CommonMark. So marks
alone do not make a formula:

- no letter or digit stands outside against a dollar sign, no space inside, and no other dollar sign in between;
  what follows `=` is a variable, and so is what follows the slash of a path or is a name of a shell's (``$HOME a``);
- brackets inside of it are balanced, and it does not end with an operator;
- it does not read like money (``7/mo``, ``5-10k``, ``20 or 5``) nor like a sentence, unless it has signs of TeX.

A formula on lines of its own ends before the first blank line, as in TeX; so a growing text needs to wait no longer.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

# In the environment of a text that is still being written: a formula block may still be closed.
GROWING = "growing"
# In the `meta` of a formula block: it is not closed yet.
OPEN = "open"
# In characters, of a formula within a line: each open mark is followed that far and no farther.
_LONGEST = 2_000
# In lines, of a formula on lines of its own.
_MOST_LINES = 100

SIGNS_OF_TEX = re.compile(r"\\[A-Za-z]|\\[{}|,;! ]|\^|(?<=[A-Za-z0-9)}])_[A-Za-z0-9{\\]")
_WORDS_IN_TEX = re.compile(r"\\(?:text|mathrm|operatorname|mathbf|textbf|mbox|begin|end)\*?\{[^{}]*\}|\\[A-Za-z]+")
_NAMES = "sin|cos|tan|cot|sec|csc|log|ln|exp|lim|max|min|mod|gcd|lcm|det|arg|deg|dim|ker|sup|inf|dx|dy|dz|dt|du|dv"
_WORD = re.compile(rf"(?<![A-Za-z])(?!(?:{_NAMES})(?![A-Za-z]))[A-Za-z]{{2,}}(?![A-Za-z])")
_SPACED_WORD = re.compile(rf"(?:^|(?<=[\s,;]))(?!(?:{_NAMES})(?![A-Za-z]))[A-Za-z]{{2,}}(?=[\s,;:.]|$)")
_RELATION = re.compile(r"[=<>≤≥≈≠]")
# What follows an amount of money.
_UNIT = re.compile(r"\d[\d.,]*\s?(?:[kKmMbB]|bn|mn|mo|yr|hr|USD|EUR|GBP|million|billion|thousand)(?![A-Za-z])")
_AMOUNT = re.compile(r"\d[\d.,]*")
_OPERATOR_AT_END = re.compile(r"[-–—+/=<>,;:&*.(\[{]$|(?<!\\)\\$")
# A second amount, with its sign behind it.
_AMOUNT_AT_END = re.compile(r"[^-+*/=<>^_(|\s,;][,;]?\s+\d[\d.,]*$")
# A variable of a shell and what follows it there, or something else of a shell or a shop before a path of Windows.
_IN_A_SHELL = re.compile(r"[A-Z][A-Z0-9_]+(?:\s+\w|[/:][\w.~-]*[a-z]{2})|(?:\{[A-Za-z_]\w*\}|\d[\d.,]*)\s+[A-Z]:\\\w")
_VARIABLE = re.compile(r"\{[A-Za-z_]\w*[}:]")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_ENVIRONMENT = re.compile(r"\\begin\{((?:equation|align|alignat|gather|multline|eqnarray|flalign)\*?)\}")


def is_formula(tex: str, *, dollars: bool = True) -> bool:
    """Tells whether the text between two marks is a formula; `dollars` says that the marks may mean money."""
    inner = tex.strip()
    if not inner or "`" in inner or "\n\n" in inner:
        return False
    evident = bool(SIGNS_OF_TEX.search(inner))
    if not _is_balanced(inner) and not evident:
        return False
    if dollars and inner[0].isdigit() and _is_money(inner):
        return False
    if dollars and _IN_A_SHELL.match(inner):
        return False
    if dollars and not evident and _is_of_a_shell_or_a_shop(inner):
        return False
    return evident or bool(_RELATION.search(inner) and not inner[0].isdigit()) or not _SPACED_WORD.search(inner)


def _is_of_a_shell_or_a_shop(inner: str) -> bool:
    if ";" in inner or "\\$" in inner or _VARIABLE.match(inner):
        return True
    return bool(_OPERATOR_AT_END.search(inner) or _AMOUNT_AT_END.search(inner))


def _is_money(inner: str) -> bool:
    rest = _WORDS_IN_TEX.sub(" ", inner)
    if _UNIT.search(rest) or _SPACED_WORD.search(rest):
        return True
    if SIGNS_OF_TEX.search(inner):
        return False
    amount = _AMOUNT.match(rest)
    behind = rest[amount.end() :].lstrip() if amount else ""
    return behind[:1] == "/" and bool(_WORD.search(behind))


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


def formulas(md: MarkdownIt) -> None:
    """A plugin: tokens `formula` (in a line, `markup` the mark that opens it) and `formula_block`."""
    md.inline.ruler.before("escape", "formula", _inline)
    md.block.ruler.before("fence", "formula_block", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _inline(state: StateInline, silent: bool) -> bool:
    mark = state.src[state.pos]
    if mark == "$":
        found = _dollars(state)
    elif mark == "\\":
        found = _brackets(state)
    else:
        return False
    if found is None:
        return False
    opening, end, closing = found
    start = state.pos + len(opening)
    if not silent:
        token = state.push("formula", "", 0)
        token.content = state.src[start:end].strip()
        token.markup = opening
    state.pos = end + len(closing)
    return True


def _dollars(state: StateInline) -> tuple[str, int, str] | None:
    src, start = state.src, state.pos
    if src[max(0, start - 1) : start] == "$":
        return None
    if src.startswith("$$", start):
        end = src.find("$$", start + 2, min(state.posMax, start + _LONGEST))
        if end < 0 or src.startswith("$", start + 2) or src.startswith("$", end + 2):
            return None
        inner = src[start + 2 : end]
        return ("$$", end, "$$") if "$" not in inner and is_formula(inner, dollars=False) else None
    before = src[max(0, start - 1) : start]
    in_a_path = before == "/" and src[max(0, start - 2) : start - 1] != "$"
    if _is_word(before) or before == "=" or in_a_path:
        return None
    end = _closing_dollar(src, start + 1, min(state.posMax, start + _LONGEST))
    if end < 0 or _is_word(src[end + 1 : end + 2]) or src[end + 1 : end + 2] == "$":
        return None
    inner = src[start + 1 : end]
    return ("$", end, "$") if inner == inner.strip() and is_formula(inner) else None


def _closing_dollar(src: str, position: int, end: int) -> int:
    while position < end:
        character = src[position]
        if character == "$":
            return position
        if character == "\n" or character == "`":
            return -1
        position += 2 if character == "\\" else 1
    return -1


def _brackets(state: StateInline) -> tuple[str, int, str] | None:
    opening = state.src[state.pos : state.pos + 2]
    if opening not in ("\\(", "\\["):
        return None
    closing = "\\)" if opening == "\\(" else "\\]"
    end = state.src.find(closing, state.pos + 2, min(state.posMax, state.pos + _LONGEST))
    if end < 0:
        return None
    inner = state.src[state.pos + 2 : end]
    if opening in inner or not is_formula(inner, dollars=False):
        return None
    # A number in escaped brackets is a reference that somebody has numbered.
    if opening == "\\[" and not (SIGNS_OF_TEX.search(inner) or _RELATION.search(inner)):
        return None
    return opening, end, closing


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    first = state.src[start : state.eMarks[start_line]]
    found = _opening(first)
    if found is None:
        return False
    opening, closing = found
    last = _last_line(state, start_line, end_line, len(opening), closing)
    if last is None:
        return False
    line, is_open = last
    text = state.getLines(start_line, line + 1, state.sCount[start_line], False).strip()
    environment = opening.startswith("\\begin")
    inner = text if environment else text[len(opening) :].removesuffix(closing)
    if not is_open and not environment and not is_formula(inner, dollars=False):
        return False
    if silent:
        return True
    state.line = line + 1
    token = state.push("formula_block", "", 0)
    token.block = True
    token.content = inner.strip()
    token.markup = "" if environment else opening
    token.map = [start_line, state.line]
    token.meta = {OPEN: is_open}
    token.hidden = is_open and not inner.strip()
    return True


def _opening(line: str) -> tuple[str, str] | None:
    if line.startswith("$$") and not line.startswith("$$$"):
        return "$$", "$$"
    if line.startswith("\\["):
        return "\\[", "\\]"
    if found := _ENVIRONMENT.match(line):
        return found[0], f"\\end{{{found[1]}}}"
    return None


def _last_line(
    state: StateBlock, start_line: int, end_line: int, opening: int, closing: str
) -> tuple[int, bool] | None:
    """The line that ends with the closing mark, and whether it is still to come; None if there is none.

    Nothing may stand behind the mark: that would be a formula in a paragraph.
    """
    last_line = min(end_line, start_line + _MOST_LINES)
    for line in range(start_line, last_line):
        start = state.bMarks[line] + state.tShift[line]
        text = state.src[start : state.eMarks[line]]
        if not text.strip() or (line > start_line and state.sCount[line] < state.blkIndent):
            return None
        at = text.find(closing, opening if line == start_line else 0)
        if at >= 0:
            return None if text[at + len(closing) :].strip() else (line, False)
    growing = state.env.get(GROWING) and last_line == state.lineMax
    return (end_line - 1, True) if growing else None
