"""What the next request will be: its exact body with media shortened, and its weight against the limits."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.api.lint import Finding, lint
from components.api.wires.registry import WIRES
from components.api.wires.weight import estimate_request, sent_parts
from components.api.wires.wire import short_url
from components.core.errors import ParameterError
from components.core.parts import Part, PicturePart, TextPart, VideoPart
from components.core.request import RunRequest
from components.media.estimates import Estimate
from components.media.forewarnings import forewarnings
from components.runs.prompt_tokens import counts_before, learned_tokens
from components.ui.conversation.sending import next_request
from components.ui.figures import size
from components.ui.findings import draw_findings
from components.ui.markdown.escaping import with_code
from components.ui.state import Session
from components.ui.text import as_json
from components.ui.tray.picture_tokens import picture_factor

_PROMPT = "…what you type below…"
_AMBER = 0.8


def draw_preview(state: Session, button: DeltaGenerator, meter: DeltaGenerator, forewarned: DeltaGenerator) -> None:
    """Draws the context meter into `meter`, the way to the request's body into `button`, and into `forewarned` what
    may go wrong with it. The request is made once, as it holds the whole conversation."""
    try:
        request = next_request(state, "")
    except ParameterError:
        button.empty()
        forewarned.empty()
        # The reason is shown at the setting itself.
        meter.markdown(":small[:red[:material/error: Nothing can be sent yet: see the settings marked in red]]")
        return
    weight, counts = _weigh(state, request)
    _draw_meter(meter, request, weight, counts)
    complete = _with_prompt(request)
    _draw_forewarnings(forewarned, request, weight, _foreseen(complete))
    if button.button("Request", icon=":material/data_object:", key="preview", help="The exact body that will be sent"):
        _show_request(complete)


@st.dialog("The next request", width="large")
def _show_request(request: RunRequest) -> None:
    wire = WIRES[request.wire]
    st.caption(f"`POST {wire.path}` with exactly this body; pictures are shortened here.")
    body = wire.encode(request, short_url)
    st.code(as_json(body), language="json", height=440)
    draw_findings(lint(request.wire, body, request.card))


def _with_prompt(request: RunRequest) -> RunRequest:
    """The request with words in the place of the prompt that is still to be typed."""
    *before, asked = request.messages
    return replace(request, messages=(*before, replace(asked, parts=(*asked.parts[:-1], TextPart(_PROMPT)))))


def _foreseen(request: RunRequest) -> list[Finding]:
    """What is to be expected of the next request where tools take part; without them nothing can go wrong between
    messages, and what a parameter's own rules say stands beside its widget."""
    takes_part = request.tools or any(message.role == "tool" for message in request.messages)
    return lint(request.wire, WIRES[request.wire].encode(request, short_url), request.card) if takes_part else []


def _draw_forewarnings(
    place: DeltaGenerator, request: RunRequest, weight: Estimate, findings: Sequence[Finding]
) -> None:
    """Draws what the next request's weight may lead to, and what of it would be refused; nothing for a usual one."""
    limit = request.parameters.get("max_tokens", request.card.default_of("max_tokens"))
    answer = limit if isinstance(limit, int) else 0
    warnings = forewarnings(weight, _pictures(request), request.card.context_tokens, answer)
    if not warnings and not findings:
        place.empty()
    else:
        with place.container():
            if findings:
                draw_findings(findings)
            for sentence in warnings:
                st.warning(with_code(sentence), icon=":material/weight:")


def _sent(request: RunRequest) -> list[Part]:
    return sent_parts(request)


def _pictures(request: RunRequest) -> int:
    return sum(isinstance(part, PicturePart) for part in _sent(request))


def recount(meter: DeltaGenerator, state: Session) -> None:
    """Draws the meter anew, when an answer has been added to the conversation."""
    # While a parameter cannot be sent, the meter's place holds the reason.
    with contextlib.suppress(ParameterError):
        request = next_request(state, "")
        _draw_meter(meter, request, *_weigh(state, request))


def _weigh(state: Session, request: RunRequest) -> tuple[Estimate, int]:
    """The estimated size of the next request, and the number of reported counts that the estimate is based on."""
    factor = picture_factor()[0]
    weight = estimate_request(request, factor)
    before = counts_before(request, (one.run for turn in state.turns for one in turn.rounds), factor)
    return replace(weight, tokens=learned_tokens(weight.tokens, before)), len(before)


def _draw_meter(place: DeltaGenerator, request: RunRequest, weight: Estimate, counts: int) -> None:
    context = request.card.context_tokens
    _, receipts = picture_factor()
    pictures = _pictures(request)
    clips = sum(isinstance(part, VideoPart) for part in _sent(request))
    share = weight.tokens / context if context is not None else 0.0
    color = "red" if share > 1 else "orange" if share > _AMBER else "gray"
    media = f", {pictures} {'picture' if pictures == 1 else 'pictures'}" if pictures else ""
    media += f", {clips} {'clip' if clips == 1 else 'clips'}" if clips else ""
    learned = f" from {counts} reported {'count' if counts == 1 else 'counts'}" if counts else ""
    learned += (
        f"; pictures as counted in {receipts} {'turn' if receipts == 1 else 'turns'}" if receipts and pictures else ""
    )
    place.progress(
        min(1.0, share),
        text=f":{color}[:small[Context: about {weight.tokens:,}{_of(request)} tokens (estimated{learned}), "
        f"{size(weight.body_bytes)}{media}]]",
    )


def _of(request: RunRequest) -> str:
    """The context's limit in words, and whether the server has reported it."""
    card = request.card
    if card.context_tokens is None:
        return ""
    source = ", as the server says," if "context_length" in card.learned else ""
    return f" of {card.context_tokens:,}{source}"
