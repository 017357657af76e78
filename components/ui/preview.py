"""What the next request will be: its exact body with media shortened, and its weight against the limits."""

from __future__ import annotations

import json

import streamlit as st

from components.api.wires.registry import WIRES
from components.api.wires.wire import short_url
from components.core.errors import ParameterError
from components.core.parts import FramePart, ImagePart
from components.core.request import RunRequest
from components.media.estimates import estimate
from components.params.card import model_card
from components.ui.figures import size
from components.ui.sending import next_request
from components.ui.state import Session

_PROMPT = "…what you type below…"
_AMBER = 0.8


def draw_preview(state: Session) -> None:
    """Draws the context meter and, on demand, the request's body."""
    try:
        request = next_request(state, _PROMPT)
    except ParameterError as error:
        st.caption(f":red[:material/error: Nothing can be sent until this is mended: {error}]".replace("$", "\\$"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        _draw_meter(request)
        with st.popover(
            "Request", icon=":material/data_object:", on_change="rerun", key="preview", width="content"
        ) as open_:
            if open_.open:
                wire = WIRES[request.wire]
                st.caption(f"POST {wire.path}: the exact body that will be sent; pictures are shortened here.")
                body = json.dumps(wire.encode(request, short_url), indent=2, ensure_ascii=False)
                st.code(body, language="json", height=420)


def _draw_meter(request: RunRequest) -> None:
    context = model_card().context_tokens
    pictures = [part for m in request.messages for part in m.parts if isinstance(part, ImagePart | FramePart)]
    texts = "\n".join(message.text for message in request.messages)
    weight = estimate(pictures, request.system + texts.removesuffix(_PROMPT))
    used = weight.tokens
    share = used / context
    color = "red" if share > 1 else "orange" if share > _AMBER else "gray"
    with st.container(width="stretch", gap=None):
        st.progress(
            min(1.0, share),
            text=f":{color}[:small[Next request: about {used:,} of {context:,} tokens (estimated), "
            f"{size(weight.body_bytes)} with {len(pictures)} pictures]]",
        )
