"""Writes the answer: the finished work in Markdown, lengthened when the prompt wants more, marked as simulated."""

from __future__ import annotations

from collections.abc import Iterator

from components.gateway.composer.analysis import essay_sections
from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.judging import KIND as JUDGEMENT
from components.gateway.composer.numbers import number_sections
from components.gateway.composer.prose import is_mostly_cjk, words_of
from components.gateway.composer.tables import numbered
from components.gateway.composer.voice import Voice

NOTICE = "*Simulated reply: measured by the built-in simulator, not written by Kimi.*"
_LONG_WORDS = 150


def answer(brief: Brief, work: Work, voice: Voice) -> Iterator[str]:
    """Yields Markdown blocks, each ending in a blank line; endless when an exact amount was asked for."""
    if brief.directive.answer is not None:
        yield from _exact(brief, work, voice)
        return
    if work.kind == JUDGEMENT:
        # A program reads it: nothing may stand beside it, and it says itself that it is simulated.
        yield from work.blocks
        return
    if is_mostly_cjk(brief.prompt):
        yield "The simulator answers in English only.\n\n"
    wanted = brief.wanted_words
    blocks = list(_shortened(work) if wanted is not None and wanted < _LONG_WORDS else work.blocks)
    if brief.earlier_questions and work.kind != "recall":
        blocks.insert(1, _follow_up(brief, voice))
    if brief.sources:
        blocks += _cited(brief, voice)
    written = 0
    for block in filter(None, blocks):
        written += len(words_of(block))
        yield block + "\n\n"
        # Only after a finished paragraph: not between a heading or a colon and what it announces.
        if block.endswith(".") and (aside := voice.aside()):
            yield aside + "\n\n"
    if wanted is not None and wanted >= _LONG_WORDS:
        yield from _lengthened(brief, voice, wanted - written)
    yield NOTICE


def _shortened(work: Work) -> tuple[str, ...]:
    """The heading and the first paragraph: what was measured still comes first."""
    return work.blocks[:2]


def _follow_up(brief: Brief, voice: Voice) -> str:
    asked = brief.earlier_questions[-1]
    start = " ".join(asked.split()[:10])
    return voice.maybe(f"*‹Following up on¦Coming after› “{start}{'…' if len(asked.split()) > 10 else ''}”:*", 0.7)


def _cited(brief: Brief, voice: Voice) -> list[str]:
    return [
        voice.say("### ‹What the search returned¦From the web search¦Sources, as given›"),
        voice.say(
            "‹The sources in the context are simulated¦These sources are made up by the simulator› and ‹prove "
            "nothing¦hold no facts›:"
        ),
        numbered(f"{source.title} [{place}]" for place, source in enumerate(brief.sources, 1)),
    ]


def _lengthened(brief: Brief, voice: Voice, missing: int) -> Iterator[str]:
    for block in essay_sections(brief, voice):
        if missing <= 0:
            return
        missing -= len(words_of(block))
        yield block + "\n\n"
    if missing > 0:
        yield "### To fill the length\n\n"
        yield (
            "The subject is used up as far as it can be read from the prompt. The length asked for is filled "
            "with something "
            "that the simulator can vouch for: facts about numbers.\n\n"
        )
    for block in number_sections(voice):
        if missing <= 0:
            return
        missing -= len(words_of(block))
        yield block + "\n\n"


def _exact(brief: Brief, work: Work, voice: Voice) -> Iterator[str]:
    yield f"{NOTICE}\n\n"
    yield (
        f"## Exactly {brief.directive.answer:,} tokens\n\nThe prompt asks for an exact length, so this answer "
        f"goes on with true "
        "statements about numbers until the last token.\n\n"
    )
    if work.kind != "close reading":
        for block in work.blocks:
            yield block + "\n\n"
    for block in number_sections(voice):
        yield block + "\n\n"
