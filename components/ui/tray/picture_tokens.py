"""The estimated tokens of a picture: by its size, corrected by the receipts of this session."""

from __future__ import annotations

from dataclasses import dataclass, field

from components.media.estimates import picture_tokens
from components.runs.receipt import Receipt, learned_factor
from components.ui.state import Lasts, PanelState, session


@dataclass
class ReceiptsState(PanelState, lasts=Lasts.CONVERSATION):
    """`receipts`: id of a run -> its receipt."""

    receipts: dict[str, Receipt] = field(default_factory=dict)


def picture_factor() -> tuple[float, int]:
    """The factor by which estimates of pictures are corrected, and the number of receipts that it is based on."""
    return learned_factor(session().of(ReceiptsState).receipts.values())


def about_tokens(width: int, height: int) -> int:
    """The estimated tokens of a picture of that size in px, corrected by what the API has counted in this session."""
    return round(picture_tokens(width, height) * picture_factor()[0])
