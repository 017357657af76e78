"""Pictures as they are given to Streamlit, which makes wide ones narrower anew at every click."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from components.ui.state import Lasts, PanelState, session

# Streamlit's own bound in px (`MAXIMUM_CONTENT_WIDTH` in its image_utils, 1.67): what is wider it encodes anew.
_WIDEST = 1460


@dataclass
class FittingState(PanelState, lasts=Lasts.CONVERSATION):
    """`made`: pictures made narrower, by hash and length of the wide ones."""

    made: dict[tuple[int, int], bytes] = field(default_factory=dict, repr=False)


def fitting(data: bytes, width: int) -> bytes:
    """Gives a picture, `width` px wide, as wide as Streamlit shows one; made once for each browser session.

    What is not wider is given as it is.
    """
    if width <= _WIDEST:
        return data
    made = session().of(FittingState).made
    key = (hash(data), len(data))
    if key not in made:
        made[key] = _narrowed(data)
    return made[key]


def _narrowed(data: bytes) -> bytes:
    with Image.open(BytesIO(data)) as picture:
        format = "JPEG" if picture.format == "JPEG" else "PNG"
        picture.thumbnail((_WIDEST, picture.height), reducing_gap=2.0)
        stream = BytesIO()
        picture.save(stream, format, quality=90)
    return stream.getvalue()
