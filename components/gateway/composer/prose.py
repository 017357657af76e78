"""Measures a text: sentences, words, key terms, reading time, and which sentences carry most of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”)\]]*\s+|\n+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORDS_PER_MINUTE = 230
_COMMON = frozenset(
    "a about above after again all also am an and any are as at be because been before being below between both but "
    "by can could did do does doing don't down during each every few for from further get give had has have having he "
    "her here him his how i i'd i'm if in into is it it's its itself just let like make many may me more most much my "
    "no nor not now of off on once one only or other our out over own please put s same say she should show so some "
    "such t take tell than that the their them then there these they thing things this those through to too two under "
    "until up us use very was way we were what what's when where which while who why will with would write words word "
    "you your yes using explain describe want need list sentence sentences hello hi hey thanks "
    "sometimes often large small help find good well best really great please new old way ways "
    "long text answer essay article briefly detailed question prompt".split()
)


def words_of(text: str) -> list[str]:
    """The words, in order, as they are written."""
    return _WORD.findall(text)


def sentences_of(text: str) -> list[str]:
    """The sentences and headline-like lines, in order, without surrounding space."""
    return [sentence.strip() for sentence in _SENTENCE_END.split(text) if sentence and _WORD.search(sentence)]


def key_terms(text: str) -> list[tuple[str, int]]:
    """Words that are neither common nor short, with their counts: most frequent first, then first to appear."""
    counts = Counter(
        word.lower() for word in words_of(text) if len(word) > 2 and word.lower() not in _COMMON and not word.isdigit()
    )
    return counts.most_common()


def is_mostly_cjk(text: str) -> bool:
    """Whether more than a third of the letters are Chinese, Japanese or Korean."""
    letters = sum(character.isalpha() for character in text)
    return letters > 0 and len(_CJK.findall(text)) > letters / 3


@dataclass(frozen=True, slots=True)
class TextFacts:
    """Counts of one text. `reading_s`: at 230 words a minute. `type_share`: distinct words in all words, 0 to 1."""

    characters: int
    words: int
    sentences: int
    lines: int
    questions: int
    longest: str
    type_share: float
    mean_sentence: float
    reading_s: int


def text_facts(text: str) -> TextFacts:
    """Counts a text."""
    words = words_of(text)
    sentences = sentences_of(text)
    return TextFacts(
        characters=len(text),
        words=len(words),
        sentences=len(sentences),
        lines=len(text.splitlines()) or 1,
        questions=text.count("?") + text.count("？"),
        longest=max(words, key=len, default=""),
        type_share=len({word.lower() for word in words}) / len(words) if words else 0.0,
        mean_sentence=len(words) / len(sentences) if sentences else 0.0,
        reading_s=max(1, round(len(words) / _WORDS_PER_MINUTE * 60)),
    )


def ranked_sentences(text: str) -> list[tuple[float, int, str]]:
    """Scores sentences by the mean count of their key terms in the text: (score, place, sentence), best first."""
    weight = dict(key_terms(text))
    scored = []
    for place, sentence in enumerate(sentences_of(text)):
        terms = [word.lower() for word in words_of(sentence)]
        score = sum(weight.get(term, 0) for term in terms) / (len(terms) + 4)
        scored.append((score, place, sentence))
    return sorted(scored, key=lambda entry: (-entry[0], entry[1]))


def quoted(text: str, limit: int = 90) -> str:
    """The text on one line in quotation marks, cut at a word with an ellipsis when longer than `limit`."""
    line = " ".join(text.split())
    if len(line) > limit:
        line = line[:limit].rsplit(" ", 1)[0] + "…"
    return f"“{line}”"


def plural(count: int, noun: str) -> str:
    """``1 picture``, ``2 pictures``; thousands are separated."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def joined(items: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
