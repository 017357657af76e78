"""The media receipt under a turn: what was sent, to the byte, and whether the API has counted it."""

from __future__ import annotations

import streamlit as st

from components.api.wires.weight import sends_videos
from components.core.parts import FramePart, ImagePart, parts_to_send
from components.runs.conversation import Turn
from components.runs.receipt import Receipt, receipt_of
from components.ui.figures import size
from components.ui.markdown.escaping import with_code
from components.ui.state import Session, session
from components.ui.tray.downloads import draw_downloads
from components.ui.tray.picture_tokens import ReceiptsState

_UNKNOWN = "not known here"


def draw_receipt(turn: Turn, number: int) -> None:
    """Draws the receipt among a turn's actions, on demand; nothing where no media were sent."""
    receipt = _receipt(session(), turn)
    if receipt is None:
        return
    icon = {"seen": ":material/receipt_long:", "not seen": ":material/visibility_off:"}.get(receipt.verdict)
    panel = st.popover("Media", icon=icon or ":material/receipt_long:", type="tertiary", key=f"receipt-{number}")
    with panel:
        st.markdown(with_code(_sentence(receipt)))
        st.dataframe(
            {
                "Sent": [item.name for item in receipt.items],
                "Kind": [item.kind for item in receipt.items],
                "Pixels": [f"{item.width} × {item.height}" if item.width else _UNKNOWN for item in receipt.items],
                "Size": [_UNKNOWN if item.size_bytes is None else size(item.size_bytes) for item in receipt.items],
                "Tokens (estimated)": [item.estimated_tokens for item in receipt.items],
                "SHA-256": [item.sha256 or _UNKNOWN for item in receipt.items],
            },
            # Long names and addresses leave room for the rest; the cell shows all of them when it is chosen.
            column_config={"Sent": st.column_config.TextColumn(width=150)},
            hide_index=True,
            placeholder="–",
            key=f"receipt-table-{number}",
        )
        asked = parts_to_send(turn.question.parts if turn.question else (), videos=sends_videos(turn.run.request.wire))
        sent = [part for part in asked if isinstance(part, FramePart | ImagePart)]
        draw_downloads(sent, f"Sent with turn {number}", f"turn-{number}")


def draw_media_flag(turn: Turn) -> None:
    """Warns where the count of prompt tokens did not rise with the media that were sent."""
    receipt = _receipt(session(), turn)
    if receipt is not None and receipt.verdict == "not seen":
        st.warning(
            f"The model may not have seen your media: they should count about {receipt.estimated_tokens:,} prompt "
            f"tokens (estimated), but the API reported only {max(0, receipt.rise or 0):,} above the text. Try another "
            "endpoint, or other formats.",
            icon=":material/visibility_off:",
        )


def _receipt(state: Session, turn: Turn) -> Receipt | None:
    receipts = state.of(ReceiptsState).receipts
    run = turn.rounds[0].run if turn.rounds else None
    if run is None or run.live or turn.rounds[0].written is not None:
        return None
    if run.id not in receipts:
        at = state.turns.index(turn) if turn in state.turns else 0
        before = state.turns[at - 1] if at else None
        receipt = receipt_of(run, before.run if before is not None and before.rounds else None)
        if receipt is None:
            return None
        # Stored: computing the digests of many pictures would delay every click.
        receipts[run.id] = receipt
    return receipts[run.id]


def _sentence(receipt: Receipt) -> str:
    if receipt.prompt_tokens is None or receipt.rise is None:
        return "The API did not report its prompt tokens, so nothing says whether the media were seen."
    text = "the conversation before, as counted, and this text" if receipt.counted_before else "the text alone"
    counts = (
        f"The API reported **{receipt.prompt_tokens:,}** prompt tokens: **{receipt.rise:,}** above {text} (about "
        f"{receipt.text_tokens:,}, estimated). The media were estimated at {receipt.estimated_tokens:,}."
    )
    match receipt.verdict:
        case "seen":
            return f":material/check: {counts} They were counted, so the model was given them."
        case "not seen":
            return f":material/visibility_off: {counts} **The model may not have seen them.**"
        case _:
            return f":material/help: {counts} That is too close to tell."
