"""Simulates the Linkup search: sources that are visibly made up, on example.com, from the words of the query.

Documented: sources are fetched with the latest user message as the query and given to the model as context,
and a "Sources" footer is appended unless `disable_formatting` is true. The footer's shape is a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.gateway.composer.text import key_terms


@dataclass(frozen=True, slots=True)
class Source:
    """One simulated search result."""

    title: str
    url: str
    snippet: str


def search(query: str) -> tuple[Source, ...]:
    """Three simulated sources for a query; none for an empty one."""
    if not query.strip():
        return ()
    terms = [term for term, _ in key_terms(query)[:3]] or [" ".join(query.split()[:3]).lower()]
    topic = " ".join(terms)
    slug = re.sub(r"[^a-z0-9]+", "-", topic.lower()).strip("-") or "query"
    kinds = ("Overview", "Background", "Recent notes")
    return tuple(
        Source(
            f"{kind}: {topic} (simulated source {number})",
            f"https://example.com/simulated/{slug}-{number}",
            f"Simulated search result {number} for the query words “{topic}”. It stands for a page that Linkup "
            "would have returned; nothing was fetched and nothing in it is a fact.",
        )
        for number, kind in enumerate(kinds, 1)
    )


def context_text(sources: tuple[Source, ...]) -> str:
    """The text that the sources add to the prompt."""
    return "Web search results:\n" + "\n".join(
        f"[{number}] {source.title} {source.url}\n{source.snippet}" for number, source in enumerate(sources, 1)
    )


def footer(sources: tuple[Source, ...]) -> str:
    """The "Sources" footer that ends an answer."""
    lines = "\n".join(f"{number}. [{source.title}]({source.url})" for number, source in enumerate(sources, 1))
    return f"\n\n---\n\n**Sources**\n\n{lines}\n"
