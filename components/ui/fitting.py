"""Wide pictures made narrower once; Streamlit would do so again at every click."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from components.ui.state import Lasts, PanelState, session

# Streamlit's own bound in px (`MAXIMUM_CONTENT_WIDTH` in its image_utils, 1.67): it encodes wider pictures again.
_WIDEST = 1460


@dataclass
class FittingState(PanelState, lasts=Lasts.CONVERSATION):
    """`narrowed`: hash and length of a wide picture -> the narrower one."""

    narrowed: dict[tuple[int, int], bytes] = field(default_factory=dict, repr=False)


def fitting(data: bytes, width: int) -> bytes:
    """A picture at most as wide as Streamlit shows one; `width`: its own, in px. Narrowed once for each session."""
    if width <= _WIDEST:
        return data
    narrowed = session().of(FittingState).narrowed
    key = (hash(data), len(data))
    if key not in narrowed:
        narrowed[key] = _narrowed(data)
    return narrowed[key]


def _narrowed(data: bytes) -> bytes:
    with Image.open(BytesIO(data)) as picture:
        format = "JPEG" if picture.format == "JPEG" else "PNG"
        picture.thumbnail((_WIDEST, picture.height), reducing_gap=2.0)
        stream = BytesIO()
        picture.save(stream, format, quality=90)
    return stream.getvalue()
