"""From the message box to runs: one message to every column, or a trial to a column that has no answer yet."""

from __future__ import annotations

from components.core.errors import MediaError, ParameterError
from components.core.request import RunRequest
from components.media.estimates import check_body, estimate_request
from components.params.card import model_card
from components.tuning.comparison import Comparison, Trial
from components.ui import resources
from components.ui.state import session


def ask_all(comparison: Comparison, prompt: str) -> bool:
    """Puts a message to every column; False, with the reason set, when one of them could not be asked.

    All or none is sent: a comparison with a column missing compares nothing.
    """
    state = session()
    state.problem = None
    if comparison.live_runs:
        state.problem = "Replies are still being written. Stop them, or wait for their end; your text is kept."
        return False
    trial = Trial(prompt, tuple(state.tray), labels=comparison.labels(model_card()), blind=comparison.blind)
    try:
        requests = {letter: _request(comparison, letter, trial) for letter in comparison.letters}
    except (ParameterError, MediaError) as error:
        state.problem = str(error)
        return False
    for letter, request in requests.items():
        _start(trial, letter, request)
    comparison.trials.append(trial)
    state.tray.clear()
    state.refusals.clear()
    return True


def ask_one(comparison: Comparison, letter: str, trial: Trial) -> None:
    """Puts a trial to one column (again), with that column's settings of now; later trials stay as they are."""
    state = session()
    state.problem = None
    try:
        request = _request(comparison, letter, trial)
    except (ParameterError, MediaError) as error:
        state.problem = str(error)
        return
    trial.labels = {**trial.labels, letter: comparison.labels(model_card())[letter]}
    _start(trial, letter, request)


def _start(trial: Trial, letter: str, request: RunRequest) -> None:
    state = session()
    run = resources.runner().start(request, resources.connection(), resources.keeper().wake)
    resources.registry().add(run, state.owner)
    if not state.private:
        resources.keeper().watch(run, state.owner, kind="compare")
    trial.runs[letter] = run


def _request(comparison: Comparison, letter: str, trial: Trial) -> RunRequest:
    try:
        request = comparison.column(letter).choices.request(
            resources.model(), comparison.messages(letter, trial), model_card()
        )
    except ParameterError as error:
        raise ParameterError({name: f"Column {letter}: {text}" for name, text in error.problems.items()}) from error
    check_body(estimate_request(request).body_bytes)
    return request
