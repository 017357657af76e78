"""Puts Markdown of others on the page, as `components.markdown` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.markdown.document import html_of
from components.markdown.writer import Writer, WriteText, escape

# An answer is read; thinking, and what is said of something, stands back.
Tone = Literal["answer", "thinking"]


@dataclass(frozen=True, slots=True)
class _Html:
    """What `st.html` puts on the page as it is; of a string it would take the blanks at the ends of lines of code."""

    body: str

    def _repr_html_(self) -> str:
        return self.body


def page_writer(*, tone: Tone = "answer", write_text: WriteText = escape) -> Writer:
    """How text is written for the page. Thinking is written in lines, not in paragraphs: they are kept."""
    return Writer(breaks=tone == "thinking", scripted=True, write_text=write_text)


def draw_html(place: DeltaGenerator, html: str, *, tone: Tone = "answer") -> DeltaGenerator:
    """Draws what a `page_writer` wrote; where it stands comes back, and can be drawn over."""
    return place.html(_Html(f'<div class="md {tone}">{html}</div>'))


def draw_markdown(text: str, *, tone: Tone = "answer", place: DeltaGenerator | None = None) -> None:
    """Draws a whole text of others, here or in `place`; nothing of an empty one."""
    if text.strip():
        draw_html(place or st.container(), html_of(text, page_writer(tone=tone)), tone=tone)
