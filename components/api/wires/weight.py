"""The parts of a request that its endpoint receives, whole clips or their frames, and an estimate of their tokens."""

from __future__ import annotations

from components.api.wires.registry import WIRES
from components.core.parts import Part, parts_to_send
from components.core.request import RunRequest, WireName
from components.media.estimates import Estimate, estimate_messages


def sends_videos(wire: WireName) -> bool:
    """Whether the endpoint takes whole clips; an unknown one does not."""
    return wire in WIRES and not WIRES[wire].no_video


def sent_parts(request: RunRequest) -> list[Part]:
    """Every part that is sent, in order."""
    videos = sends_videos(request.wire)
    return [part for message in request.messages for part in parts_to_send(message.parts, videos=videos)]


def estimate_request(request: RunRequest, picture_factor: float = 1.0) -> Estimate:
    """Estimates a whole request: system prompt, tools, and all text, thinking, calls, results and media.

    `picture_factor`: how many tokens the API has counted for each estimated token of a picture.
    """
    return estimate_messages(request, sent_parts(request), picture_factor)
