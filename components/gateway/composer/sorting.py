"""Compares sorting algorithms that a prompt names, in a table of what any textbook says of them."""

from __future__ import annotations

import re

from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.prose import joined
from components.gateway.composer.tables import table
from components.gateway.composer.voice import Voice

# Best, average, worst, further memory, stable: Cormen et al., Introduction to Algorithms, chapters 2, 6 and 7.
_KNOWN = {
    "bubble sort": ("n", "n^2", "n^2", "1", "yes"),
    "insertion sort": ("n", "n^2", "n^2", "1", "yes"),
    "selection sort": ("n^2", "n^2", "n^2", "1", "no"),
    "merge sort": (r"n \log n", r"n \log n", r"n \log n", "n", "yes"),
    "quicksort": (r"n \log n", r"n \log n", "n^2", r"\log n", "no"),
    "heapsort": (r"n \log n", r"n \log n", r"n \log n", "1", "no"),
}
_ASKED = re.compile(r"\bcompar|\bdifference|\bversus\b|\bvs\b|\btable\b", re.IGNORECASE)


def compare_sorting(brief: Brief, voice: Voice) -> Work | None:
    """Answers a prompt that compares two or more of the algorithms."""
    squeezed = re.sub(r"\s+", "", brief.prompt.lower())
    named = [name for name in _KNOWN if name.replace(" ", "") in squeezed]
    if len(named) < 2 or not _ASKED.search(brief.prompt):
        return None
    rows = [(name, *(f"$O({cost})$" for cost in _KNOWN[name][:4]), _KNOWN[name][4]) for name in named]
    fast = [name for name in named if _KNOWN[name][1] != "n^2"]
    return Work(
        "comparison",
        (
            f"{len(named)} algorithms are named: {joined(named)}. What sets them apart is time, memory and stability.",
            f"On average {joined(fast) or 'none of them'} needs $n \\log n$ steps.",
        ),
        (
            f"## {joined(named)} compared".replace("## " + named[0], "## " + named[0].capitalize(), 1),
            table(("Algorithm", "Best", "Average", "Worst", "Further memory", "Stable"), rows),
            "Stable means that equal elements keep their order. These are the textbook figures; nothing was measured.",
        ),
    )
