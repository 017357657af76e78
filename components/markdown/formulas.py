r"""The one rule that says what is a formula: ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]`` and ``\begin{align}…``.

The text between the marks decides as well (`tex`), and the characters around dollar signs: no letter or digit directly
outside, no space directly inside, no other dollar sign between them; after `=` or the slash of a path it is a variable.

A formula on lines of its own ends before the first blank line, as in TeX; so a growing text needs to wait no longer.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from components.markdown.tex import RELATION, SIGNS_OF_TEX, is_formula

# Key in `env` of a text that is still being written: a formula block may still be closed.
GROWING = "growing"
# Key in the `meta` of a formula block: it is not closed yet.
OPEN = "open"
# Characters of a formula within a line: a closing mark is searched for no farther.
_LONGEST = 2_000
# Lines of a formula on lines of its own.
_MOST_LINES = 100

# A number alone is a price if there is another price: `$40 then $50$ off`.
_AMOUNT, _PRICE = re.compile(r"\d[\d.,]*"), re.compile(r"(?<![\\$\d])\$\d[\d.,]*(?=[\s;:!?)]|$)")
_ENVIRONMENT = re.compile(r"\\begin\{((?:equation|align|alignat|gather|multline|eqnarray|flalign)\*?)\}")


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
    after, inner = src[end + 1 : end + 2], src[start + 1 : end]
    # The second of two variables begins where a formula would end: `$A${B}`, `$(C)$(D)`.
    if end < 0 or _is_word(after) or after in ("$", "{", "_") or (after == "(" and inner.startswith("(")):
        return None
    if _AMOUNT.fullmatch(inner) and _PRICE.search(src[: state.posMax]):
        return None
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
    # A number in escaped brackets is a numbered reference.
    if opening == "\\[" and not (SIGNS_OF_TEX.search(inner) or RELATION.search(inner)):
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
    """The line that ends with the closing mark, and whether that is still to come; None if there is none.

    Text after the mark would make it a formula in a paragraph.
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
