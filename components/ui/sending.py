"""From what is prepared to a run: the request of the next turn, sending it, and sending a turn again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from components.core.errors import MediaError, ParameterError
from components.core.request import RunRequest
from components.media.attachments import Attachment
from components.media.estimates import check_body, estimate_request
from components.params.card import model_card
from components.params.payload import build_payload
from components.runs.conversation import Turn, messages_before, user_message
from components.runs.run import Run
from components.ui import resources
from components.ui.state import Session, session


def next_request(state: Session, prompt: str) -> RunRequest:
    """The request that sending `prompt` now would make.

    Raises: ParameterError with one message per field that the card does not allow.
    """
    return _request(state, state.turns, state.tray, prompt)


def send(prompt: str) -> bool:
    """Starts a run for the prompt and what is attached; False when it cannot be sent, with the reason set.

    What cannot be sent is left untouched, for the user to mend.
    """
    state = session()
    if state.live_turn is not None:
        state.problem = "A reply is still being written. Stop it, or wait for its end; your text is kept."
        return False
    run = _start(state, state.turns, state.tray, prompt)
    if run is None:
        return False
    state.turns.append(Turn(prompt, tuple(state.tray), run))
    state.tray.clear()
    state.refusals.clear()
    return True


def try_again(turn: Turn) -> None:
    """Sends a turn again as it was, with today's settings, in the place where it stands."""
    state = session()
    position = state.turns.index(turn)
    run = _start(state, state.turns[:position], turn.attachments, turn.prompt)
    if run is not None:
        turn.run = run
        # What came after it answered to something that is being replaced.
        del state.turns[position + 1 :]


def take_back(turn: Turn) -> None:
    """Takes a turn out of the conversation, and its prompt and media back to where they can be changed."""
    state = session()
    state.turns.remove(turn)
    state.draft = turn.prompt
    state.tray = [*turn.attachments, *state.tray]


def _start(state: Session, before: Sequence[Turn], media: Iterable[Attachment], prompt: str) -> Run | None:
    state.problem = None
    try:
        request = _request(state, before, media, prompt)
        check_body(estimate_request(request).body_bytes)
    except (ParameterError, MediaError) as error:
        state.problem = f"Not sent: {error}"
        return None
    run = resources.runner().start(request, resources.connection())
    resources.registry().add(run, state.owner)
    return run


def _request(state: Session, before: Sequence[Turn], media: Iterable[Attachment], prompt: str) -> RunRequest:
    return RunRequest(
        model=resources.settings().model,
        messages=(*messages_before(before), user_message(media, prompt)),
        wire=state.wire,
        system=state.system.strip(),
        parameters=build_payload(state.values, model_card(), state.mode).parameters,
    )
