"""Closes what is still open at the end of a growing text, in the copy that is drawn, so that no raw mark flashes up.

Once the text has ended it is drawn as it is, without any of this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it.token import Token

from components.markdown.mathml import mathml
from components.markdown.tex import SIGNS_OF_TEX

# The last line, if it may become a fence, a rule, a heading or the line under one.
_PARTIAL_MARK = re.compile(r"(?:^|\n)[ \t]*(?:`{1,2}|~{1,2}|[-=*_]+|#{1,6}|\$|\\)$")
_MARK = re.compile(r"\\[(\[]|\\[\s\S]|`+|\*{1,3}|__?|~~|\$\$?|!?\[|\]|<(?=https?:|mailto:)")
_DANGLING = re.compile(r"(?:\s|^)(?:[*_~`]+|!?\[|!|\\|\$\$?)$|(?<=\S)(?:[*_~`]+|\\)$")
_DANGLING_IN_TEX = re.compile(r"(?:\s*(?:\\[A-Za-z]*|[-+=*/<>,;:&|^_$]))+$")
_ADDRESS = re.compile(r"\([^()\s]*(?:\s[^()]*)?$")
_TABLE_RULE = re.compile(r"\|?[\s|:-]*")


def without_partial_mark(text: str) -> str:
    """The text without its last line if that may still become the mark of a block."""
    return _PARTIAL_MARK.sub("", text)


def completed_table(text: str, tokens: list[Token]) -> str | None:
    """The text with a delimiter row under the head of an unfinished table; None if it does not end with such a head."""
    open_tokens = [at for at, token in enumerate(tokens) if token.nesting >= 0]
    last = open_tokens[-1] if open_tokens else -1
    if last < 0 or tokens[last].type != "inline" or tokens[last + 1].type != "paragraph_close":
        return None
    lines = tokens[last].content.split("\n")
    heads = [line for line in lines[-2:] if line.startswith("|")]
    if not heads or len(heads) != len(lines[-2:]) or (len(lines) > 2 and lines[-3].startswith("|")):
        if len(lines) < 2 or not lines[-1].startswith("|"):
            return None
        heads = [lines[-1]]
    if len(heads) == 2 and not _TABLE_RULE.fullmatch(heads[1]):
        return None
    head = text.rstrip("\n")
    if len(heads) == 2:
        head = head.rpartition("\n")[0]
    columns = len(re.findall(r"(?<!\\)\|", heads[0].rstrip().removesuffix("|")))
    line = head[head.rfind("\n") + 1 :]
    indent = re.sub(r"[^>]", " ", line[: line.find("|")])
    return f"{head}\n{indent}|{' --- |' * columns}"


def close_blocks(tokens: list[Token]) -> None:
    """Closes what is open in the last of the blocks, by changing its token."""
    for token in reversed(tokens):
        if token.type == "fence":
            lines, _, last = token.content.rpartition("\n")
            if last.strip() and token.markup.startswith(last.strip()):
                token.content = lines
        elif token.type == "formula_block":
            token.content = completed_formula(token.content) or ""
            token.hidden = not token.content
        elif token.type == "inline":
            token.content = close_inlines(token.content)
        if token.nesting >= 0:
            return


@dataclass(slots=True)
class _Open:
    """What is open at a position of a text: marks of emphasis, and the indexes of the last brackets."""

    marks: list[str] = field(default_factory=list)
    bracket: int = -1
    bracket_end: int = -1


def close_inlines(text: str) -> str:
    """The text of a paragraph, a heading or a table cell with its open marks closed."""
    state = _Open()
    position = 0
    while found := _MARK.search(text, position):
        mark, start = found[0], found.start()
        position = found.end()
        if mark[0] == "`":
            end = _code_end(text, position, len(mark))
            if end < 0:
                return _close_marks(text, state, mark)
            position = end
        elif mark in ("$", "$$", "\\(", "\\["):
            end = _formula_end(text, start, mark)
            if end == _OPEN:
                head, tex = text[:start], completed_formula(text[position:])
                closing = {"\\(": "\\)", "\\[": "\\]"}.get(mark, mark)
                return _close_marks(f"{head}{mark}{tex}{closing}" if tex else head.rstrip(" "), state)
            position = max(position, end)
        elif mark[-1] == "[":
            state.bracket, state.bracket_end = start, -1
        elif mark == "]":
            state.bracket_end = start
        elif mark == "<":
            if text.find(">", position) < 0:
                return _close_marks(text[:start], state)
        elif mark[0] in "*_~":
            _apply_mark(text, start, mark, state.marks)
    return _close_marks(text, state)


def _apply_mark(text: str, start: int, mark: str, marks: list[str]) -> None:
    before, after = text[start - 1 : start], text[start + len(mark) : start + len(mark) + 1]
    if mark in marks and before.strip():
        del marks[marks.index(mark) :]
    elif mark == "***" and {"**", "*"} <= set(marks):
        del marks[min(marks.index("**"), marks.index("*")) :]
    elif after.strip() and not (mark[0] == "_" and before.isalnum()) and not (mark == "*" and before.isalnum()):
        marks.append(mark)


def _close_marks(text: str, state: _Open, ticks: str = "") -> str:
    text = _without_link(text, state)
    if ticks:
        stripped = text.rstrip("`")
        # A mark with nothing after it yet is not drawn.
        text = text + ticks if len(text) - len(stripped) < len(ticks) and text.strip() else stripped
    else:
        text = _DANGLING.sub("", text) if not text.endswith(("`", "$")) or text.count("`") % 2 else text
    for mark in reversed(state.marks):
        stripped = text.rstrip()
        text = stripped.removesuffix(mark) if stripped.endswith(mark) else stripped + mark
    return text


def _without_link(text: str, state: _Open) -> str:
    """Reduces a link that is still being written to its text: its brackets and address would flash up."""
    if state.bracket < 0 or "\n" in text[state.bracket :]:
        return text
    start = state.bracket
    words = start + (2 if text[start] == "!" else 1)
    if state.bracket_end < start:
        return text[:start] + text[words:]
    behind = text[state.bracket_end + 1 :]
    if behind.startswith("(") and ")" not in behind and _ADDRESS.fullmatch(behind):
        return text[:start] + text[words : state.bracket_end]
    return text


def _code_end(text: str, position: int, ticks: int) -> int:
    found = re.compile(rf"(?<!`)`{{{ticks}}}(?!`)").search(text, position)
    return found.end() if found else -1


_OPEN = -2


def _formula_end(text: str, start: int, mark: str) -> int:
    """The end of the formula that begins at a mark; `_OPEN` if it is still being written, -1 if there is none."""
    position = start + len(mark)
    if mark[0] == "\\":
        end = text.find("\\)" if mark == "\\(" else "\\]", position)
        return end + 2 if end >= 0 else _OPEN if mark == "\\(" or SIGNS_OF_TEX.search(text, position) else -1
    end = text.find(mark, position)
    if end >= 0:
        return end + len(mark)
    before, inner = text[max(0, start - 1) : start], text[position:]
    may_be = inner[:1].strip() and not before.isalnum() and "\n" not in inner and SIGNS_OF_TEX.search(inner)
    return _OPEN if may_be or (mark == "$$" and "\n" not in inner) else -1


def completed_formula(tex: str) -> str | None:
    """The beginning of a formula completed so that it can be drawn, or None."""
    tex = _DANGLING_IN_TEX.sub("", tex.rstrip()).rstrip()
    tex += "}" * max(0, len(re.findall(r"(?<!\\)\{", tex)) - len(re.findall(r"(?<!\\)\}", tex)))
    return tex if tex and mathml(tex, block=False) is not None else None
