"""Small texts and text tasks: poems, lists, counting, summary, translation, all from the prompt's own words."""

from __future__ import annotations

import re
from collections import Counter

from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.prose import (
    key_terms,
    plural,
    quoted,
    ranked_sentences,
    sentences_of,
    text_facts,
    words_of,
)
from components.gateway.composer.tables import fence, numbered, table
from components.gateway.composer.voice import Voice

_POEM = re.compile(r"\b(haiku|poem|verse|rhyme|limerick|sonnet)s?\b", re.IGNORECASE)
_COUNT = re.compile(
    r"\b(count|how many|number of)\b.*\b(words?|characters?|letters?|sentences?|lines?|[a-z]['’]?s?)\b", re.I | re.S
)
_LETTER = re.compile(
    r"(?:letters?\s+|how "
    r"many\s+)[\"'“”‘’`]?([a-z])[\"'“”‘’`]?(?:['’]?s)?\b.*?\b(?:in|of)\s+(?:the\s+word\s+)?[\"'“”‘’`]?(\w+)",
    re.I,
)
_SUMMARY = re.compile(r"\b(summar(?:y|ise|ize)|tl;?dr|key points|main points|sum up)\b", re.IGNORECASE)
_TRANSLATION = re.compile(
    r"\b(translate|translation|in (?:french|german|spanish|italian|chinese|japanese))\b", re.IGNORECASE
)
_ABOUT = re.compile(r"\b(?:about|on|of)\s+(?:the\s+|an?\s+)?([A-Za-z][\w'-]*(?:\s+[A-Za-z][\w'-]*)?)", re.IGNORECASE)

# Opening lines by the syllables of the topic, so that the whole line has five.
_FIRST_LINES = {
    1: ("{0} in the morning", "Beneath it all, {0}", "Once more, the still {0}"),
    2: ("{0} before dawn", "Still, {0} at dusk", "{0}, and then rain", "Who woke the {0}?"),
    3: ("{0} at dusk", "{0}, then rain", "{0}, far off"),
    4: ("{0} sleeps", "{0}, then", "The {0}"),
}
_SECOND_LINES = (
    "a slow light counts the small hours",
    "the wind turns one page, then stops",
    "nobody asked it to stay",
    "every wave keeps its own time",
    "an open window listens",
    "numbers drift down like first snow",
    "seven crows argue with time",
)
_LAST_LINES = (
    "silence answers last",
    "the cursor blinks on",
    "and the tide returns",
    "one token, then none",
    "a lamp hums, alone",
    "moth at the green screen",
)


def write_poem(brief: Brief, voice: Voice) -> Work | None:
    """Writes a haiku whose first line carries the topic; a longer form gets several."""
    match = _POEM.search(brief.prompt)
    if match is None:
        return None
    kind = match.group(1).lower()
    topic = _topic(brief.prompt, {kind})
    stanzas = 1 if kind == "haiku" else 3
    used: set[str] = set()
    poem = []
    for _ in range(stanzas):
        lines = [_first_line(topic, voice), _fresh(_SECOND_LINES, used, voice), _fresh(_LAST_LINES, used, voice)]
        lines[0] = (
            lines[0] if lines[0] not in used else _fresh(("Again the same light", "Later, the same place"), used, voice)
        )
        used.update(lines)
        poem.append("  \n".join(f"*{line}*" for line in lines))
    plan = [
        f"A {kind} about {topic}. ‹The form is 5, 7 and 5 syllables.¦Three lines: five, seven, five.›",
        f"“{topic}” has {plural(syllables(topic), 'syllable')} by counting its vowel groups, "
        "‹so the first line must fill up to five.¦which decides what still fits into line one.›",
        "‹I want an image, then a turn, then something that stays.¦First a place, then a movement, then a rest.›",
    ]
    blocks = ["## " + voice.say(f"‹{topic.capitalize()}¦A {kind}¦{topic.capitalize()}, in few words›"), *poem]
    blocks.append(
        voice.say(
            f"‹The topic “{topic}” came from your prompt; the lines are picked by weighted chance.¦Ask again "
            f"for other lines.›"
        )
    )
    return Work("poem", tuple(voice.say(thought) for thought in plan), tuple(blocks))


