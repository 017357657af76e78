"""The answer when nothing else fits: a careful reading of the prompt itself, and a plan for what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.prose import TextFacts, joined, key_terms, plural, quoted, sentences_of, text_facts
from components.gateway.composer.tables import bullets, fence, numbered, table
from components.gateway.composer.voice import Voice
from components.gateway.tokens import count_tokens

_GREETING = re.compile(r"\s*(hi|hello|hey|good (?:morning|evening|day))\b[^?]{0,40}$", re.IGNORECASE)
_KINDS = (
    (r"^\s*(why)\b", "asks for a reason", "causes in order of weight, then what speaks against them"),
    (r"^\s*(how)\b", "asks for a way or a degree", "the steps in order, each with its check"),
    (
        r"^\s*(what|which|who|where|when)\b",
        "asks for a fact or a definition",
        "the fact first, then where it comes from",
    ),
    (
        r"\b(compare|versus|vs\.?|difference|better)\b",
        "asks for a comparison",
        "a table with one criterion a row, then a verdict",
    ),
    (
        r"\b(explain|describe|teach)\b",
        "asks for an explanation",
        "the idea in one sentence, an example, then the limits",
    ),
    (r"\b(write|draft|compose|create|generate)\b", "asks for a new text", "a draft in sections, most important first"),
    (
        r"\b(fix|debug|error|exception|traceback)\b",
        "asks for a repair",
        "how to reproduce, the cause, the smallest change",
    ),
    (r"\?", "asks a question", "a direct answer, then its grounds"),
)


def analyse_prompt(brief: Brief, voice: Voice) -> Work:
    """Reads the prompt closely: always possible, never a pretence of knowledge."""
    prompt = brief.prompt
    if not prompt.strip():
        return _nothing_asked(voice)
    if _GREETING.match(prompt):
        return _greeting(voice)
    facts = text_facts(prompt)
    terms = key_terms(prompt)
    aim, shape = _kind(prompt)
    named = [term for term, _ in terms[:4]]
    topic = joined([f"*{term}*" for term in named[:3]]) or "nothing in particular"
    plan = [
        f"The prompt {aim}. ‹Its key terms are¦What carries it:› {', '.join(named) or 'no particular terms'}.",
        f"In numbers: {plural(facts.words, 'word')}, {plural(facts.sentences, 'sentence')}, "
        f"{plural(facts.questions, 'question mark')}.",
        "‹I am the simulator and hold no knowledge of the subject¦No facts about the subject are available to "
        "me›, so I answer "
        "with what can be computed: the structure of the request, and what a full answer needs.",
        f"‹A good answer would take this shape¦The fitting shape›: {shape}.",
    ]
    if terms and terms[0][1] > 1:
        plan.append(f"“{terms[0][0]}” comes {terms[0][1]} times, which makes it the subject, not a detail.")
    blocks = [
        "## "
        + voice.say(
            f"‹Reading your prompt{': ' + ', '.join(named[:2]) if named else ''}¦What your prompt asks¦A close reading›"
        ),
        voice.paragraph(
            f"‹Your prompt¦What you wrote¦The request› {aim}, ‹about¦centred on¦turning on› {topic}.",
            f"‹The simulator cannot know the answer¦Whether anything about it is true is not for a simulator to "
            f"say›, but it can "
            f"read the {plural(facts.words, 'word')} closely.",
            _density(facts),
        ),
        _facts_table(prompt, facts),
    ]
    blocks += _structure(prompt, terms, voice)
    blocks += [
        voice.say("### ‹What a full answer would need¦A shape for the answer¦Plan for an answer›"),
        voice.say(f"‹Fitting here¦The form that suits it›: {shape}."),
        numbered(_needs(named or ["the subject"], voice)),
        voice.say("‹The numbers above, reproduced:¦To count it yourself:›"),
        fence(f"words = prompt.split()\nprint(len(words), len(prompt))  # {len(prompt.split())}, {len(prompt)}"),
        f"$$t_\\text{{read}} = \\frac{{{facts.words}\\ \\text{{words}}}}{{230\\ \\text{{words/min}}}} \\approx "
        f"{facts.reading_s}\\ \\text{{s}}$$",
    ]
    return Work("close reading", tuple(voice.say(thought) for thought in plan), tuple(blocks))


def essay_sections(brief: Brief, voice: Voice) -> Iterator[str]:
    """Further sections on the prompt's terms for a reply that should be long; ends when every term has been treated."""
    terms = [term for term, _ in key_terms(brief.prompt)][:8] or ["the subject"]
    for place, term in enumerate(terms):
        other = terms[(place + 1) % len(terms)] if len(terms) > 1 else "its surroundings"
        where = next((s for s in sentences_of(brief.prompt) if term in s.lower()), brief.prompt)
        yield f"### {term.capitalize()}"
        yield voice.paragraph(
            f"‹The word¦Here› *{term}* ‹stands in¦appears in¦is found in› {quoted(where, 110)}.",
            f"‹A full text would first fix¦Before anything else it should be settled¦It pays to pin down› what "
            f"*{term}* means here "
            f"and what it leaves out, since {len(term)} letters ‹can hold more than one sense¦rarely say everything›.",
            f"‹Next to it stands¦It is tied to¦Its neighbour is› *{other}*: ‹whether one causes the other, or "
            f"both have a third cause, "
            "is the first thing to check¦the order of the two matters¦which of them comes first decides the argument›.",
            voice.maybe(f"‹Put differently, without *{term}* the request would be about *{other}* alone.›", 0.6),
        )
        yield bullets(
            voice.some(
                [
                    f"**Definition.** One sentence on *{term}* that an opponent would accept too.",
                    f"**Example.** One case of *{term}* with a date, a place and a number.",
                    f"**Counter-example.** Something that looks like *{term}* and is not.",
                    f"**Measure.** By which unit more or less *{term}* could be told apart.",
                    "**Source.** Who would know, and how fresh the knowledge must be.",
                    f"**Link.** How *{term}* bears on *{other}*, in one arrow.",
                ],
                4,
            )
        )
        yield voice.paragraph(
            f"‹A paragraph on this would run as follows¦The draft of it›: ‹start with the case, because a "
            f"reader remembers a case; "
            f"then say what it shows about *{term}*; then name the limit of what it shows¦open with the claim "
            f"about *{term}*, give "
            "its ground, and close with the objection that hurts most›.",
            f"‹The test is simple¦Whether it worked shows at once›: ‹a reader should be able to say afterwards "
            f"what *{term}* has to do "
            f"with *{other}*¦take *{term}* out, and the paragraph must fall apart›.",
        )


