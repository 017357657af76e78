"""Makes a drawn copy of a reply's Markdown: safe, complete and read as it was meant. The reply stays as it is.

Outside of code:

- a picture from elsewhere becomes a link: the browser would fetch it, and a reply that was talked into it
  could carry the conversation away in the address;
- ``\\(…\\)`` and ``\\[…\\]`` become the formula marks that Streamlit knows;
- a dollar sign that means money is kept from opening a formula (the rule of Pandoc's tex_math_dollars);
- what is still open at the end of a growing text is closed, so that no raw mark flashes up.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_FENCED = re.compile(r"(^ *(?P<mark>`{3,}|~{3,})[^\n]*\n.*?(?:^ *(?P=mark)[`~]* *$|\Z))", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"(`+)(?:(?!\1).)+?\1(?!`)", re.DOTALL)
_PICTURE = re.compile(r"!\[([^\]]*)\](\([^)\s]*(?:\s+\"[^\"]*\")?\)|\[[^\]]*\])")
_ROUND = re.compile(r"\\\((.+?)\\\)", re.DOTALL)
_SQUARE = re.compile(r"\\\[(.+?)\\\]", re.DOTALL)
_DOLLARS = re.compile(
    r"\\\$|\$\$.*?\$\$|(?P<formula>\$(?=[^\s$])[^$\n]*?(?<=[^\s\\])\$(?!\d))|(?P<money>\$)", re.DOTALL
)


def drawable(text: str) -> str:
    """The copy of a finished block that is drawn."""
    return _outside_code(text, _rewrite)


def drawable_tail(text: str) -> str:
    """The copy of a growing text that is drawn: like `drawable`, with what is open closed."""
    return drawable(_closed(text))


def keep_lines(text: str) -> str:
    """Keeps single line breaks, which Markdown would join: thinking is written in lines, not in paragraphs."""
    return _outside_code(text, lambda plain: re.sub(r"(?<=[^\s|])\n(?=[^\s|#>\-*+\d])", "  \n", plain))


def _outside_code(text: str, rewrite: Callable[[str], str]) -> str:
    out: list[str] = []
    position = 0
    for fenced in _FENCED.finditer(text):
        out.append(_outside_inline_code(text[position : fenced.start()], rewrite))
        out.append(fenced[0])
        position = fenced.end()
    out.append(_outside_inline_code(text[position:], rewrite))
    return "".join(out)


def _outside_inline_code(text: str, rewrite: Callable[[str], str]) -> str:
    out: list[str] = []
    position = 0
    for code in _INLINE_CODE.finditer(text):
        out.append(rewrite(text[position : code.start()]))
        out.append(code[0])
        position = code.end()
    out.append(rewrite(text[position:]))
    return "".join(out)


def _rewrite(text: str) -> str:
    text = _PICTURE.sub(lambda found: f"[picture: {found[1] or 'untitled'}]{found[2]}", text)
    text = _ROUND.sub(lambda found: f"${found[1].strip()}$", text)
    text = _SQUARE.sub(lambda found: f"$$\n{found[1].strip()}\n$$", text)
    return _DOLLARS.sub(lambda found: "\\$" if found["money"] else found[0], text)


def _closed(text: str) -> str:
    fence = ""
    for line in text.splitlines():
        if found := re.match(r" *(`{3,}|~{3,})(.*)", line):
            if not fence:
                fence = found[1]
            elif found[1].startswith(fence) and not found[2].strip():
                fence = ""
    if fence:
        return f"{text.rstrip(chr(10))}\n{fence}"
    if text.count("$$") % 2:
        return f"{text.rstrip(chr(10))}\n$$"
    head, gap, paragraph = text.rpartition("\n\n")
    # A link or picture that is still being written would show its brackets.
    paragraph = re.sub(r"!?\[[^\]\n]*(\]\([^)\n]*)?$", "", paragraph)
    plain = _INLINE_CODE.sub("", paragraph)
    for mark in ("`", "***", "**", "__", "~~"):
        if plain.count(mark) % 2:
            stripped = paragraph.rstrip()
            # A mark with nothing behind it yet is not drawn at all.
            paragraph = stripped[: -len(mark)] if stripped.endswith(mark) else stripped + mark
            break
    return head + gap + paragraph
