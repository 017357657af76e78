"""A text that is being written, as HTML: blocks that are finished, which never change, and a tail that still does.

When a block begins on the outermost level, everything before it is finished: Markdown is read line by line, and later
lines do not change earlier blocks. So a finished block is parsed and drawn once, and the cost of a reply grows with its
length, not with the square of it. The exception are definitions (of a link's address, of a footnote): blocks that use
a later definition are written again at the end.

The same text gives the same blocks however it was split, so that a reply looks the same live and afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from components.markdown.document import normalized
from components.markdown.formulas import GROWING, OPEN
from components.markdown.parser import Env, block_tokens, read_inlines
from components.markdown.unfinished import close_blocks, completed_table, without_partial_mark
from components.markdown.writer import Writer

# In characters. A shorter block is joined with the next one: each costs a message and an element on the page.
_SHORTEST_BLOCK = 250
_LABEL = re.compile(r"\[((?:\\.|[^\[\]\\])+)\]")


@dataclass(slots=True)
class Block:
    """A finished piece of the text, with the counts of definitions when it was written."""

    text: str
    html: str
    links: int
    footnotes: int


class GrowingText:
    """A text fed in deltas; `blocks` are the finished ones."""

    def __init__(self, writer: Writer) -> None:
        self.blocks: list[Block] = []
        self._writer = writer
        self._env: Env = {}
        self._tail = ""
        self._open = 0  # index in the tail at which its last block begins
        self._read = 0  # index in the tail up to which the blocks are known
        self._pending = ""  # a carriage return or half a character at the end, until what follows it comes

    def feed(self, delta: str) -> None:
        """Appends text."""
        text = self._pending + delta
        end = len(text)
        if text[-1:] == "\r" or "\ud800" <= text[-1:] <= "\udbff":
            end -= 1
        self._pending = text[end:]
        self._tail += normalized(text[:end])

    def advance(self, *, ended: bool = False) -> None:
        """Moves finished blocks from the tail to `blocks`; `ended`: no more text comes."""
        if ended:
            self._tail += normalized(self._pending)
            self._pending = ""
        end = len(self._tail) if ended else self._tail.rfind("\n") + 1
        if end <= self._read:
            return
        lines = self._tail[self._open : end]
        starts = _starts(lines, {} if ended else {GROWING: True})
        base = self._open
        self._read = end
        for start in starts[1:]:
            self._open = base + start
            if self._open >= _SHORTEST_BLOCK:
                self._close(self._open)
                base -= self._open
                self._read -= self._open
                self._open = 0

    def _close(self, end: int) -> None:
        text, self._tail = self._tail[:end], self._tail[end:]
        html = self._html(text, self._env)
        self.blocks.append(Block(text, html, len(_links(self._env)), len(_footnotes(self._env))))

    def tail(self, *, ended: bool = False) -> str:
        """The HTML of the text after the finished blocks; until the text has `ended`, with its open marks closed."""
        env = _copy(self._env)
        if ended:
            return self._html(self._tail, env)
        env[GROWING] = True
        text = without_partial_mark(self._tail)
        tokens = block_tokens(text, env)
        if (table := completed_table(text, tokens)) is not None:
            tokens = block_tokens(table, env)
        close_blocks(tokens)
        read_inlines(tokens, env)
        return self._writer.write(tokens)

    def settle(self) -> list[int]:
        """Rewrites the blocks that use later definitions; returns their indexes. To be called at the end."""
        env = _copy(self._env)
        block_tokens(self._tail, env)
        links, footnotes = _links(env), _footnotes(env)
        changed = []
        for number, block in enumerate(self.blocks):
            late = {*links[block.links :], *footnotes[block.footnotes :]}
            if late and any(_key(label) in late for label in _LABEL.findall(block.text)):
                html = self._html(block.text, _copy(env))
                if html != block.html:
                    block.html = html
                    changed.append(number)
        return changed

    def _html(self, text: str, env: Env) -> str:
        tokens = block_tokens(text, env)
        read_inlines(tokens, env)
        return self._writer.write(tokens)


def _starts(text: str, env: Env) -> list[int]:
    """The indexes at which the outermost blocks of a text begin."""
    tokens: list[Token] = block_tokens(text, env)
    lines = [token.map[0] for token in tokens if token.level == 0 and token.nesting >= 0 and token.map]
    if len(lines) < 2:
        return [0]
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    if tokens[-1].meta.get(OPEN) and lines[-1] and offsets[lines[-1]] - offsets[lines[-1] - 1] > 1:
        lines.pop()  # if it is never closed, it belongs to the paragraph before it
    return [offsets[line] for line in lines]


def _links(env: Env) -> list[str]:
    return list(env.get("references", {}))


def _footnotes(env: Env) -> list[str]:
    return list(env.get("footnotes", {}).get("refs", {}))


def _copy(env: Env) -> Env:
    # The plugin counts the references to a footnote, which is not needed here.
    refs = dict.fromkeys(_footnotes(env), -1)
    return {"references": dict(env.get("references", {})), "footnotes": {"refs": refs, "list": {}}}


def _key(label: str) -> str:
    return f":{label[1:]}" if label.startswith("^") else normalizeReference(label)
