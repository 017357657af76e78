"""What the next request will be: its exact body with media shortened, and its weight against the limits."""

from __future__ import annotations

import json

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.api.wires.registry import WIRES
from components.api.wires.wire import short_url
from components.core.errors import ParameterError
from components.core.parts import FramePart, ImagePart, TextPart
from components.core.request import RunRequest
from components.media.estimates import estimate
from components.params.card import model_card
from components.runs.conversation import messages_before
from components.ui.figures import size
from components.ui.sending import next_request
from components.ui.state import Session

_PROMPT = "…what you type below…"
_AMBER = 0.8


def draw_preview(state: Session) -> DeltaGenerator:
    """Draws the context meter and, on demand, the request's body; returns the meter's place."""
    meter = st.empty()
    try:
        request = next_request(state, _PROMPT)
    except ParameterError as error:
        meter.markdown(f":small[:red[:material/error: Nothing can be sent yet: {error}]]".replace("$", "\\$"))
        return meter
    draw_meter(meter, state)
    if st.button("Request", icon=":material/data_object:", key="preview", help="The exact body that will be sent"):
        _show_request(request)
    return meter


@st.dialog("The next request", width="large")
def _show_request(request: RunRequest) -> None:
    wire = WIRES[request.wire]
    st.caption(f"`POST {wire.path}` with exactly this body; pictures are shortened here.")
    st.code(json.dumps(wire.encode(request, short_url), indent=2, ensure_ascii=False), language="json", height=480)


def draw_meter(place: DeltaGenerator, state: Session) -> None:
    """Draws how much of the context the next request takes, before anything is typed."""
    context = model_card().context_tokens
    parts = [part for message in messages_before(state.turns) for part in message.parts]
    if (live := state.live_turn) is not None and not live.messages:
        parts += live.parts
    parts += [part for attachment in state.tray for part in attachment.parts]
    pictures = [part for part in parts if isinstance(part, ImagePart | FramePart)]
    texts = [part.text for part in parts if isinstance(part, TextPart)]
    weight = estimate(pictures, "\n".join([state.system, *texts]).strip())
    share = weight.tokens / context
    color = "red" if share > 1 else "orange" if share > _AMBER else "gray"
    media = f", {len(pictures)} {'picture' if len(pictures) == 1 else 'pictures'}" if pictures else ""
    place.progress(
        min(1.0, share),
        text=f":{color}[:small[Context: about {weight.tokens:,} of {context:,} tokens (estimated), "
        f"{size(weight.body_bytes)}{media}]]",
    )
