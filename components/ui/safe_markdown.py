"""Makes a drawn copy of a reply's Markdown: safe, complete and read as it was meant. The reply stays as it is.

Outside of code:

- a picture from elsewhere becomes a link: the browser would fetch it, and a reply that was talked into it
  could carry the conversation away in the address;
- ``\\(…\\)`` and ``\\[…\\]`` become the formula marks that Streamlit knows;
- a dollar sign that means money is kept from opening a formula (the rule of Pandoc's tex_math_dollars);
- what is still open at the end of a growing text is closed, so that no raw mark flashes up.

Where it is not certain that Markdown reads something as code (a fence that its list may have ended, a span
that may cross cells of a table), an invisible character between ``!`` and ``[`` keeps a picture from being one.
Everything is read once from left to right: the time grows with the length.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from components.core.texts import whole_characters
from components.ui.turn.blocks import closes_fence, opened_fence

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_BLANK_LINE = re.compile(r"(?:\r\n|\n|\r(?!\n))[ \t]*(?=[\r\n])")
_PREFIX = re.compile(r"[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]*)*")
_TICKS = re.compile(r"`+")
_TOKEN = re.compile(r"\\[\s\S]|`+|!+\[|\$\$?|[<|]")
_FORMULA = re.compile(r"\$(?=[^\s$])(?:\\[^\r\n]|[^$\\\r\n])*(?<=[^\s\\])\$(?!\d)")
_MARK = re.compile(r"\\[\s\S]|`+|\*{2,3}|__|~~|\$\$?")
_MARKS = ("***", "**", "__", "~~")
_TEX = re.compile(r"[\\^_{]")
_JOINER = "\u2060"


def drawable(text: str) -> str:
    """The copy of a finished block that is drawn."""
    return outside_code(whole_characters(text), _rewritten)


def drawable_tail(text: str) -> str:
    """The copy of a growing text that is drawn: like `drawable`, with what is open closed."""
    return drawable(_closed(text))


def without_formulas(sentence: str) -> str:
    """A sentence of ours or of a server, in which every dollar sign is money."""
    return whole_characters(sentence).replace("$", "\\$")


def plain(text: str) -> str:
    """Text of others, such as a file's name, without what Markdown would make of it."""
    return "".join(
        f"\\{character}" if character in r"\`*_[]:$~<" else character for character in whole_characters(text)
    )


def keep_lines(text: str) -> str:
    """Keeps single line breaks, which Markdown would join: thinking is written in lines, not in paragraphs."""
    return outside_code(text, lambda plain, _: re.sub(r"(?<=[^\s|])\n(?=[^\s|#>\-*+\d])", "  \n", plain))


def outside_code(text: str, rewrite: Callable[[str, bool], str]) -> str:
    """The text with what stands outside of fences rewritten; `rewrite` is told whether to be wary."""
    out: list[str] = []
    wary = False  # a paragraph may have begun inside of what was taken for a fence
    for part, code, certain in _Regions(text):
        if code:
            out.append(part if certain else _defused(part))
            wary = wary or not certain
        else:
            out.append(rewrite(part, wary))
    return "".join(out)