def syllables(text: str) -> int:
    """Estimates the syllables of English words by their vowel groups, a silent final e left out."""
    total = 0
    for word in words_of(text.lower()):
        groups = len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^aeiouyl])e$", "", word)))
        # "lion" and "violet" speak two vowels in a row, "nation" and "social" do not.
        groups += len(re.findall(r"(?<![tscg])i[ao]", word))
        total += max(1, groups)
    return total


def _first_line(topic: str, voice: Voice) -> str:
    lines = _FIRST_LINES.get(syllables(topic), ("A word, then the sea", "Again the same light"))
    line = voice.one_of(lines).format(topic)
    return line[0].upper() + line[1:]


def _fresh(lines: tuple[str, ...], used: set[str], voice: Voice) -> str:
    line = voice.one_of([line for line in lines if line not in used] or list(lines), decay=0.75)
    used.add(line)
    return line


def _topic(prompt: str, skipped: set[str]) -> str:
    if match := _ABOUT.search(prompt):
        words = match.group(1).lower().split()
        return (
            words[0]
            if len(words) > 1 and words[1] in {"in", "with", "and", "for", "that", "to", "of", "as"}
            else " ".join(words)
        )
    return next((term for term, _ in key_terms(prompt) if term not in skipped), "silence")


def count_text(brief: Brief, voice: Voice) -> Work | None:
    """Counts letters, words, characters, sentences or lines."""
    if match := _LETTER.search(brief.prompt):
        return _count_letter(match.group(1).lower(), match.group(2), voice)
    if not _COUNT.search(brief.prompt) or not re.search(
        r"word|character|letter|sentence|line", brief.prompt, re.IGNORECASE
    ):
        return None
    text = _material(brief.prompt)
    facts = text_facts(text)
    rows = [
        ("Words", f"{facts.words:,}"),
        ("Characters", f"{facts.characters:,}"),
        ("Characters without spaces", f"{len(''.join(text.split())):,}"),
        ("Sentences", f"{facts.sentences:,}"),
        ("Lines", f"{facts.lines:,}"),
    ]
    plan = [
        f"‹I am to count¦This is about counting›. ‹The text to count is¦I take as the text› {quoted(text, 60)}.",
        f"A word is a run of letters or digits; by that rule there are {facts.words:,}.",
        f"With every space and sign there are {facts.characters:,} characters.",
    ]
    blocks = [
        f"## {plural(facts.words, 'word')}, {plural(facts.characters, 'character')}",
        voice.say(f"‹Counted in¦This holds for› {quoted(text, 80)}:"),
        table(("What", "Count"), rows),
        fence(f"text = ...\nlen(text.split()), len(text)  # {len(text.split())}, {len(text)}"),
    ]
    return Work("counting", tuple(voice.say(thought) for thought in plan), tuple(blocks))


def _count_letter(letter: str, word: str, voice: Voice) -> Work:
    places = [place for place, character in enumerate(word.lower(), 1) if character == letter]
    spelled = "-".join(character.upper() if character.lower() == letter else character for character in word)
    plan = (
        voice.say(f"‹I spell it out¦Letter by letter›: {spelled}."),
        f"{letter!r} stands at {', '.join(map(str, places)) or 'no place'}; that makes {len(places)}.",
    )
    blocks = (
        f"## {plural(len(places), 'time')} “{letter}” in “{word}”",
        voice.say(f"‹Spelled out¦Letter by letter›: **{spelled}**."),
        table(
            ("Place", "Letter"), [(place, f"**{c}**" if c.lower() == letter else c) for place, c in enumerate(word, 1)]
        ),
        fence(f'"{word}".lower().count("{letter}")  # {len(places)}'),
    )
    return Work("counting", plan, blocks)


