"""The answer when nothing can be measured but the prompt itself: its words counted, and no pretence of knowledge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from components.gateway.composer.context import Context, Outline
from components.gateway.composer.numbers import number_sections
from components.gateway.composer.text import bullets, joined, key_terms, plural, quoted, sentences_of, table, words_of
from components.gateway.composer.wording import Wording
from components.gateway.tokens import count_tokens

_GREETING = re.compile(r"\s*(hi|hello|hey|good (?:morning|evening|day))\b[^?]{0,40}$", re.IGNORECASE)
# What the app itself asks when an answer was cut.
_CONTINUE = re.compile(r"\b(?:go on|continue)\b.*\b(?:where|from)\b", re.IGNORECASE)
_ABILITIES = (
    "attach a **picture** and ask about its colours, light or sharpness",
    "attach a **clip** and ask what changes, and when",
    "ask for arithmetic: `What is 17 * 23 + 5?`",
    "ask for **Markdown** to see every kind of block",
    "ask for a number of words: `Write 800 words about tides`",
    "set the temperature to 0 and ask twice, then to 2",
)


def read_prompt(context: Context, wording: Wording) -> Outline:
    """Measures the prompt: possible for any."""
    prompt = context.prompt
    if not words_of(prompt):
        return _abilities("no question", "Nothing was asked", wording)
    if _GREETING.match(prompt):
        return _abilities("greeting", wording.pick("Hello!", "Hi there!", "Good to see you!"), wording)
    words, sentences, terms = words_of(prompt), sentences_of(prompt), key_terms(prompt)
    key_words = [term for term, _ in terms[:4]]
    subject = joined([f"*{term}*" for term in key_words[:3]]) or "its subject"
    thoughts = [
        f"{wording.pick('Its key terms are', 'What carries it:')} {', '.join(key_words) or 'no particular terms'}.",
        f"In numbers: {plural(len(words), 'word')}, {plural(len(sentences), 'sentence')}, "
        f"{plural(prompt.count('?'), 'question mark')}.",
        wording.pick("I am the simulator and hold no knowledge of it", "No facts about it are available to me")
        + ", so I give what can be measured: the prompt itself.",
    ]
    measures = [
        ("Words", f"{len(words):,}"),
        ("Characters", f"{len(prompt):,}"),
        ("Sentences", f"{len(sentences):,} ({len(words) / len(sentences):.1f} words each)"),
        ("Longest word", max(words, key=len)),
        ("Tokens (simulator)", f"{count_tokens(prompt):,}"),
    ]
    blocks = [
        f"## {wording.pick('Reading your prompt', 'Your prompt, measured', 'A close reading')}",
        f"{wording.pick('The simulator cannot know', 'The simulator cannot tell')} anything about {subject}; "
        f"{wording.pick('it measures', 'what it can do is measure', 'all it does is count')} the "
        f"{plural(len(words), 'word')} of the prompt.",
        table(("Measure", "Value"), measures),
    ]
    if terms:
        blocks.append(f"### {wording.pick('Key terms', 'The words that carry it')}")
        blocks.append(bullets(f"**{term}**: {plural(n, 'time')}, {len(term)} letters" for term, n in terms[:6]))
    blocks.append(wording.pick("An answer needs the real model.", "What it means is for the real model to say."))
    return Outline("close reading", tuple(thoughts), tuple(blocks))


def continue_answer(context: Context, wording: Wording) -> Outline | None:
    """Goes on with an answer that was cut. How it would have gone is not known any more: with facts, then."""
    if not context.earlier_answers or not _CONTINUE.search(context.prompt):
        return None
    end = " ".join(context.earlier_answers[-1].split()[-6:])
    thought = f"My last answer breaks off after {quoted(end)}. I go on behind that, without a new beginning."
    seam = " … (cut here: the simulator does not keep what it would have said, and goes on with facts about numbers.)"
    return Outline("continuation", (thought,), (seam, *islice(number_sections(wording), 4)))


def filler(words: int, wording: Wording) -> Iterator[str]:
    """Markdown blocks of at least `words` words: nothing about the prompt is known, so facts about numbers."""
    if words <= 0:
        return
    yield "### To fill the length"
    yield "The prompt asks for more than can be measured in it. The rest is facts about numbers, which are computed."
    for block in number_sections(wording):
        if words <= 0 and block.startswith("### "):
            return
        yield block
        words -= len(words_of(block))


def _abilities(kind: str, heading: str, wording: Wording) -> Outline:
    thought = "There is nothing to work out. I say what can be tried here."
    lead = wording.pick("Here is what works without the real model:", "Some things to try:")
    return Outline(kind, (thought,), (f"## {heading}", lead, bullets(_ABILITIES)))
