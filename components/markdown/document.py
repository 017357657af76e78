"""A complete text as HTML, for exports and all texts that no longer grow."""

from __future__ import annotations

from components.core.texts import whole_characters
from components.markdown.parser import Env, block_tokens, read_inlines
from components.markdown.writer import Writer


def html_of(text: str, writer: Writer | None = None) -> str:
    """The text as HTML; without a `writer` it is written for a file that needs nothing else."""
    env: Env = {}
    tokens = block_tokens(normalized(text), env)
    read_inlines(tokens, env)
    return (writer or Writer()).write(tokens)


def export_html(text: str, *, thinking: bool = False) -> str:
    """The text as an element of an exported file, which must have the rules of `style.style`."""
    tone = "thinking" if thinking else "answer"
    return f'<div class="md {tone}">{html_of(text, Writer(breaks=thinking))}</div>'


def normalized(text: str) -> str:
    """The text as the parser needs it: without half characters and NUL, and with line feeds only."""
    return whole_characters(text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
