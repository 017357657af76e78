"""The questions that the documentation leaves open, and the answers that the app and its simulator work with."""

from __future__ import annotations

import streamlit as st

from components.gateway.assumptions import DECISIONS
from components.ui.markdown.escaping import with_code


def draw_assumptions(heading: str) -> None:
    """Draws them as a table; `heading` stands above the answers."""
    st.table(
        {
            "Question": [name.replace("_", " ") for name in DECISIONS],
            heading: [with_code(answer) for answer in DECISIONS.values()],
        }
    )
