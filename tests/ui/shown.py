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


def conversation_id(app: Any) -> str:
    """The id of the conversation on the page, as the address has it."""
    found: str | list[str] = app.query_params["conversation"]
    return found if isinstance(found, str) else found[0]


def attached(app: Any) -> list[str]:
    """The names in the tray, from left to right: each has a button that removes it."""
    keys = [button.key for button in app.button if (button.key or "").startswith("detach-")]
    return [key.split("-", 2)[2] for key in keys]


def prompts(app: Any) -> list[str]:
    """What the user asked in each turn that the page shows."""
    return [message.text[0].value for message in app.chat_message]


def answer(app: Any, number: int = 1) -> str:
    """The words of the answer in a turn."""
    return shown(app.container(key=f"turn-{number}-answer"))


def to_try_again(app: Any) -> bool:
    """Whether the page offers to ask once more, as it does for each turn whose reply failed, was cut or stopped."""
    return any((button.key or "").startswith("again-") for button in app.button)


def shown(place: Any) -> str:
    """The words of all Markdown that is drawn in a container, or on the whole page."""
    return " ".join(filter(None, (words(element.value) for element in place.html if 'class="md ' in element.value)))


def said(element: Any) -> str:
    """What can be read in an element of Streamlit's that holds Markdown, without what keeps marks from being marks."""
    return said_of(element.value)


def said_of(markdown: str) -> str:
    """What can be read in Markdown of Streamlit's, such as a cell of a table, without what keeps marks from being."""
    return re.sub(r"\\(.)", r"\1", markdown.replace(":gray[]", ""))
