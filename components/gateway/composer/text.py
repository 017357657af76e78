"""Measures a text (words, sentences, key terms) and writes small pieces of prose and Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”)\]]*\s+|\n+")
_STOP_WORDS = frozenset(
    "a about above after again all also am an and any are as at be because been before being below between both but "
    "by can could did do does doing don't down during each every few for from further get give had has have having he "
    "her here him his how i i'd i'm if in into is it it's its itself just let like make many may me more most much my "
    "no nor not now of off on once one only or other our out over own please put s same say she should show so some "
    "such t take tell than that the their them then there these they thing things this those through to too two under "
    "until up us use very was way we were what what's when where which while who why will with would write words word "
    "you your yes using explain describe want need sentence sentences hello hi hey thanks often large small help find "
    "good well best really great new old long text answer essay article briefly detailed question prompt".split()
)


def words_of(text: str) -> list[str]:
    """The words, in order, as they are written."""
    return _WORD.findall(text)


def sentences_of(text: str) -> list[str]:
    """The sentences and lines that hold a word, in order, without surrounding space."""
    return [sentence.strip() for sentence in _SENTENCE_END.split(text) if sentence and _WORD.search(sentence)]


def key_terms(text: str) -> list[tuple[str, int]]:
    """Words that are neither common nor short, with their counts: most frequent first, then first to appear."""
    words = (word.lower() for word in words_of(text) if len(word) > 2 and not word.isdigit())
    return Counter(word for word in words if word not in _STOP_WORDS).most_common()


def quoted(text: str, limit: int = 90) -> str:
    """The text on one line in quotation marks, cut at a word with an ellipsis when longer than `limit` characters."""
    line = " ".join(text.split())
    if len(line) > limit:
        line = line[:limit].rsplit(" ", 1)[0] + "…"
    return f"“{line}”"


def plural(count: int, noun: str) -> str:
    """``1 picture``, ``2 pictures``; thousands are separated."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def joined(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def paragraph(*sentences: str) -> str:
    """The sentences with a space between, empty ones left out."""
    return " ".join(filter(None, sentences))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A pipe table; pipes and line breaks inside cells are made harmless."""
    lines = [_row(head), "|" + "|".join(" --- " for _ in head) + "|"]
    return "\n".join([*lines, *(_row(row) for row in rows)])


def fence(code: str, language: str = "python") -> str:
    """A fenced code block."""
    return f"```{language}\n{code.strip()}\n```"


def bullets(items: Iterable[str]) -> str:
    """A bullet list."""
    return "\n".join(f"- {item}" for item in items)


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in cells) + " |"
