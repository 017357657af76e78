"""The text of a file as it is sent, its fence and all."""

from __future__ import annotations

import streamlit as st

from components.core.parts import TextFilePart
from components.core.texts import whole_characters


def draw_file_text(part: TextFilePart, most: int, height: int) -> bool:
    """Draws the first `most` characters of what is sent, at most `height` px high; returns whether that is all."""
    fenced = whole_characters(part.fenced)
    st.code(fenced[:most], language=None, wrap_lines=True, height=height if fenced.count("\n") > 12 else "content")
    if len(fenced) <= most:
        return True
    st.caption(f"The first {most:,} of {len(fenced):,} characters that are sent")
    return False
