"""The sources of a web search, read from the footer that the gateway puts under an answer.

Only its name, "Sources", is documented, and that `disable_formatting` omits it; the list may be in any usual
form: numbered or with dashes, as Markdown links or bare addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(r"\s*(?:#{1,6}\s*)?[*_]{0,3}\s*(?:sources|references)\s*:?\s*[*_]{0,3}\s*:?\s*", re.IGNORECASE)
_ITEM = re.compile(r"\s*(?:[-*+]|\[?\d{1,3}[\].):]{1,2})\s*(?P<source>\S.*)")
_LINK = re.compile(r"\[(?P<title>(?:[^\[\]]|\[[^\[\]]*\])*)\]\(<?(?P<url>https?://[^\s<>]*?)>?\)")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True, slots=True)
class Source:
    """One page that the search found."""

    title: str
    url: str


def read_sources(answer: str) -> tuple[Source, ...]:
    """The list under the last heading "Sources", if the answer ends with it; none otherwise."""
    found: list[Source] = []
    for line in reversed(answer.rstrip().splitlines()):
        if not line.strip():
            continue
        if _HEADING.fullmatch(line):
            return tuple(reversed(found))
        item = _ITEM.fullmatch(line)
        source = _source(item["source"]) if item else None
        if source is None:
            break
        found.append(source)
    return ()


def _source(text: str) -> Source | None:
    if link := _LINK.search(text):
        return Source(link["title"].strip() or link["url"], link["url"])
    if address := _ADDRESS.search(text):
        url = address[0].rstrip(".,;)")
        title = text.replace(address[0], "").strip(" -–—:|")
        return Source(title or url, url)
    return None
