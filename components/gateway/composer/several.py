"""Finds the questions of a prompt that asks several, so that each is answered and not the first alone."""

from __future__ import annotations

import re

# A prompt that brings material of its own, or one of many lines, is about that and no list of questions.
_MATERIAL = re.compile(r"[\n:“”\"]")
_LONGEST = 600
_MOST = 5
# Behind a full stop or question mark, and before `then …` or `and what …`.
_BETWEEN = re.compile(
    r"(?<=[?!])\s+|(?<=[a-z)%\d])\.\s+(?=[A-Z])|[,;]?\s+(?:and\s+)?then,?\s+|;\s+|"
    r",?\s+and\s+(?=(?:also\s+)?(?:what|how|who|when|where|which|why|write|list|compare|translate|name|give)\b)",
    re.IGNORECASE,
)


def questions_of(prompt: str) -> list[str]:
    """The questions in their order; only the prompt itself where it is one, or nothing that could be cut safely."""
    if len(prompt) > _LONGEST or _MATERIAL.search(prompt.strip()):
        return [prompt]
    parts = [part.strip() for part in _BETWEEN.split(prompt) if part and len(part.split()) > 1]
    return parts if 1 < len(parts) <= _MOST else [prompt]
