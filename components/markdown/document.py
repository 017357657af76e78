"""A whole text as HTML that stands alone, for exports and everything that no longer grows."""

from __future__ import annotations

from components.core.texts import whole_characters
from components.markdown.parser import Env, block_tokens, read_inlines
from components.markdown.writer import Writer


def html_of(text: str, writer: Writer | None = None) -> str:
    """The text as HTML; `writer` says how it is written, else for a file that stands alone."""
    env: Env = {}
    tokens = block_tokens(normalized(text), env)
    read_inlines(tokens, env)
    return (writer or Writer()).write(tokens)


def export_html(text: str, *, thinking: bool = False) -> str:
    """The text as an element of a file that has the rules of `style.style`."""
    tone = "thinking" if thinking else "answer"
    return f'<div class="md {tone}">{html_of(text, Writer(breaks=thinking))}</div>'


def normalized(text: str) -> str:
    """The text as the parser takes it: in whole characters and with line feeds only."""
    return whole_characters(text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
