"""What can be read in HTML: its words, and the marks of Markdown that they stand in."""

from __future__ import annotations

import html.parser
import re

_MARKS = frozenset("a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol pre strong table td th ul s".split())
_SAME = {"del": "s"}


class _Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _SAME.get(tag, tag)
        given = dict(attrs)
        if tag == "img":
            self.out.append(given.get("alt") or "")
        if tag == "a" and given.get("class") == "picture":
            return
        if tag in _MARKS:
            self.out.append(f"\x01<{tag}>\x01")

    def handle_data(self, data: str) -> None:
        self.out.append(data)


def reading(markup: str) -> str:
    """The words of HTML, one space between them, with the marks among them."""
    reader = _Reader()
    reader.feed(re.sub(r"</(?:p|h\d|li|td|th|pre|div)>", r"\g<0> ", markup))
    reader.close()
    return " ".join("".join(reader.out).replace("\x01", " ").split())


def words(markup: str) -> str:
    """The words of HTML without the marks."""
    return " ".join(re.sub(rf" ?<(?:{'|'.join(_MARKS)})> ?", " ", reading(markup)).split())
