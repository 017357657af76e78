"""Text files within a message: the line ``File: NAME``, then the file's text as a fenced block of code.

That is how the playground attaches them, since no endpoint has a place for documents. They are attachments, so what is
in them is neither the user's question nor a ``simulate:`` line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A block that is not closed goes on to the end, as in Markdown; that also keeps the search linear.
_FILE = re.compile(
    r"^File: (?P<name>[^\n]+)\n(?P<fence>`{3,})(?P<language>[^`\n]*)\n"
    r"(?P<text>.*?)(?:(?:^|(?<=\r))(?P=fence)[ \t]*(?:\n|\Z)|\Z)",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class TextFile:
    """An attached file. `language`: the name after the opening fence; empty where there is none."""

    name: str
    language: str
    text: str


def split_files(text: str) -> tuple[str, tuple[TextFile, ...]]:
    """Splits a message's text into the user's own words and the files attached to it, in their order."""
    files = tuple(TextFile(match["name"].strip(), match["language"], match["text"]) for match in _FILE.finditer(text))
    return _FILE.sub("", text), files
