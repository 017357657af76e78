"""Deep links: every setting of the playground in its address, so that a bookmark opens the page as it was.

Only what is not as it always is at first stands there. The conversation's id is `keeping`'s; a key never is. A link to
be shared carries a prompt as well, which goes into the message box where it is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args
from urllib.parse import quote, urlencode

import streamlit as st

from components.api.wires.registry import WIRES
from components.core.request import ToolChoice, ToolMode
from components.params.card import model_card
from components.params.choices import Choices
from components.params.validation import parse_value
from components.ui.state import Session, ToolSettings

# Longer addresses are cut or refused on their way: nginx takes a request line of 8 KB, and so do many chats and mails.
LONGEST_LINK = 8_000
# The page's own address keeps well below that; a longer text stays in the conversation alone.
_LONGEST = 3_000
_PROMPT = "prompt"
_NAMES = ("endpoint", "system", "send", "stream", "tools", "tool_choice")


def follow_link(state: Session) -> None:
    """Sets the page as its address says; once a session, for from then on the address follows the page."""
    if state.linked:
        return
    state.linked = True
    query = st.query_params
    for parameter in model_card().parameters.values():
        given = query.get_all(parameter.name)
        if given:
            # Repeated, not separated by commas: a stop sequence may hold one.
            value: object = tuple(given) if parameter.type == "string" else parse_value(parameter, given[-1])
            state.own.values[parameter.name] = value
    if (endpoint := query.get("endpoint")) in WIRES:
        state.own.wire = WIRES[endpoint].name
    state.own.system = query.get("system", state.own.system)
    if (send := query.get("send")) == "everything" or send == "changed":
        state.own.mode = "everything" if send == "everything" else "changed"
    if (stream := query.get("stream")) in ("on", "off"):
        state.own.stream = stream == "on"
    if tools := query.get("tools"):
        state.tools.text, state.tools.version = tools, state.tools.version + 1
    if choice := query.get("tool_choice"):
        state.tools.choice = _choice(choice)
    if prompt := query.get(_PROMPT):
        state.draft = prompt
        del query[_PROMPT]  # once sent, it is in the conversation


def shared_link(state: Session, address: str, prompt: str) -> str:
    """The address of the page with all its settings and a prompt. It may be longer than `LONGEST_LINK`."""
    carried = {**_settings(state), **({_PROMPT: [prompt]} if prompt else {})}
    return f"{address}?{urlencode(carried, doseq=True, quote_via=quote)}" if carried else address


def write_link(state: Session) -> None:
    """Has the address say how the page is set."""
    wanted = {name: texts for name, texts in _settings(state).items() if sum(map(len, texts)) <= _LONGEST}
    query = st.query_params
    for name in (*model_card().parameters, *_NAMES):
        values = wanted.get(name, [])
        if query.get_all(name) == values:
            continue
        if values:
            query[name] = values
        else:
            del query[name]


def _settings(state: Session) -> Mapping[str, list[str]]:
    own, plain = state.own, Choices()
    found: dict[str, list[str]] = {}
    for name, value in own.values.items():
        texts = [str(item) for item in value] if isinstance(value, tuple | list) else [_text(value)]
        found[name] = texts
    if own.wire != plain.wire:
        found["endpoint"] = [own.wire]
    if own.system:
        found["system"] = [own.system]
    if own.mode != plain.mode:
        found["send"] = [own.mode]
    if own.stream != plain.stream:
        found["stream"] = [_text(own.stream)]
    if state.tools.text:
        found["tools"] = [state.tools.text]
    if (choice := state.tools.choice) != ToolSettings().choice:
        found["tool_choice"] = [choice.name if choice.mode == "named" else choice.mode]
    return found


def _text(value: object) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def _choice(text: str) -> ToolChoice:
    for mode in get_args(ToolMode):
        if text == mode and mode != "named":
            return ToolChoice(mode)
    return ToolChoice("named", text)
