"""A text that is being written, as HTML: blocks that are finished, which never change, and a tail that still does.

Where a block begins on the outermost level, everything before it is finished: Markdown is read line by line, and no
later line reaches back. So a finished block is read and drawn once, and the cost of a reply grows with its length, not
with its square. What does reach back is a definition (of a link's address, of a footnote): blocks that use what was
defined behind them are written again at the end.

The same text gives the same blocks in whatever pieces it came, so that a reply is drawn the same live and afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from components.markdown.document import normalized
from components.markdown.formulas import GROWING, OPEN
from components.markdown.parser import Env, block_tokens, read_inlines
from components.markdown.unfinished import close_blocks, completed_table, without_half_a_mark
from components.markdown.writer import Writer

# In characters. A shorter block is kept together with the next one: each costs a message and an element on the page.
_WORTH_CUTTING = 250
_LABEL = re.compile(r"\[((?:\\.|[^\[\]\\])+)\]")


@dataclass(slots=True)
class Block:
    """A finished part of the text, and how many definitions there were when it was written."""

    text: str
    html: str
    links: int
    footnotes: int


class GrowingText:
    """Takes deltas in; `blocks` are the finished ones."""

    def __init__(self, writer: Writer) -> None:
        self.blocks: list[Block] = []
        self._writer = writer
        self._env: Env = {}
        self._tail = ""
        self._open = 0  # where in the tail its last block begins
        self._read = 0  # up to where in the tail the blocks are known
        self._half = ""  # a carriage return or half a character, whose other half may come

    def feed(self, delta: str) -> None:
        """Takes more text in."""
        text = self._half + delta
        whole = len(text)
        if text[-1:] == "\r" or "\ud800" <= text[-1:] <= "\udbff":
            whole -= 1
        self._half = text[whole:]
        self._tail += normalized(text[:whole])

    def advance(self, *, ended: bool = False) -> None:
        """Adds what is finished by now to `blocks`; `ended` says that no more text comes."""
        if ended:
            self._tail += normalized(self._half)
            self._half = ""
        end = len(self._tail) if ended else self._tail.rfind("\n") + 1
        if end <= self._read:
            return
        lines = self._tail[self._open : end]
        starts = _starts(lines, {} if ended else {GROWING: True})
        base = self._open
        self._read = end
        for start in starts[1:]:
            self._open = base + start
            if self._open >= _WORTH_CUTTING:
                self._close(self._open)
                base -= self._open
                self._read -= self._open
                self._open = 0

    def _close(self, end: int) -> None:
        text, self._tail = self._tail[:end], self._tail[end:]
        html = self._written(text, self._env)
        self.blocks.append(Block(text, html, len(_links(self._env)), len(_footnotes(self._env))))

    def tail(self, *, ended: bool = False) -> str:
        """The HTML behind the finished blocks; as long as the text has not ended, with what is open in it closed."""
        env = _copied(self._env)
        if ended:
            return self._written(self._tail, env)
        env[GROWING] = True
        text = without_half_a_mark(self._tail)
        tokens = block_tokens(text, env)
        if (table := completed_table(text, tokens)) is not None:
            tokens = block_tokens(table, env)
        close_blocks(tokens)
        read_inlines(tokens, env)
        return self._writer.write(tokens)

    def settle(self) -> list[int]:
        """Writes those blocks again that use what was defined after them. To be called at the end; their numbers."""
        env = _copied(self._env)
        block_tokens(self._tail, env)
        links, footnotes = _links(env), _footnotes(env)
        changed = []
        for number, block in enumerate(self.blocks):
            late = {*links[block.links :], *footnotes[block.footnotes :]}
            if late and any(_key(label) in late for label in _LABEL.findall(block.text)):
                html = self._written(block.text, _copied(env))
                if html != block.html:
                    block.html = html
                    changed.append(number)
        return changed

    def _written(self, text: str, env: Env) -> str:
        tokens = block_tokens(text, env)
        read_inlines(tokens, env)
        return self._writer.write(tokens)


def _starts(text: str, env: Env) -> list[int]:
    """Where the outermost blocks of a text begin."""
    tokens: list[Token] = block_tokens(text, env)
    lines = [token.map[0] for token in tokens if token.level == 0 and token.nesting >= 0 and token.map]
    if len(lines) < 2:
        return [0]
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    if tokens[-1].meta.get(OPEN) and lines[-1] and offsets[lines[-1]] - offsets[lines[-1] - 1] > 1:
        lines.pop()  # if it is never closed, it goes on with the paragraph before it
    return [offsets[line] for line in lines]


def _links(env: Env) -> list[str]:
    return list(env.get("references", {}))


def _footnotes(env: Env) -> list[str]:
    return list(env.get("footnotes", {}).get("refs", {}))


def _copied(env: Env) -> Env:
    # The plugin counts the marks of a footnote; nothing of ours needs that.
    refs = dict.fromkeys(_footnotes(env), -1)
    return {"references": dict(env.get("references", {})), "footnotes": {"refs": refs, "list": {}}}


def _key(label: str) -> str:
    return f":{label[1:]}" if label.startswith("^") else normalizeReference(label)
