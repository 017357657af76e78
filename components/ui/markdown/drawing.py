"""Puts Markdown of others on the page, as `components.markdown` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.markdown.document import html_of
from components.markdown.writer import Writer, WriteText, escape

# An answer is to be read; thinking, and descriptions of other things, are shown less prominently.
Tone = Literal["answer", "thinking"]


@dataclass(frozen=True, slots=True)
class _Html:
    """HTML that `st.html` does not change; it would remove white space at the ends of lines from a string."""

    body: str

    def _repr_html_(self) -> str:
        return self.body


def page_writer(*, tone: Tone = "answer", write_text: WriteText = escape) -> Writer:
    """A writer for the page. Single line breaks of thinking stay: models write it in lines, not paragraphs."""
    return Writer(breaks=tone == "thinking", scripted=True, write_text=write_text)


def draw_html(place: DeltaGenerator, html: str, *, tone: Tone = "answer") -> DeltaGenerator:
    """Draws what a `page_writer` wrote; returns the element, which can be drawn over."""
    return place.html(_Html(f'<div class="md {tone}">{html}</div>'))


def draw_markdown(text: str, *, tone: Tone = "answer", place: DeltaGenerator | None = None) -> None:
    """Draws a complete text of others, in `place` or here; nothing for an empty one."""
    if text.strip():
        draw_html(place or st.container(), html_of(text, page_writer(tone=tone)), tone=tone)
