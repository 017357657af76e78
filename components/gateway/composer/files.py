"""Answers about attached text files: their lines, words, characters and tokens, nothing of their meaning."""

from __future__ import annotations

from components.gateway.composer.context import Context, Outline
from components.gateway.composer.text import joined, key_terms, plural, quoted, table, words_of
from components.gateway.composer.wording import Wording
from components.gateway.text_files import TextFile
from components.gateway.tokens import count_tokens


def describe_files(context: Context, wording: Wording) -> Outline | None:
    """Answers a prompt that comes with text files."""
    if not context.files:
        return None
    sizes = [_size(file) for file in context.files]
    asked = f"You asked {quoted(context.prompt, 80)}; " if context.prompt else ""
    return Outline(
        "attached files",
        (f"{wording.pick('Attached to it', 'With it came')}: {joined(sizes)}. I measure it and judge nothing in it.",),
        (
            f"## {wording.pick('Measured', 'The size of')} {joined([f'`{file.name}`' for file in context.files])}",
            f"{wording.pick('Attached', 'With the prompt came')}: {joined(sizes)}.",
            table(
                ("File", "Language", "Lines", "Words", "Characters", "Tokens", "Key terms"), map(_row, context.files)
            ),
            f"{asked}what the {'files say' if len(sizes) > 1 else 'file says'} is for the real model to tell.",
        ),
    )


def _size(file: TextFile) -> str:
    lines, characters = plural(len(file.text.splitlines()), "line"), plural(len(file.text), "character")
    return f"`{file.name}` ({lines}, {characters})"


def _row(file: TextFile) -> tuple[str, ...]:
    counts = (len(file.text.splitlines()), len(words_of(file.text)), len(file.text), count_tokens(file.text))
    terms = ", ".join(term for term, _ in key_terms(file.text)[:3])
    return (f"`{file.name}`", file.language or "–", *(f"{count:,}" for count in counts), terms or "–")