def _kind(prompt: str) -> tuple[str, str]:
    for pattern, aim, shape in _KINDS:
        if re.search(pattern, prompt, re.IGNORECASE):
            return aim, shape
    return "states something without a question", "what follows from it, and what would contradict it"


def _density(facts: TextFacts) -> str:
    if facts.words < 8:
        return "‹It is so short that every word counts.¦That is short: much is left open.›"
    if facts.type_share > 0.85:
        return (
            f"‹Hardly a word comes twice ({facts.type_share:.0%} are distinct).¦Its wording is dense: "
            f"{facts.type_share:.0%} distinct words.›"
        )
    return (
        f"‹{facts.type_share:.0%} of the words are distinct¦Distinct words: {facts.type_share:.0%}›, ‹so it "
        f"repeats what matters.¦so it circles round its subject.›"
    )


def _facts_table(prompt: str, facts: TextFacts) -> str:
    return table(
        ("Measure", "Value"),
        [
            ("Words", f"{facts.words:,}"),
            ("Characters", f"{facts.characters:,}"),
            ("Sentences", f"{facts.sentences:,} ({facts.mean_sentence:.1f} words each)"),
            ("Lines", f"{facts.lines:,}"),
            ("Longest word", facts.longest),
            ("Reading time", f"{facts.reading_s} s"),
            ("Tokens (simulator)", f"{count_tokens(prompt):,}"),
        ],
    )


def _structure(prompt: str, terms: list[tuple[str, int]], voice: Voice) -> list[str]:
    sentences = sentences_of(prompt)
    blocks = []
    if terms:
        blocks.append(voice.say("### ‹Key terms¦The words that carry it¦What it turns on›"))
        blocks.append(bullets(f"**{term}**: {plural(count, 'time')}, {len(term)} letters" for term, count in terms[:6]))
    if len(sentences) > 2:
        longest = max(sentences, key=len)
        blocks.append(
            voice.say(
                f"‹It opens with¦The beginning is› {quoted(sentences[0], 80)} and ‹ends with¦closes on› "
                f"{quoted(sentences[-1], 80)}. "
            )
            + (
                f"The longest sentence is {quoted(longest, 100)}."
                if longest not in (sentences[0], sentences[-1])
                else ""
            )
        )
    return blocks


def _needs(named: list[str], voice: Voice) -> list[str]:
    needs = [
        f"A working definition of *{named[0]}*, so that both sides mean the same.",
        f"One concrete case of *{named[0]}*" + (f" in which *{named[1]}* matters." if len(named) > 1 else "."),
        "The strongest objection, stated fairly.",
        "A number, a date or a source that can be checked.",
        "What is left open, said openly.",
        "What the reader should do next.",
    ]
    return voice.some(needs, 4)


def _nothing_asked(voice: Voice) -> Work:
    return Work(
        "no question",
        ("The message holds no words that I could work on.",),
        (
            "## Nothing was asked",
            voice.say("‹Write a prompt¦Send some words›, a picture or a clip, and it will be measured."),
        ),
    )


def _greeting(voice: Voice) -> Work:
    return Work(
        "greeting",
        ("A greeting, nothing to work out. A short greeting back, and what can be tried here.",),
        (
            "## " + voice.say("‹Hello!¦Hi there!¦Good to see you!¦Ahoy~0.03›"),
            voice.say("‹Here is what works without the real model:¦Try one of these:¦Some things to ask:›"),
            bullets(
                voice.some(
                    [
                        "attach a **picture** and ask about its colours, light or sharpness",
                        "attach a **clip** and ask what changes, and when",
                        "ask for arithmetic: `What is 17 * 23 + 5?`",
                        "ask for a **haiku**, a list, a small Python function or a summary of pasted text",
                        "set the temperature to 0 and ask twice, then to 2",
                    ],
                    5,
                )
            ),
        ),
    )
