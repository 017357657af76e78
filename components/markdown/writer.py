"""Writes tokens as HTML. Text is escaped, and the only attribute that comes from the text is an address.

There are two ways with one look: for a file that needs nothing else, and for the page, where a script adds what would
be too long to send or what Streamlit removes (colours of code, formulas, buttons, targets of links).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

from markdown_it.token import Token

from components.core.texts import cut
from components.markdown.code import PLAIN, highlighted
from components.markdown.mathml import mathml

# Writes a stretch of plain text as HTML, escaped.
WriteText = Callable[[str], str]

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_LETTER = re.compile(rf"(?P<rtl>[{_RTL}])|[^\W\d_]")
_SECTIONS = {"bullet_list": "ul", "ordered_list": "ol", "blockquote": "blockquote"}
_TAGS = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<s>",
    "s_close": "</s>",
    "hardbreak": "<br>\n",
    "hr": "<hr>",
    # The ends of these are where the next one begins: https://html.spec.whatwg.org/#optional-tags.
    "thead_open": "<thead>",
    "thead_close": "",
    "tbody_open": "<tbody>",
    "tbody_close": "",
    "tr_open": "<tr>",
    "tr_close": "\n",
    "th_close": "",
    "td_close": "",
    "table_close": "</table></div>",
    "list_item_open": "<li>",
    "list_item_close": "\n",
    "bullet_list_close": "</ul>",
    "ordered_list_close": "</ol>",
    "blockquote_close": "</blockquote>",
    "link_close": "</a>",
    "footnote_reference_close": "</div></div>",
}
_TASK = re.compile(r"\[([ xX])\](?=\s)")
_CLOSING_MARKS = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]", "": ""}
# Languages of a fence that a click draws on the page. A file shows the source: it has no script.
_DRAWABLE = frozenset({"svg", "mermaid"})


def escape(text: str) -> str:
    """The text escaped for HTML outside of a tag."""
    return html.escape(text, quote=False)


class Writer:
    """Writes tokens. `breaks`: single line breaks stay; `scripted`: for the page; `write_text` writes plain text."""

    def __init__(self, *, breaks: bool = False, scripted: bool = False, write_text: WriteText = escape) -> None:
        self._softbreak = "<br>\n" if breaks else "\n"
        self._scripted = scripted
        self._write_text = write_text

    def write(self, tokens: Sequence[Token]) -> str:
        """The HTML of blocks whose inlines are parsed."""
        out: list[str] = []
        for at, token in enumerate(tokens):
            if token.type in _TAGS:
                out.append(_TAGS[token.type])
            elif token.type == "inline":
                out.append(self._inline(token.children or [], task=at > 1 and tokens[at - 2].type == "list_item_open"))
            else:
                out.append(self._block(tokens, at))
        return "".join(out)

    def _block(self, tokens: Sequence[Token], at: int) -> str:
        token = tokens[at]
        name, _, side = token.type.rpartition("_")
        match token.type:
            case "paragraph_open":
                return "" if token.hidden else '<p dir="auto">'
            case "paragraph_close":
                return "" if token.hidden else "</p>"
            case "heading_open":
                return f'<{token.tag} dir="auto">'
            case "heading_close":
                return f"</{token.tag}>"
            case "th_open" | "td_open":
                align = str(token.attrs.get("style", "")).removeprefix("text-align:")
                return f"<{token.tag}{f' class={align}' if align else ''}>"
            case "table_open":
                return f'<div class="table"><table dir="{_direction(tokens, at)}">'
            case "fence" | "code_block":
                return self._code(token)
            case "formula_block":
                return self._formula_block(token)
            case "text_as_written":
                return f'<span class="as-written">{escape(token.content)}</span>'
            case "footnote_reference_open":
                label = html.escape(token.meta["label"])
                return f'<div class="footnote" data-footnote="{label}"><sup>{label}</sup><div>'
        start = f' start="{int(token.attrs["start"])}"' if "start" in token.attrs else ""
        assert side == "open" and name in _SECTIONS, token.type  # all other types that the parser makes
        return f'<{_SECTIONS[name]}{start} dir="{_direction(tokens, at)}">'

    def _code(self, token: Token) -> str:
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
        code = token.content.removesuffix("\n")
        attributes = f' data-language="{html.escape(cut(language, 30))}"' if language else ""
        if self._scripted:
            if language.lower() in _DRAWABLE:
                attributes += " data-draws"
            inner = f"<code{self._colours(code, language)}>{escape(code)}</code>"
        else:
            inner = "".join(
                escape(text) if kind == PLAIN else f'<span class="{kind}">{escape(text)}</span>'
                for kind, text in highlighted(code, language)
            )
            inner = f"<code>{inner}</code>"
        return f'<div class="code"{attributes}><pre>{inner}</pre></div>'

    @staticmethod
    def _colours(code: str, language: str) -> str:
        stretches = list(highlighted(code, language))
        if len(stretches) == 1 and stretches[0][0] == PLAIN:
            return ""
        # Lengths as JavaScript counts them.
        counts = "".join(f"{kind}{len(text.encode('utf-16-le')) // 2}" for kind, text in stretches)
        return f' data-colours="{counts}"'

    def _formula_block(self, token: Token) -> str:
        closing = _CLOSING_MARKS[token.markup]
        tex = f"{token.markup}\n{token.content}\n{closing}" if closing else token.content
        return "" if token.hidden else f'<div class="formula">{self._formula(token.content, tex, block=True)}</div>'

    def _formula(self, content: str, tex: str, *, block: bool) -> str:
        drawn = mathml(content, block=block)
        if drawn is None:
            return f'<code class="tex">{escape(tex)}</code>'
        if self._scripted:
            return f'<span data-mathml="{_in_quotes(drawn)}">{escape(tex)}</span>'
        return drawn

    def _inline(self, tokens: Sequence[Token], *, task: bool) -> str:
        out: list[str] = []
        plain: list[str] = []
        links = 0
        for token in tokens:
            if token.type in ("text", "text_special"):
                plain.append(token.content)
                continue
            if plain:
                out.append(self._text("".join(plain), task=task and not out, linked=links > 0))
                plain.clear()
            links += token.nesting if token.type.startswith("link_") else 0
            out.append(_TAGS.get(token.type) or self._inline_token(token, linked=links > 0))
        if plain:
            out.append(self._text("".join(plain), task=task and not out, linked=links > 0))
        return "".join(out)

    def _text(self, text: str, *, task: bool, linked: bool) -> str:
        box = ""
        if task and (found := _TASK.match(text)):
            state = 'aria-label="Not done"' if found[1] == " " else 'checked aria-label="Done"'
            box = f'<input type="checkbox" disabled {state}>'
            text = text[found.end() :]
        return box + (escape(text) if linked else self._write_text(text))

    def _inline_token(self, token: Token, *, linked: bool) -> str:
        match token.type:
            case "softbreak":
                return self._softbreak
            case "code_inline":
                return f"<code>{escape(token.content)}</code>"
            case "formula":
                block = token.markup in ("$$", "\\[")
                tex = f"{token.markup}{token.content}{_CLOSING_MARKS[token.markup]}"
                return self._formula(token.content, tex, block=block)
            case "link_open":
                return f"<a{self._link_attributes(str(token.attrs['href']))}>"
            case "image":
                return self._picture(token, linked=linked)
            case "footnote_ref":
                label = html.escape(token.meta["label"])
                return f'<sup><a class="footnote-mark" data-to-footnote="{label}">{label}</a></sup>'
        raise AssertionError(token.type)  # the rest of what the parser makes is in the tables above

    def _picture(self, token: Token, *, linked: bool) -> str:
        address = str(token.attrs["src"])
        label = _as_text(token.children or []) or ("untitled" if address.startswith("data:") else address)
        if linked:  # a link within a link would end the outer one
            return f'<span class="picture" title="{html.escape(cut(address, 200))}">picture: {escape(label)}</span>'
        return f'<a class="picture"{self._link_attributes(address)}>picture: {escape(label)}</a>'

    def _link_attributes(self, address: str) -> str:
        if address.lower().startswith(("http:", "https:", "mailto:")):
            # On the page the script adds these; Streamlit would change them.
            more = "" if self._scripted else ' target="_blank" rel="noopener noreferrer nofollow"'
            return f' href="{html.escape(address)}"{more}'
        # Any other address leads nowhere here: it is shown as a title.
        return f' title="{html.escape(cut(address, 200))}"'


def _as_text(tokens: Sequence[Token]) -> str:
    return "".join(
        "\n" if token.type.endswith("break") else _as_text(token.children) if token.children else token.content
        for token in tokens
    )


def _in_quotes(markup: str) -> str:
    return markup.replace("&", "&amp;").replace('"', "&quot;")


def _direction(tokens: Sequence[Token], at: int) -> str:
    """The direction of a list, a table or a quotation, by its first letter, as `dir="auto"` finds it in a paragraph."""
    level = tokens[at].level
    for token in tokens[at + 1 :]:
        if token.level <= level and token.nesting < 0:
            break
        if token.type == "inline" and (found := _LETTER.search(token.content)):
            return "rtl" if found["rtl"] else "ltr"
    return "auto"
