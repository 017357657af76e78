"""Draws the difference of two texts: what was taken out is struck through, what was put in is marked."""

from __future__ import annotations

import html

import streamlit as st

from components.tuning.difference import Kind, Piece, word_difference

# Colours that can be read on the light and on the dark ground alike; the words in them keep the text's own colour.
_STYLES = {
    "removed": "text-decoration:line-through;background:rgba(200,60,50,.20);border-radius:3px",
    "added": "text-decoration:none;background:rgba(40,150,100,.26);border-radius:3px",
}
_BESIDE = {
    "removed": "color:inherit;background:rgba(217,130,40,.28);border-radius:3px",
    "added": "color:inherit;background:rgba(40,150,100,.26);border-radius:3px",
}
_TAGS = {"removed": "del", "added": "ins"}
# So much of an unchanged stretch is shown round a change; the middle of a longer one is left out.
_CONTEXT = 160


def draw_difference(before: str, after: str) -> None:
    """Draws what to change in `before` to get `after`, in place."""
    pieces = word_difference(before, after)
    if not pieces:
        st.caption("Both are empty.")
        return
    if all(piece.kind == "same" for piece in pieces):
        st.caption("Word for word the same.")
    _draw(pieces)


def draw_side(pieces: tuple[Piece, ...], own: Kind) -> None:
    """Draws the whole of one of two texts that stand beside each other, and marks in it what is its `own`."""
    _draw(tuple(piece for piece in pieces if piece.kind in ("same", own)), beside=True)


def _draw(pieces: tuple[Piece, ...], *, beside: bool = False) -> None:
    text = markup(pieces, beside=beside)
    st.html(f'<div style="white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5">{text}</div>')


def markup(pieces: tuple[Piece, ...], *, beside: bool = False) -> str:
    """The pieces as HTML; the texts are escaped. `beside`: they are one text of two, and what is its own is marked."""
    return "".join(_piece(piece, at, len(pieces), beside) for at, piece in enumerate(pieces))


def _piece(piece: Piece, at: int, of: int, beside: bool) -> str:
    if piece.kind != "same":
        tag, style = ("mark", _BESIDE[piece.kind]) if beside else (_TAGS[piece.kind], _STYLES[piece.kind])
        return f'<{tag} style="{style}">{html.escape(piece.text)}</{tag}>'
    if beside:
        return html.escape(piece.text)
    text = piece.text
    head = text[:_CONTEXT] if at else ""
    tail = text[-_CONTEXT:] if at < of - 1 else ""
    left_out = len(text) - len(head) - len(tail)
    if left_out < _CONTEXT:
        return html.escape(text)
    words = f" [… {left_out:,} characters alike …] "
    return f'{html.escape(head)}<span style="opacity:.75">{words}</span>{html.escape(tail)}'
