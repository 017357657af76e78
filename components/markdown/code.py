"""Syntax highlighting: which stretches of a code block are keywords, strings, numbers, comments or names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

# The classes of the style sheet: keyword, string, number, comment, name, inserted, deleted.
_CLASSES = (
    (Comment, "c"),
    (Generic.Inserted, "i"),
    (Generic.Deleted, "d"),
    (Generic.Heading, "k"),
    (Generic.Subheading, "k"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Number, "n"),
    (String, "s"),
    (Literal, "s"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Tag, "k"),
    (Name.Attribute, "f"),
    (Name.Builtin, "f"),
    (Name.Decorator, "f"),
    (Name.Variable, "f"),
)
PLAIN = "."
# Longer code is not highlighted: 100 KB take about half a second.
_LONGEST = 120_000
# Pygments knows 500 languages, and some are read in more than linear time. These are what models write.
_LANGUAGES = frozenset(
    "bash sh shell zsh console c cpp c++ h hpp csharp c# cs css scss dart diff patch docker dockerfile "
    "elixir go golang graphql groovy haskell html http ini java javascript js jsx json jsonc json5 julia "
    "kotlin latex tex lua make makefile matlab nginx objective-c ocaml perl php powershell ps1 properties "
    "proto protobuf python py py3 python3 pycon r ruby rb rust rs scala sql sqlite postgresql mysql svg "
    "swift terraform hcl toml typescript ts tsx vb vim xml yaml yml zig".split()
)
_ALIASES = {"jsonc": "json", "json5": "json", "svg": "xml", "tsx": "typescript", "jsx": "javascript", "zsh": "bash"}


def highlighted(code: str, language: str) -> Iterator[tuple[str, str]]:
    """The code as stretches of (class, text). `language`: the first word after a fence, known or not."""
    lexer = _lexer(language.lower()) if len(code) <= _LONGEST else None
    if lexer is None:
        yield PLAIN, code
        return
    last, texts = PLAIN, list[str]()
    for _, kind, text in lexer.get_tokens_unprocessed(code):
        found = _class(kind)
        # White space has no visible colour, so it does not begin a stretch.
        if found != last and not text.isspace():
            if texts:
                yield last, "".join(texts)
            last, texts = found, []
        texts.append(text)
    yield last, "".join(texts)


@cache
def _class(kind: _TokenType) -> str:
    return next((name for group, name in _CLASSES if kind[: len(group)] == group), PLAIN)


@cache
def _lexer(language: str) -> Lexer | None:
    if language not in _LANGUAGES:
        return None
    try:
        return get_lexer_by_name(_ALIASES.get(language, language), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
