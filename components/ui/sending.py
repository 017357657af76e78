"""From what is prepared to a run: the request of the next turn, sending it, and sending a turn again."""

from __future__ import annotations

from components.core.errors import MediaError, ParameterError
from components.core.parts import Message, Part, TextPart
from components.core.request import RunRequest
from components.media.estimates import check_body, estimate
from components.params.card import model_card
from components.params.payload import build_payload
from components.runs.conversation import Turn, messages_before
from components.ui import resources
from components.ui.state import Session, session


def next_request(state: Session, prompt: str, *, turns: list[Turn] | None = None) -> RunRequest:
    """The request that sending `prompt` now would make.

    Raises: ParameterError with one message per field that the card does not allow.
    """
    return _request(state, next_parts(state, prompt), state.turns if turns is None else turns)


def next_parts(state: Session, prompt: str) -> tuple[Part, ...]:
    """What the next user message is made of: the attached media, then the text."""
    media = (part for attachment in state.tray for part in attachment.parts)
    return (*media, TextPart(prompt))


def send(prompt: str) -> bool:
    """Starts a run for the prompt and what is attached; False when it cannot be sent, with the reason set.

    What cannot be sent is left untouched, for the user to mend.
    """
    state = session()
    state.problem = None
    if state.live_turn is not None:
        state.problem = "A reply is still being written. Stop it, or wait for its end; your text is kept."
        return False
    parts = next_parts(state, prompt)
    try:
        check_body(estimate((part for a in state.tray for part in a.parts), prompt).body_bytes)
        turn = _start(state, parts, state.turns)
    except (ParameterError, MediaError) as error:
        state.problem = f"Not sent: {error}"
        return False
    state.turns.append(turn)
    state.tray.clear()
    state.refusals.clear()
    return True


def try_again(turn: Turn) -> None:
    """Sends a turn again as it was, with today's settings, in the place where it stands."""
    state = session()
    state.problem = None
    position = state.turns.index(turn)
    try:
        turn.run = _start(state, turn.parts, state.turns[:position]).run
    except ParameterError as error:
        state.problem = f"Not sent: {error}"
        return
    # What came after it answered to something that is being replaced.
    del state.turns[position + 1 :]


def _start(state: Session, parts: tuple[Part, ...], turns: list[Turn]) -> Turn:
    run = resources.runner().start(_request(state, parts, turns), resources.connection())
    resources.registry().add(run, state.owner)
    return Turn(parts, run)


def _request(state: Session, parts: tuple[Part, ...], turns: list[Turn]) -> RunRequest:
    card = model_card()
    return RunRequest(
        model=resources.settings().model,
        messages=(*messages_before(turns), Message("user", parts)),
        wire=state.wire,
        system=state.system.strip(),
        parameters=build_payload(state.values, card, state.mode).parameters,
    )
