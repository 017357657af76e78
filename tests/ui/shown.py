"""What a page under Streamlit's test harness shows, as it can be read, and what it sends."""

from __future__ import annotations

import re
from typing import Any

from components.ui import resources
from tests.markdown.reading import words


def sent() -> list[dict[str, Any]]:
    """The bodies of the requests that the simulator got since the app was opened, the newest last."""
    return [request.body for request in resources.simulator().log.entries() if request.body is not None]


def roles(body: dict[str, Any]) -> list[str]:
    """Whose the messages of a request are, in their order."""
    return [message["role"] for message in body["messages"]]


def shown(place: Any) -> str:
    """The words of all Markdown that is drawn in a container, or on the whole page."""
    return " ".join(filter(None, (words(element.value) for element in place.html if 'class="md ' in element.value)))


def said(element: Any) -> str:
    """What can be read in an element of Streamlit's that holds Markdown, without what keeps marks from being marks."""
    return said_of(element.value)


def said_of(markdown: str) -> str:
    """What can be read in Markdown of Streamlit's, such as a cell of a table, without what keeps marks from being."""
    return re.sub(r"\\(.)", r"\1", markdown.replace(":gray[]", ""))
