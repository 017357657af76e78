"""Deep links: every setting of the playground in its address, so that a bookmark opens the page as it was.

Only settings that differ from the defaults are in it, and never a key; `saving` adds the conversation's id. A shared
link holds a prompt as well, which is put into the message box where the link is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args
from urllib.parse import quote, urlencode

import streamlit as st

from components.api.wires.registry import WIRES
from components.core.request import ToolChoice, ToolMode
from components.params.choices import Choices
from components.params.payload import SendMode
from components.params.validation import parse_value
from components.ui import resources
from components.ui.state import Lasts, PanelState, Session, ToolSettings

# Longer addresses are cut or refused on their way: nginx takes a request line of 8 KB, and so do many chats and mails.
LONGEST_LINK = 8_000
# The page's own address keeps well below that; what is too long for it stays in the conversation alone.
_LONGEST = 4_000
_PROMPT = "prompt"
_NAMED = "named:"
_NAMES = ("endpoint", "system", "send", "stream", "tools", "tool_choice")


@dataclass
class LinksState(PanelState, lasts=Lasts.BROWSER):
    """`linked`: the settings of the address were applied; from then on the address follows the page."""

    linked: bool = False


def follow_link(state: Session) -> None:
    """Applies the settings of the address; once a session, as from then on the address follows the page."""
    links = state.of(LinksState)
    if links.linked:
        return
    links.linked = True
    query = st.query_params
    apply_settings(state, {name: query.get_all(name) for name in query})
    if prompt := query.get(_PROMPT):
        state.draft = prompt
        del query[_PROMPT]  # once sent, it is in the conversation


def apply_settings(state: Session, query: Mapping[str, Sequence[str]]) -> None:
    """Applies settings, name -> its texts. Other names are ignored; the page explains a bad value."""
    for parameter in resources.card().parameters.values():
        if given := query.get(parameter.name):
            # Repeated, not separated by commas: a stop sequence may hold one.
            value: object = tuple(given) if parameter.type == "string" else parse_value(parameter, given[-1])
            state.own.values[parameter.name] = value
    last = {name: query[name][-1] for name in _NAMES if query.get(name)}
    if (endpoint := last.get("endpoint")) in WIRES:
        state.own.wire = WIRES[endpoint].name
    state.own.system = last.get("system", state.own.system)
    if (send := last.get("send")) == "everything" or send == "changed":
        state.own.mode = "everything" if send == "everything" else "changed"
    if (stream := last.get("stream")) in ("on", "off"):
        state.own.stream = stream == "on"
    if tools := last.get("tools"):
        state.tools.text, state.tools.version = tools, state.tools.version + 1
    if choice := last.get("tool_choice"):
        state.tools.choice = _choice(choice)


def shared_link(state: Session, address: str, prompt: str) -> str:
    """The address of the page with all its settings and a prompt. It may be longer than `LONGEST_LINK`."""
    carried = {**settings_of(state), **({_PROMPT: [_text(prompt)]} if prompt else {})}
    return f"{address}?{_encoded(carried)}" if carried else address


def write_link(state: Session) -> None:
    """Writes the settings of the page into its address."""
    wanted = settings_of(state)
    while len(_encoded(wanted)) > _LONGEST:
        del wanted[max(wanted, key=lambda name: len(_encoded({name: wanted[name]})))]
    query = st.query_params
    for name in (*resources.card().parameters, *_NAMES):
        values = wanted.get(name, [])
        if query.get_all(name) == values:
            continue
        if values:
            query[name] = values
        else:
            del query[name]


def _encoded(query: Mapping[str, list[str]]) -> str:
    return urlencode(query, doseq=True, quote_via=quote)


def settings_of(state: Session) -> dict[str, list[str]]:
    """Name -> its texts. A value that no address can hold is left out."""
    own, plain = state.own, Choices()
    found: dict[str, list[str]] = {}
    for name, value in own.values.items():
        items = value if isinstance(value, tuple | list) else [value]
        if items and all(map(_fits_in_url, items)):
            found[name] = [_text(item) for item in items]
    if own.wire != plain.wire and own.wire in WIRES:
        found["endpoint"] = [own.wire]
    if own.system:
        found["system"] = [_text(own.system)]
    if own.mode != plain.mode and own.mode in get_args(SendMode):
        found["send"] = [own.mode]
    if own.stream != plain.stream:
        found["stream"] = [_text(own.stream)]
    if state.tools.text:
        found["tools"] = [_text(state.tools.text)]
    if (choice := state.tools.choice) != ToolSettings().choice:
        found["tool_choice"] = [_choice_text(choice)]
    return found


def _fits_in_url(value: object) -> bool:
    # Python does not write whole numbers of more than 4,300 digits.
    return isinstance(value, str | float) or (isinstance(value, int) and value.bit_length() < 1_024)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    # No address can hold half a character.
    return str(value).encode("utf-8", "replace").decode()


def _choice(text: str) -> ToolChoice:
    for mode in get_args(ToolMode):
        if text == mode and mode != "named":
            return ToolChoice(mode)
    return ToolChoice("named", text.removeprefix(_NAMED))


def _choice_text(choice: ToolChoice) -> str:
    if choice.mode != "named":
        return choice.mode
    # A tool may be called as a mode is; no tool's name has a colon.
    return f"{_NAMED}{choice.name}" if choice.name in get_args(ToolMode) else _text(choice.name)
