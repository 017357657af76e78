"""Emphasis beside Chinese, Japanese and Korean, which put no space between words and punctuation.

CommonMark decides by the characters around ``**`` whether it opens or closes. ``**重点：**内容`` stays raw by that
rule, because a closing mark after punctuation must be followed by a space or more punctuation. The amendment of
https://github.com/tats-u/markdown-cjk-friendly lets a character of these scripts count as punctuation where that
helps a mark to open or close, and as a letter where it would hinder. Other texts are parsed as by CommonMark.

The package mdit-py-cjk-friendly (0.3) does the same for Chinese and Japanese, but not for Korean, and it refuses the
versions of markdown-it-py that know CommonMark 0.31.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

# Hangul, radicals, punctuation and kana, ideographs, compatibility and fullwidth forms, ideographs of the planes 2, 3.
_CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u303f\u3040-\u318f\u3190-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        scanned = super().scanDelims(start, canSplitWord)
        if scanned.can_open and scanned.can_close:
            return scanned
        end = start + scanned.length
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "
        # A variation selector only chooses the look of the character before it.
        if "\ufe00" <= before <= "\ufe0f" and start > 1:
            before = self.src[start - 2]
        before_cjk, after_cjk = bool(_CJK.match(before)), bool(_CJK.match(after))
        if not (before_cjk or after_cjk):
            return scanned
        before_space, after_space = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        before_mark, after_mark = _is_punctuation(before), _is_punctuation(after)
        opens = not after_space and (not after_mark or after_cjk or before_space or before_mark or before_cjk)
        closes = not before_space and (not before_mark or before_cjk or after_space or after_mark or after_cjk)
        if not canSplitWord:
            opens, closes = opens and (not closes or before_mark), closes and (not opens or after_mark)
        return Scanned(opens, closes, scanned.length)


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def cjk_emphasis(md: MarkdownIt) -> None:
    """A plugin: lets emphasis stand beside Chinese, Japanese and Korean punctuation. To be used before others."""
    inline = _Inline()
    inline.ruler, inline.ruler2 = md.inline.ruler, md.inline.ruler2
    md.inline = inline


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)
