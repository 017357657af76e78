"""The texts of a model on a page under Streamlit's test harness, as they can be read."""

from __future__ import annotations

from typing import Any

from tests.markdown.reading import words


def shown(place: Any) -> str:
    """The words of all Markdown that is drawn in a container, or on the whole page."""
    return " ".join(filter(None, (words(element.value) for element in place.html if 'class="md ' in element.value)))
