"""Writes the thinking: a walk through the request as it came, in the first person, paragraph by paragraph.

The depth of the thinking plan decides how many of the stations are visited; the token budget cuts later.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.numbers import number_thoughts
from components.gateway.composer.prose import is_mostly_cjk, joined, key_terms, plural, quoted, sentences_of, words_of
from components.gateway.composer.voice import Voice


def think(brief: Brief, work: Work, voice: Voice) -> Iterator[str]:
    """Yields paragraphs, each ending in a blank line; without end when an exact amount was asked for."""
    stations = _stations(brief, work, voice)
    if brief.directive.thinking is not None:
        stations = chain(stations, [_exact_note(brief)], number_thoughts(voice))
    for paragraph in stations:
        if paragraph:
            yield f"{paragraph} {voice.aside()}".strip() + "\n\n"


def _stations(brief: Brief, work: Work, voice: Voice) -> Iterator[str]:
    depth = brief.thinking.depth
    yield _asked(brief, voice)
    if depth >= 2:
        yield _history(brief, voice)
        yield _attached(brief, voice)
    if depth >= 3:
        yield _system(brief, voice)
        yield _parameters(brief, voice)
    if brief.sources:
        yield _sources(brief, voice)
    yield from work.plan if depth >= 2 else work.plan[:2]
    if depth >= 4:
        yield from _second_look(brief, work, voice)
    if depth >= 5:
        yield from _sentence_by_sentence(brief, voice)
        yield from _alternatives(work, voice)
    if work.blocks:
        yield _planned_answer(work, voice)


def _asked(brief: Brief, voice: Voice) -> str:
    terms = [f"“{term}”" for term, _ in key_terms(brief.prompt)[:4]]
    if not brief.prompt.strip():
        return voice.say(
            "The last message has no words of its own, ‹so I go by what came with it.¦so the attachments must speak.›"
        )
    return voice.paragraph(
        f"‹The user asks¦So, the question is¦Let me read this carefully¦Okay¦Hm, curious~0.05¦Oh, what a day "
        f"for a question~0.03¦Well now, what "
        f"have we here~0.02›: "
        f"{quoted(brief.prompt, 140)}.",
        f"‹The words that carry it are¦Key words:¦It turns on› {joined(terms)}." if terms else "",
        "‹It is mostly Chinese, Japanese or Korean; I answer in English.›" if is_mostly_cjk(brief.prompt) else "",
    )


def _history(brief: Brief, voice: Voice) -> str:
    questions = brief.earlier_questions
    if not questions:
        return ""
    return voice.paragraph(
        f"‹This is not the first turn¦We have talked before¦There is a history›: "
        f"{plural(len(questions), 'earlier message')}.",
        f"‹The last one was¦Just before, the user wrote› {quoted(questions[-1], 90)}",
        f"‹and I answered¦to which I said› {quoted(brief.earlier_answers[-1], 90)}."
        if brief.earlier_answers
        else "with no answer yet.",
        "‹The new prompt is short, so it probably leans on that.¦So short a prompt must refer back.›"
        if len(words_of(brief.prompt)) < 8
        else "",
    )


def _attached(brief: Brief, voice: Voice) -> str:
    things = []
    if brief.pictures:
        things.append(plural(len(brief.pictures), "picture"))
    things += [f"{clip.name} with {plural(len(clip.frames), 'frame')}" for clip in brief.clips]
    if not things:
        return voice.maybe("‹Nothing is attached to this message.¦No attachment, only words.›", 0.4)
    return voice.say(
        f"‹Attached¦With it came¦I also got›: {joined(things)}. ‹I measure before I say anything.¦First the measuring.›"
    )


def _system(brief: Brief, voice: Voice) -> str:
    if brief.request.system:
        return voice.say(
            f"‹The system prompt says¦I am instructed›: {quoted(brief.request.system, 120)}. ‹I keep to that "
            f"where I can.¦Noted.›"
        )
    return voice.maybe(
        "‹There is no system prompt, so the gateway's default identity stands.¦No system prompt was given.›", 0.45
    )


def _parameters(brief: Brief, voice: Voice) -> str:
    given = brief.request.given
    stop = given.get("stop")
    temperature = brief.number("temperature")
    heat = (
        "the likeliest wording throughout"
        if temperature == 0
        else "calm wording"
        if temperature < 0.5
        else "some freedom in wording"
        if temperature < 1.3
        else "much freedom in wording"
    )
    sent = joined([f"{name}={value}" for name, value in given.items()]) or "none, so every default holds"
    return voice.paragraph(
        f"‹Parameters sent¦What was set›: {sent}.",
        f"‹Temperature {temperature:g} with top_p {brief.number('top_p'):g} means {heat}.¦At temperature "
        f"{temperature:g} that is {heat}.›",
        f"I may think up to {brief.thinking.budget:,} tokens ({brief.thinking.because}) and answer with up to "
        f"{brief.number('max_tokens'):,}.",
        f"The stop strings are {joined([repr(item) for item in stop])}; the answer ends before the first of them."
        if isinstance(stop, tuple) and stop
        else "",
        f"The prompt is {brief.prompt_tokens:,} tokens, {brief.cached_tokens:,} of them cached."
        if brief.cached_tokens
        else "",
    )


def _sources(brief: Brief, voice: Voice) -> str:
    return voice.say(
        f"The gateway searched before me and put {plural(len(brief.sources), 'source')} into my context. "
        "‹They are simulated (example.com), so I name them without believing them.¦All are marked as simulated, "
        "which I must say.›"
    )


def _second_look(brief: Brief, work: Work, voice: Voice) -> Iterator[str]:
    yield voice.say(
        f"‹Before answering, a second look.¦Wait, let me check this.¦Let me go over it once more.› The task is "
        f"{work.kind}."
    )
    for thought in work.plan[:3]:
        yield voice.say(
            f"‹I noted¦Earlier I found¦One point was›: {quoted(thought, 110)} ‹That still holds.¦Checked: "
            f"nothing speaks against it.¦I see no error in it.›"
        )
    yield voice.say(
        f"‹What could be misread?¦Could it mean something else?› {quoted(brief.prompt, 60)} ‹might want more "
        f"than I can measure; then I must say "
        "where it ends.¦may ask for meaning, and I only have numbers. I will say so.›"
    )


def _sentence_by_sentence(brief: Brief, voice: Voice) -> Iterator[str]:
    for place, sentence in enumerate(sentences_of(brief.prompt)[:12], 1):
        count = len(words_of(sentence))
        yield voice.say(
            f"‹Sentence {place}¦In sentence {place}›, {quoted(sentence, 90)}, has {plural(count, 'word')}; ‹the "
            f"longest is¦its heaviest word is› "
            f"“{max(words_of(sentence), key=len)}”. ‹It adds to the picture.¦I take it literally.¦Nothing in it "
            f"contradicts the rest.›"
        )


def _alternatives(work: Work, voice: Voice) -> Iterator[str]:
    yield voice.say("‹How else could I answer?¦Let me weigh other forms.›")
    yield voice.say(
        "A single sentence would be quick, ‹but it would hide the measurements.¦but nothing could be checked.›"
    )
    yield voice.say("Prose alone would read well, ‹but figures want a table.¦but numbers are compared better in rows.›")
    yield voice.say(
        f"A heading, a lead paragraph, then the evidence: ‹that fits¦that suits› {work.kind}. ‹I keep to it.¦Settled.›"
    )
    for block in work.blocks[1:4]:
        yield voice.say(f"‹I draft¦Draft›: {quoted(block, 100)} ‹Good enough.¦That can stay.¦Clear, I think.›")


def _planned_answer(work: Work, voice: Voice) -> str:
    parts = []
    text = "\n".join(work.blocks)
    for mark, name in (("|", "a table"), ("```", "a code block"), ("$$", "a formula"), ("- ", "a list")):
        if any(block.startswith(mark) for block in work.blocks) or (mark == "$$" and mark in text):
            parts.append(name)
    return voice.paragraph(
        f"‹Plan¦So the answer¦I will answer like this›: a heading, the result "
        f"first{', then ' + joined(parts) if parts else ''}.",
        "‹And I must say that this is the simulator.¦It has to be clear that I am the simulator, not Kimi.›",
    )


def _exact_note(brief: Brief) -> str:
    return (
        f"The prompt asks for exactly {brief.directive.thinking:,} tokens of thinking. I have said what there "
        f"is to say, so I "
        "spend the rest on something true: testing numbers for being prime, one after the other."
    )
