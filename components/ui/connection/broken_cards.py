"""Says which model cards of the user's folder could not be used."""

from __future__ import annotations

import streamlit as st

from components.ui import resources
from components.ui.markdown.escaping import with_code


def draw_broken_cards() -> None:
    """Draws one sentence for each broken card; nothing where all are right."""
    for problem in resources.cards().problems:
        st.warning(with_code(problem), icon=":material/broken_image:")