def summarise(brief: Brief, voice: Voice) -> Work | None:
    """Picks the sentences that carry most key terms; of the prompt's own text, or of the conversation."""
    if not _SUMMARY.search(brief.prompt):
        return None
    text = _material(brief.prompt)
    source = "your text"
    if len(sentences_of(text)) < 3 and brief.earlier:
        text, source = (
            "\n".join(turn.text for turn in brief.earlier if turn.role != "system"),
            "the conversation so far",
        )
    ranked = ranked_sentences(text)
    if len(ranked) < 3:
        return Work(
            "summary",
            ("A summary is wanted, but there are not three sentences to choose from. I say so and summarise nothing.",),
            (
                "## Nothing to summarise yet",
                f"{source.capitalize()} holds {plural(len(ranked), 'sentence')}. Paste the text after the "
                f"request, and the "
                "sentences with the most weight will be picked from it.",
            ),
        )
    kept = sorted(ranked[: max(2, min(5, len(ranked) // 3))], key=lambda entry: entry[1])
    facts = text_facts(text)
    terms = key_terms(text)[:6]
    plan = (
        f"A summary of {source}: {facts.words:,} words in {facts.sentences:,} sentences. I do not understand it "
        f"as a model "
        "would, so I do it by extraction: score each sentence by its frequent words, keep the best in their order.",
        "Most frequent: " + ", ".join(f"{term} ({count})" for term, count in terms) + ".",
        *(f"Sentence {place + 1} scores {score:.2f}: {quoted(sentence, 70)}" for score, place, sentence in ranked[:3]),
    )
    blocks = (
        "## " + voice.say("‹Summary by extraction¦The sentences that carry most¦In short›"),
        numbered(sentence for _, _, sentence in kept),
        table(("Sentence", "Score"), [(place + 1, f"{score:.2f}") for score, place, _ in ranked[:6]]),
        r"$$\text{score} = \frac{\sum \text{frequency of its key terms}}{\text{words} + 4}, \quad "
        rf"\text{{kept }} {len(kept)} \text{{ of }} {len(ranked)}$$",
        voice.say(
            "‹Nothing is rephrased: a summary in new words needs the real model.¦These are your sentences, unchanged.›"
        ),
    )
    return Work("extractive summary", plan, blocks)


def translate(brief: Brief, voice: Voice) -> Work | None:
    """Says honestly that it cannot translate, and shows what there is to translate."""
    if not _TRANSLATION.search(brief.prompt):
        return None
    text = _material(brief.prompt)
    facts = text_facts(text)
    common = Counter(word.lower() for word in words_of(text)).most_common(5)
    return Work(
        "translation",
        (
            f"A translation of {quoted(text, 60)}. I have no language model, so any translation would be invented.",
            "Better to say so, and to give what helps: the sentences apart, with their lengths.",
        ),
        (
            "## A translation needs the real model",
            voice.say("‹The simulator measures, it does not translate.¦No translation from here: it would be made up.›")
            + f" The text has {facts.words:,} words in {plural(facts.sentences, 'sentence')}; this is what "
            f"would be translated:",
            table(
                ("#", "Sentence", "Words"), [(n, s, len(words_of(s))) for n, s in enumerate(sentences_of(text)[:12], 1)]
            ),
            "Most frequent words: " + ", ".join(f"*{word}* ({count})" for word, count in common) + ".",
        ),
    )


def _material(prompt: str) -> str:
    """The text a prompt is about: what is quoted, or what follows the first colon or blank line, else all of it."""
    if quotes := re.findall(r"[\"“”]([^\"“”]{2,})[\"“”]|'([^']{6,})'", prompt):
        return str(max((first or second for first, second in quotes), key=len))
    for separator in ("\n\n", ":\n", ": "):
        _, found, rest = prompt.partition(separator)
        if found and len(rest.strip()) > 10:
            return rest.strip()
    return prompt
