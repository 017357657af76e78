"""What a picture costs in tokens, estimated: by its size, and by what the receipts of this session have shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from components.media.estimates import picture_tokens
from components.runs.receipt import Receipt, learned_factor
from components.ui.state import Lasts, PanelState, session


@dataclass
class ReceiptsState(PanelState, lasts=Lasts.CONVERSATION):
    """`receipts`: id of a run -> what it sent, with the API's count."""

    receipts: dict[str, Receipt] = field(default_factory=dict)


def picture_factor() -> tuple[float, int]:
    """What estimates of pictures are to be multiplied by, and how many receipts of this session say so."""
    return learned_factor(session().of(ReceiptsState).receipts.values())


def about_tokens(width: int, height: int) -> int:
    """Estimates the tokens of a picture, as this session has learned to."""
    return round(picture_tokens(width, height) * picture_factor()[0])
