"""What a picture costs in tokens, estimated: by its size, and by what the receipts of this session have shown."""

from __future__ import annotations

from components.media.estimates import picture_tokens
from components.runs.receipt import learned_factor
from components.ui.state import session


def picture_factor() -> tuple[float, int]:
    """What estimates of pictures are to be multiplied by, and how many receipts of this session say so."""
    return learned_factor(session().receipts.values())


def about_tokens(width: int, height: int) -> int:
    """Estimates the tokens of a picture, as this session has learned to."""
    return round(picture_tokens(width, height) * picture_factor()[0])
