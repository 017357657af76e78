"""The parser: CommonMark and what models use of GitHub's dialect, on markdown-it-py."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from components.markdown.cjk import cjk_emphasis
from components.markdown.formulas import formulas

# The definitions of a text, as markdown-it stores them: `references` of links and `footnotes`.
Env = MutableMapping[str, Any]

# Levels of blocks within blocks: a quotation is one, a list two. Each takes a few of Python's thousand nested calls.
_DEEPEST = 130
_QUOTED = re.compile(r"^(?:[ ]{0,3}> ?)+", re.MULTILINE)


class _Blocks(ParserBlock):
    """Shows blocks that are nested too deeply as they were written, where markdown-it would omit them."""

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        if state.level < _DEEPEST:
            super().tokenize(state, startLine, endLine)
            return
        text = _QUOTED.sub("", state.getLines(startLine, endLine, state.blkIndent, False)).strip()
        if text:
            state.push("paragraph_open", "p", 1).map = [startLine, endLine]
            token = state.push("text_as_written", "", 0)
            token.content = text
            state.push("paragraph_close", "p", -1)
        state.line = endLine


@cache
def parser() -> MarkdownIt:
    """The parser; it holds no state of a text."""
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST + 20})
    blocks = _Blocks()
    blocks.ruler = md.block.ruler
    md.block = blocks
    cjk_emphasis(md)
    md.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    md.use(footnote_plugin, inline=False, move_to_end=False).use(gfm_autolink_plugin).use(formulas)
    # Every address is parsed as one; the writer makes links only of those of the web and of mailboxes.
    md.validateLink = lambda url: True  # type: ignore[method-assign]  # its documented hook
    return md


def block_tokens(text: str, env: Env) -> list[Token]:
    """The blocks of a text, with their lines; definitions are added to `env`. Inlines are not parsed."""
    tokens: list[Token] = []
    parser().block.parse(text, parser(), env, tokens)
    return tokens


def read_inlines(tokens: list[Token], env: Env) -> None:
    """Parses the inlines of blocks."""
    md = parser()
    for token in tokens:
        if token.type == "inline":
            token.children = []
            md.inline.parse(token.content, md, env, token.children)