class _Regions:
    """The text in parts: (text, is it a fence, is that certain). After iterating `open_fence` is the one left open.

    Certain is a fence whose lines all stand at least as deep as its first one and that ends at the same depth,
    in a text without HTML and formula blocks before it: in any list or none, Markdown reads that as code.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.open_fence = ""
        self.open_indent = 0

    def __iter__(self) -> Iterator[tuple[str, bool, bool]]:
        part: list[str] = []
        fence, indent = "", 0
        sure = here = True  # of everything from here on; of this fence
        after_blank = True
        for line in _LINE.findall(self._text):
            blank = not line.strip(" \t\r\n")
            if fence:
                part.append(line)
                depth = _depth(line)
                closes = closes_fence(line, fence, indent)
                if not blank and (depth < indent or (closes and depth != indent and indent > 0)):
                    sure = False  # its list may have ended, and the fence with it
                if closes:
                    yield "".join(part), True, sure and here
                    part, fence = [], ""
            elif found := opened_fence(line):
                yield "".join(part), False, True
                part, (fence, indent) = [line], found
                before = line[:indent]
                sure = sure and "\t" not in before and "     " not in before.lstrip(" ")
                here = "|" not in line and (after_blank or (indent <= 3 and not before.strip()))
            else:
                part.append(line)
                # `_PREFIX` takes the empty string too, so it matches every line.
                sure = sure and not line[_PREFIX.match(line).end() :].startswith(("<", "$$"))  # type: ignore[union-attr]  # it matches the empty start, too
            after_blank = blank
        self.open_fence, self.open_indent = fence, indent
        yield "".join(part), bool(fence), sure and here


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _defused(text: str) -> str:
    return text.replace("![", f"!{_JOINER}[")


class _Spans:
    """Finds the end of code spans and paragraphs in a text, each in a look-up."""

    def __init__(self, text: str) -> None:
        self._runs: dict[int, list[int]] = defaultdict(list)
        for run in _TICKS.finditer(text):
            self._runs[len(run[0])].append(run.start())
        self._blanks = [match.start() for match in _BLANK_LINE.finditer(text)]
        self._size = len(text)

    def paragraph_end(self, position: int) -> int:
        index = bisect.bisect_left(self._blanks, position)
        return self._blanks[index] if index < len(self._blanks) else self._size

    def code_end(self, start: int, ticks: int, limit: int) -> int:
        """Where the code span ends that `ticks` backticks at `start` open; 0 if they open none."""
        runs = self._runs[ticks]
        index = bisect.bisect_left(runs, start + ticks)
        return runs[index] + ticks if index < len(runs) and runs[index] < limit else 0


def _rewritten(text: str, wary: bool) -> str:
    spans = _Spans(text)
    brackets = _bracket_ends(text) if "![" in text else {}
    closers = {mark: _Closer(text, mark) for mark in ("\\)", "\\]", "$$")}
    out: list[str] = []
    position = paragraph_end = 0
    doubtful = False  # something before in the paragraph may have eaten a backtick
    while token := _TOKEN.search(text, position):
        start, end, mark = token.start(), token.end(), token[0]
        out.append(text[position:start])
        position = end
        if start >= paragraph_end:
            paragraph_end, doubtful = spans.paragraph_end(start), wary
        if mark[0] == "`":
            if close := spans.code_end(start, len(mark), paragraph_end):
                code = text[start:close]
                doubtful = doubtful or "\n" in code or "\r" in code
                out.append(_defused(code) if doubtful or "|" in code else code)
                position = close
            else:
                out.append(mark)
        elif mark[0] == "!":
            out.append("\\!" * (len(mark) - 2) + _link_start(text, end - 1, brackets))
        elif mark in ("\\(", "\\[", "$$"):
            closing = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}[mark]
            close = closers[closing].after(end)
            at_line_start = text[max(0, start - 1) : start] in ("", "\n", "\r")
            if close < 0 or (close >= paragraph_end and not (mark == "$$" and at_line_start)):
                out.append("\\$\\$" if mark == "$$" else mark)
            else:
                out.append(_defused(_formula(text, start, close, mark)))
                position = close + 2
            doubtful = True
        elif mark == "$":
            if formula := _FORMULA.match(text, start):
                out.append(_defused(formula[0]))
                position = formula.end()
            else:
                out.append("\\$")
            doubtful = True
        else:
            doubtful = doubtful or mark in "<|"
            out.append(mark)
    out.append(text[position:])
    return "".join(out)


class _Closer:
    """Looks for a closing mark without ever searching the same stretch twice."""

    def __init__(self, text: str, mark: str) -> None:
        self._text, self._mark = text, mark
        self._found = 0

    def after(self, position: int) -> int:
        if 0 <= self._found < position:
            self._found = self._text.find(self._mark, position)
        return self._found


def _formula(text: str, start: int, close: int, mark: str) -> str:
    inner = text[start + 2 : close].strip()
    # A line break before any of these could open a block of its own.
    if mark == "$$" or not inner or "$" in inner or inner.startswith("<") or "```" in inner or "~~~" in inner:
        return text[start : close + 2]
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    before = text[line_start:start]
    if mark == "\\(" or text[close + 2 : close + 3] not in ("", "\n", "\r"):
        return f"${inner}$"
    if before.strip(" "):
        return f"$${inner}$$"
    # Streamlit wants the marks of a formula block on lines of their own, as deep as the list that it stands in.
    return f"$$\n{before}{inner}\n{before}$$"


def _link_start(text: str, bracket: int, ends: dict[int, int]) -> str:
    close = ends.get(bracket, -1)
    if close < 0 or text[close + 1 : close + 2] not in ("(", "[") or text[close + 1 : close + 3] == "[]":
        return "\\!["  # no picture, or one whose text is the name of its address and must stay as it is
    return "[picture: " + ("untitled" if close == bracket + 1 else "")


def _bracket_ends(text: str) -> dict[int, int]:
    ends: dict[int, int] = {}
    stack: list[int] = []
    for match in re.finditer(r"\\[\s\S]|[\[\]]", text):
        if match[0] == "[":
            stack.append(match.start())
        elif match[0] == "]" and stack:
            ends[stack.pop()] = match.start()
    return ends


def _closed(text: str) -> str:
    regions = _Regions(text)
    *before, last = [part for part, _, _ in regions]
    if regions.open_fence:
        lines = text.rstrip("\r\n")
        return f"{lines}\n{' ' * regions.open_indent}{regions.open_fence}"
    if _has_open_formula_block(last):
        return f"{text.rstrip(chr(10))}\n$$"
    start = max((match.end() for match in _BLANK_LINE.finditer(last)), default=0)
    return "".join(before) + last[:start] + _closed_paragraph(last[start:])


def _has_open_formula_block(text: str) -> bool:
    """Tells a formula block that began at the start of a line and goes on to the end of the text."""
    is_open = False
    for line in _LINE.findall(text):
        stripped = line.strip()
        if stripped.startswith("$$") or (is_open and stripped.endswith("$$")):
            is_open ^= stripped.count("$$") % 2 == 1
    return is_open


def _closed_paragraph(text: str) -> str:
    text = _closed_link(_closed_table(text))
    spans = _Spans(text)
    opened: list[str] = []
    position = 0
    while token := _MARK.search(text, position):
        start, mark = token.start(), token[0]
        position = token.end()
        if mark[0] == "`":
            position = spans.code_end(start, len(mark), len(text))
            if not position:
                opened.append(mark)
                break
        elif mark == "$":
            if formula := _FORMULA.match(text, start):
                position = formula.end()
            elif "\n" not in text[start:] and _TEX.search(text, position) and not text[-1:].isspace():
                opened.append(mark)
                break
        elif mark in ("\\(", "\\["):
            close = text.find("\\)" if mark == "\\(" else "\\]", position)
            if close < 0:
                opened.append("\\)" if mark == "\\(" else "\\]")
                break
            position = close + 2
        elif mark in opened:
            del opened[opened.index(mark) :]
        elif mark in _MARKS and not text[position : position + 1].isspace():
            opened.append(mark)
    for mark in reversed(opened):
        stripped = text.rstrip()
        # A mark with nothing behind it yet is not drawn at all.
        text = stripped[: -len(mark)] if stripped.endswith(mark) else stripped + mark
    return text


def _closed_link(text: str) -> str:
    """Leaves the text of a link or picture that is still being written; its brackets and address would flash up."""
    line = max(text.rfind("\n"), text.rfind("\r")) + 1
    bracket = text.rfind("[", line)
    if bracket < 0 or text[line:bracket].count("`") % 2 or text[:bracket].endswith("\\"):
        return text
    begin = bracket - 1 if text[line:bracket].endswith("!") else bracket
    label, closed, rest = text[bracket + 1 :].partition("]")
    if not closed or (rest.startswith("(") and ")" not in rest):
        return text[:begin] + label
    return text


def _closed_table(text: str) -> str:
    """Completes the line under the head of a table: until it is there the head is a row of bars."""
    lines = text.splitlines(keepends=True)
    if len(lines) != 2 or "|" not in lines[0] or not lines[1].strip() or lines[1].strip(" \t|:-"):
        return text
    return lines[0] + "|" + " --- |" * (lines[0].strip().strip("|").count("|") + 1)
