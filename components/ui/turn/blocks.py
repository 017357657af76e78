"""Cuts streaming Markdown into blocks that are finished and a tail that still grows. Pure text, no Streamlit.

A finished block is drawn once and never sent again, so the cost of a reply grows with its length and not
with its square. A cut is made only at a blank line where Markdown is at top level: a fence, a formula, a
list, a table or an HTML element stays whole, however long it gets. The same text gives the same blocks in
whatever pieces it came, so a reply is drawn the same live and afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Below this a block is kept together with the next one: each costs a message and an element on the page.
_WORTH_CUTTING = 400
# A paragraph without any blank line is cut from here on, or it would be sent again and again.
_TOO_LONG_A_PARAGRAPH = 3_000

_FENCE = re.compile(r"(?:[ \t]*(?:[-*+]|\d{1,9}[.)])(?=[ \t]))?([ \t]*)(`{3,}|~{3,})(.*)", re.DOTALL)
_LIST_ITEM = re.compile(r" {0,3}([-*+]|\d{1,9}[.)])(\s|$)")
_INDENTED = re.compile(r"(\t| {2,})\S")
_CODE_LINE = re.compile(r"(\t| {4,})\S")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_INLINE_CODE = re.compile(r"`[^`]*`")
# Elements that hold others. Any other tag at the start of a line is a word of the text, or ends with its line.
_CONTAINERS = (
    "article|aside|blockquote|center|details|dl|div|fieldset|figure|footer|form|header|main|nav|ol|pre|script|section|"
    "style|svg|table|textarea|ul"
)
_HTML_OPEN = re.compile(rf" {{0,3}}<({_CONTAINERS}|!--)(?![a-z0-9-])", re.IGNORECASE)
# Places in a long line, the better kind first; what follows must not look like the start of a list or a heading.
_BREAKS = (re.compile(r"(?:[.!?][\"')\]]*[ \t]+|[。！？]+)(?=[^\W\d_])"), re.compile(r"[ \t](?=[^\W\d_])"))
_BREAKS_TRIED = 40


@dataclass(slots=True)
class BlockSplitter:
    """Feed it deltas; `closed` grows by finished blocks, `tail` is what may still change.

    Each character is looked at a fixed number of times, so reading is linear in the text's length.
    """

    closed: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)  # whole lines since the last cut
    _open_size: int = 0
    _line: list[str] = field(default_factory=list)  # pieces of the line that is being written
    _line_size: int = 0
    _line_stays_whole: bool = False
    _cut: int | None = None  # index into `_open`: a cut there is safe if the next line agrees
    _fence: str = ""
    _fence_indent: int = 0
    _formula: bool = False
    _html: str = ""
    _html_depth: int = 0
    _in_list: bool = False
    _in_table: bool = False

    @property
    def tail(self) -> str:
        """The text after the last finished block."""
        return "".join((*self._open, *self._line))

    def feed(self, delta: str) -> None:
        """Takes more text in."""
        start = 0
        while (end := delta.find("\n", start)) >= 0:
            self._write(delta[start : end + 1])
            line = "".join(self._line)
            self._line.clear()
            self._line_size = 0
            self._line_stays_whole = False
            self._take(line)
            start = end + 1
        self._write(delta[start:])

    def _write(self, piece: str) -> None:
        # A line that goes on for too long is cut, too, always at the same lengths: however it came, the same blocks.
        while not self._line_stays_whole and self._line_size + len(piece) >= _TOO_LONG_A_PARAGRAPH:
            room = _TOO_LONG_A_PARAGRAPH - self._line_size
            line = "".join((*self._line, piece[:room]))
            start = _last_break(line) if self._line_may_be_cut(line) else 0
            if not start:
                self._line_stays_whole = True
                break
            piece = piece[room:]
            self._take(line[:start])
            self._close_at(len(self._open))
            self._line = [line[start:]]
            self._line_size = len(line) - start
        if piece:
            self._line.append(piece)
            self._line_size += len(piece)

    def _line_may_be_cut(self, line: str) -> bool:
        if self._is_nested() or self._in_table or opened_fence(line) or _HTML_OPEN.match(line):
            return False
        in_list = self._in_list and (self._cut is None or self._belongs_to_what_stands_before(line))
        return not in_list and _is_prose(line)

    def _take(self, line: str) -> None:
        blank = not line.strip()
        if not blank and self._cut is not None:
            if self._belongs_to_what_stands_before(line):
                self._cut = None
            else:
                self._close_at(self._cut)
        self._open.append(line)
        self._open_size += len(line)
        was_nested = self._is_nested()
        self._read_context(line, blank)
        if was_nested or self._is_nested():
            return
        if blank:
            if self._open_size >= _WORTH_CUTTING:
                self._cut = len(self._open)
        elif self._open_size - len(line) >= _TOO_LONG_A_PARAGRAPH and not self._in_list and not self._in_table:
            # Behind the line before this one, now that it is seen that this one does not change its meaning.
            if _is_prose(self._open[-2]) and _is_prose(line) and not _SETEXT.match(line):
                self._close_at(len(self._open) - 1)

    def _read_context(self, line: str, blank: bool) -> None:
        if self._fence:
            if closes_fence(line, self._fence, self._fence_indent):
                self._fence = ""
        elif self._formula:
            self._formula = line.count("$$") % 2 == 0
        elif self._html:
            self._read_html(line)
        elif found := opened_fence(line):
            self._fence, self._fence_indent = found
        elif _opens_formula(line):
            self._formula = True
        elif match := _HTML_OPEN.match(line):
            self._html = match[1].lower()
            self._read_html(line)
        if blank:
            self._in_table = False
        elif not self._is_nested():
            self._in_list = bool(_LIST_ITEM.match(line)) or (self._in_list and bool(_INDENTED.match(line)))
            self._in_table = self._in_table or _is_table_rule(line)

    def _read_html(self, line: str) -> None:
        if self._html == "!--":
            self._html = "" if "-->" in line else self._html
            return
        lower = line.lower()
        self._html_depth += len(re.findall(rf"<{self._html}(?![a-z0-9-])", lower)) - lower.count(f"</{self._html}")
        if self._html_depth <= 0:
            self._html, self._html_depth = "", 0

    def _is_nested(self) -> bool:
        return bool(self._fence or self._formula or self._html)

    def _belongs_to_what_stands_before(self, line: str) -> bool:
        """Tells an item or an indented line of a list, or the next lines of indented code, behind a blank line."""
        if self._in_list:
            return bool(_LIST_ITEM.match(line) or _INDENTED.match(line))
        return bool(_CODE_LINE.match(line))

    def _close_at(self, index: int) -> None:
        self.closed.append("".join(self._open[:index]))
        self._open = self._open[index:]
        self._open_size = sum(map(len, self._open))
        self._cut = None


def split_blocks(text: str) -> list[str]:
    """The blocks of a whole text, the last one being its tail; an empty text has none."""
    splitter = BlockSplitter()
    splitter.feed(text)
    return [*splitter.closed, splitter.tail] if splitter.tail else splitter.closed


def opened_fence(line: str) -> tuple[str, int] | None:
    """The mark and the column of the code fence that the line opens, be it behind the mark of a list; or None."""
    if not (match := _FENCE.match(line)):
        return None
    # A backtick fence cannot have backticks behind it: that would be inline code.
    if match[2][0] == "`" and "`" in match[3]:
        return None
    return match[2], match.start(2)


def closes_fence(line: str, fence: str, indent: int) -> bool:
    """Tells whether the line ends the fence that `opened_fence` found."""
    mark = line.strip(" \t\r\n")
    if len(mark) < len(fence) or mark.strip(fence[0]):
        return False
    # Deeper than that it is a line of the code. A fence that stands in a list is closed at its own depth.
    before = line[: len(line) - len(line.lstrip(" \t"))]
    return len(before.expandtabs(4)) <= indent + 3


def _opens_formula(line: str) -> bool:
    return "$$" in line and _INLINE_CODE.sub("", line).count("$$") % 2 == 1


def _is_table_rule(line: str) -> bool:
    return "|" in line and "-" in line and not line.strip("|-: \t\r\n")


def _is_prose(line: str) -> bool:
    """Tells a line behind which a paragraph may be cut: no row of a table, no quotation, no item of a list."""
    return not ("|" in line or line.lstrip().startswith(">") or _LIST_ITEM.match(line) or _CODE_LINE.match(line))


def _last_break(line: str) -> int:
    """The last place at which a long line may be cut: outside of marks that come in pairs. 0 if there is none."""
    for kind in _BREAKS:
        for match in list(kind.finditer(line))[: -_BREAKS_TRIED - 1 : -1]:
            head = line[: match.end()]
            paired = all(head.count(mark) % 2 == 0 for mark in ("`", "**", "__", "~~", "$$", "$"))
            if paired and head.count("[") == head.count("]"):
                return match.end()
    return 0
