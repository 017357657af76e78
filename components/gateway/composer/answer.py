"""Writes the answer: the outline's blocks, lengthened when the prompt wants more, marked as simulated."""

from __future__ import annotations

from collections.abc import Iterator

from components.gateway.composer.context import Context, Outline
from components.gateway.composer.numbers import number_sections
from components.gateway.composer.reading import filler
from components.gateway.composer.text import bullets, quoted, words_of
from components.gateway.composer.wording import Wording

NOTICE = "*Simulated reply: measured by the built-in simulator, not written by Kimi.*"
# Below this a reply is its heading and first paragraph; above, it is filled up to the length that was asked for.
_SHORT_WORDS = 60


def write_answer(context: Context, outline: Outline, wording: Wording) -> Iterator[str]:
    """Yields Markdown blocks, each ending in a blank line; endless when an exact amount was asked for."""
    if outline.bare:
        yield from outline.blocks
    elif context.directive.answer is not None:
        yield from _exact(context.directive.answer, outline, wording)
    else:
        yield from _usual(context, outline, wording)


def _usual(context: Context, outline: Outline, wording: Wording) -> Iterator[str]:
    wanted = context.wanted_words
    blocks = list(outline.blocks)
    if wanted is not None and wanted < _SHORT_WORDS:
        blocks = blocks[:2]  # the heading, and what was measured
    if context.earlier_questions and outline.kind != "continuation":
        earlier = quoted(context.earlier_questions[-1], 60)
        blocks.insert(1, f"*{wording.pick('Following up on', 'Coming after')} {earlier}.*")
    if context.sources:
        blocks.append("### What the search returned\n\nThe simulator made these sources up; they prove nothing:")
        blocks.append(bullets(f"{source.title} [{number}]" for number, source in enumerate(context.sources, 1)))
    written = 0
    for block in blocks:
        written += len(words_of(block))
        yield block + "\n\n"
        # Only after a finished paragraph: not between a heading or a colon and what it announces.
        if block.endswith(".") and (aside := wording.aside()):
            yield aside + "\n\n"
    if wanted is not None and wanted >= _SHORT_WORDS:
        for block in filler(wanted - written, wording):
            yield block + "\n\n"
    yield NOTICE


def _exact(tokens: int, outline: Outline, wording: Wording) -> Iterator[str]:
    yield f"{NOTICE}\n\n"
    yield f"## Exactly {tokens:,} tokens\n\n"
    yield "The prompt asks for an exact length, so this goes on with facts about numbers until the last token.\n\n"
    if outline.kind not in ("close reading", "no question"):
        for block in outline.blocks:
            yield block + "\n\n"
    for block in number_sections(wording):
        yield block + "\n\n"
