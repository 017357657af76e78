"""Writes the thinking: a walk through the request as it came, in the first person, paragraph by paragraph.

How deeply depends on the thinking budget; the budget itself cuts later.
"""

from __future__ import annotations

from collections.abc import Iterator

from components.gateway.composer.context import Context, Outline
from components.gateway.composer.numbers import number_thoughts
from components.gateway.composer.text import joined, key_terms, paragraph, plural, quoted
from components.gateway.composer.wording import Wording


def write_thinking(context: Context, outline: Outline, wording: Wording) -> Iterator[str]:
    """Yields paragraphs, each ending in a blank line; without end when an exact amount was asked for."""
    for thought in filter(None, _thoughts(context, outline, wording)):
        yield f"{thought} {wording.aside()}".strip() + "\n\n"
    if context.directive.thinking is not None:
        yield (
            f"The prompt asks for exactly {context.directive.thinking:,} tokens of thinking. I have said what there is "
            "to say, so I spend the rest on something true: testing numbers for being prime, one after the other.\n\n"
        )
        for thought in number_thoughts(wording):
            yield f"{thought}\n\n"


def _thoughts(context: Context, outline: Outline, wording: Wording) -> Iterator[str]:
    depth = context.thinking.depth
    yield _question(context, wording)
    if depth >= 2:
        yield _history(context, wording)
        yield _attachments(context, wording)
    if depth >= 3:
        yield _system_prompt(context, wording)
        yield _parameters(context, wording)
    if context.sources:
        count = plural(len(context.sources), "source")
        yield f"The gateway searched before me and put {count} into my context. They are simulated, which I must say."
    yield from outline.thoughts if depth >= 2 else outline.thoughts[:2]
    if depth >= 4:
        yield from _second_look(context, outline, wording)
    if depth >= 5:
        yield from _drafts(outline, wording)
    if outline.blocks and not outline.bare:
        yield f"{wording.pick('Plan', 'I will answer like this')}: a heading, then what was measured. " + wording.pick(
            "And I must say that this is the simulator.", "It has to be clear that I am the simulator, not Kimi."
        )


def _question(context: Context, wording: Wording) -> str:
    if not context.prompt:
        return "The last message has no words of its own, so I go by what came with it."
    terms = [f"“{term}”" for term, _ in key_terms(context.prompt)[:4]]
    opening = wording.pick("The user asks", "So, the question is", "Let me read this carefully", "Hm, curious")
    turns_on = wording.pick("The words that carry it are", "It turns on")
    return f"{opening}: {quoted(context.prompt, 140)}." + (f" {turns_on} {joined(terms)}." if terms else "")


def _history(context: Context, wording: Wording) -> str:
    questions, answers = context.earlier_questions, context.earlier_answers
    if not questions:
        return ""
    before = wording.pick("This is not the first turn", "We have talked before")
    asked = ", then ".join(quoted(question, 60) for question in questions)
    answered = f", and I answered {quoted(answers[-1])}" if answers else ", with no answer yet"
    return f"{before}: {plural(len(questions), 'earlier message')}. First {asked}{answered}."


def _attachments(context: Context, wording: Wording) -> str:
    attached = [f"{clip.name} with {plural(len(clip.frames), 'frame')}" for clip in context.clips]
    if context.pictures:
        attached.append(plural(len(context.pictures), "picture"))
    if not attached:
        return wording.maybe("Nothing is attached to this message.", 0.4)
    return f"{wording.pick('Attached', 'With it came')}: {joined(attached)}. I measure before I say anything."


def _system_prompt(context: Context, wording: Wording) -> str:
    if context.request.system:
        return f"{wording.pick('The system prompt says', 'I am instructed')}: {quoted(context.request.system, 120)}."
    return wording.maybe("No system prompt was given, so the gateway's default identity stands.", 0.45)


def _parameters(context: Context, wording: Wording) -> str:
    sent = joined([f"{name}={value}" for name, value in context.request.given.items()])
    return paragraph(
        f"{wording.pick('Parameters sent', 'What was set')}: {sent or 'none, so every default holds'}.",
        f"I may think up to {context.thinking.budget:,} tokens ({context.thinking.because}) and answer with up to "
        f"{context.number('max_tokens'):,}, at temperature {context.number('temperature'):g}.",
        f"The prompt is {context.prompt_tokens:,} tokens, {context.cached_tokens:,} of them cached.",
    )


def _second_look(context: Context, outline: Outline, wording: Wording) -> Iterator[str]:
    opening = wording.pick(
        "Before answering, a second look.", "Wait, let me check this.", "Let me go over it once more."
    )
    yield f"{opening} It comes to this: {outline.kind}."
    for thought in outline.thoughts[:3]:
        noted = wording.pick("I noted", "Earlier I found", "One point was")
        yield f"{noted}: {quoted(thought, 110)} {wording.pick('That still holds.', 'I see no error in it.')}"
    asked = quoted(context.prompt, 60)
    yield f"What could be misread? {asked} may ask for meaning, and I only have measurements. I will say so."


def _drafts(outline: Outline, wording: Wording) -> Iterator[str]:
    for block in outline.blocks[1:6]:
        yield f"{wording.pick('I draft', 'Draft')}: {quoted(block, 100)} {wording.pick('That can stay.', 'Clear.')}"
