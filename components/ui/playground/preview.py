"""What the next request will be: its exact body with media shortened, and its weight against the limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
from components.ui.state import Lasts, PanelState, Session
from components.ui.text import as_json
from components.ui.tray.picture_tokens import picture_factor
from components.ui.views import Place

_PROMPT = "…what you type below…"
_AMBER = 0.8


@dataclass
class PreviewState(PanelState, lasts=Lasts.CONVERSATION):
    """`forewarned`: what may go wrong with the next request is said."""

    forewarned: bool = False


def draw_preview(state: Session, button: DeltaGenerator, meter: DeltaGenerator, forewarned: Place) -> None:
    """Draws the context meter into `meter`, the way to the request's body into `button`, and into `forewarned` what
    may go wrong with it. The request is made once, as it holds the whole conversation."""
    try:
        request = next_request(state, "")
    except ParameterError:
        button.empty()
        _draw_forewarnings(state, forewarned, (), ())
        # The reason is shown at the setting itself.
        meter.markdown(":small[:red[:material/error: Nothing can be sent yet: see the settings marked in red]]")
        return
    weight, counts = _weigh(state, request)
    _draw_meter(meter, request, weight, counts)
    complete = _with_prompt(request)
    _draw_forewarnings(state, forewarned, _foreseen(complete), _warnings(request, weight))
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


def _warnings(request: RunRequest, weight: Estimate) -> Sequence[str]:
    """What the next request's weight may lead to; nothing for a usual one."""
    limit = request.parameters.get("max_tokens", request.card.default_of("max_tokens"))
    answer = limit if isinstance(limit, int) else 0
    return forewarnings(weight, _pictures(request), request.card.context_tokens, answer)


def _draw_forewarnings(state: Session, place: Place, findings: Sequence[Finding], warnings: Sequence[str]) -> None:
    state.of(PreviewState).forewarned = bool(findings or warnings)
    if not findings and not warnings:
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
