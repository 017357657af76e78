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
# A paragraph without any blank line is cut at a line end from here on, or it would be sent again and again.
_TOO_LONG_A_PARAGRAPH = 3_000

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_LIST_ITEM = re.compile(r" {0,3}([-*+]|\d{1,9}[.)])(\s|$)")
_HTML_OPEN = re.compile(r" {0,3}<([a-zA-Z][a-zA-Z0-9-]*)[\s>]")
_INDENTED = re.compile(r"(\t| {2,})\S")


@dataclass(slots=True)
class BlockSplitter:
    """Feed it deltas; `closed` grows by finished blocks, `tail` is what may still change.

    Each character is looked at once as part of a whole line, so reading is linear in the text's length.
    """

    closed: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)  # whole lines since the last cut
    _open_size: int = 0
    _line: list[str] = field(default_factory=list)  # pieces of the line that is being written
    _cut: int | None = None  # index into `_open`: a cut there is safe if the next line agrees
    _fence: str = ""
    _formula: bool = False
    _html: str = ""
    _in_list: bool = False

    @property
    def tail(self) -> str:
        """The text after the last finished block."""
        return "".join((*self._open, *self._line))

    def feed(self, delta: str) -> None:
        """Takes more text in."""
        start = 0
        while (end := delta.find("\n", start)) >= 0:
            self._line.append(delta[start : end + 1])
            line = "".join(self._line)
            self._line.clear()
            self._take(line)
            start = end + 1
        if start < len(delta):
            self._line.append(delta[start:])

    def _take(self, line: str) -> None:
        blank = not line.strip()
        if not blank and self._cut is not None:
            if self._continues_list(line):
                self._cut = None
            else:
                self._close_at(self._cut)
        self._open.append(line)
        self._open_size += len(line)
        self._read_context(line, blank)
        if self._is_nested():
            return
        if blank:
            if self._open_size >= _WORTH_CUTTING:
                self._cut = len(self._open)
        elif self._open_size >= _TOO_LONG_A_PARAGRAPH and self._is_prose():
            self._close_at(len(self._open))

    def _read_context(self, line: str, blank: bool) -> None:
        if self._fence:
            if (match := _FENCE.match(line)) and match[1].startswith(self._fence) and not match[2].strip():
                self._fence = ""
            return
        if self._formula:
            self._formula = line.count("$$") % 2 == 0
            return
        if self._html:
            if f"</{self._html}" in line.lower():
                self._html = ""
            return
        if match := _FENCE.match(line.lstrip()):
            # A backtick fence cannot have backticks behind it: that would be inline code.
            if not (match[1][0] == "`" and "`" in match[2]):
                self._fence = match[1]
        elif line.count("$$") % 2:
            self._formula = True
        elif (match := _HTML_OPEN.match(line)) and f"</{match[1].lower()}" not in line.lower():
            self._html = match[1].lower()
        if not blank:
            self._in_list = bool(_LIST_ITEM.match(line)) or (self._in_list and bool(_INDENTED.match(line)))

    def _is_nested(self) -> bool:
        return bool(self._fence or self._formula or self._html)

    def _is_prose(self) -> bool:
        return not self._in_list and not any(line.lstrip().startswith("|") for line in self._open[-2:])

    def _continues_list(self, line: str) -> bool:
        return self._in_list and bool(_LIST_ITEM.match(line) or _INDENTED.match(line))

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
