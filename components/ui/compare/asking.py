"""From the message box to runs: a message is sent to every column, or an earlier one to a column without an answer."""

from __future__ import annotations

from collections.abc import Sequence

from components.api.wires.weight import estimate_request
from components.core.errors import MediaError, ParameterError
from components.core.request import RunRequest
from components.core.texts import is_blank
from components.media.estimates import check_body
from components.runs.conversation import Round
from components.tuning.comparison import Comparison, Trial
from components.ui import resources
from components.ui.conversation.sending import NOTHING_TO_SEND, answers_of_examples, make_request
from components.ui.state import ToolSettings, session


def ask_all(comparison: Comparison, prompt: str) -> bool:
    """Sends a message to every column; where one of them cannot be asked none is, `Session.problem` says why: False."""
    state = session()
    state.problem = None
    if comparison.live_runs:
        state.problem = "Replies are still being written. Stop them, or wait for their end; your text is kept."
        return False
    if is_blank(prompt):
        state.problem = NOTHING_TO_SEND
        return False
    trial = Trial(prompt, tuple(state.tray), labels=comparison.labels(resources.card()), blind=comparison.blind)
    try:
        requests = {letter: _checked_request(comparison, letter, trial) for letter in comparison.letters}
    except (ParameterError, MediaError) as error:
        state.problem = str(error)
        return False
    comparison.private = comparison.private or state.private
    for letter, request in requests.items():
        trial.rounds[letter] = [_start(comparison, request)]
    comparison.trials.append(trial)
    state.tray.clear()
    state.refusals.clear()
    return True


def ask_one(comparison: Comparison, letter: str, trial: Trial) -> None:
    """Sends a trial's message to one column (again), with its present settings; later trials stay as they are."""
    state = session()
    state.problem = None
    try:
        request = _checked_request(comparison, letter, trial)
    except (ParameterError, MediaError) as error:
        state.problem = str(error)
        return
    comparison.private = comparison.private or state.private
    trial.labels = {**trial.labels, letter: comparison.labels(resources.card())[letter]}
    trial.rounds[letter] = [_start(comparison, request)]


def answer_by_examples(comparison: Comparison, letter: str, trial: Trial) -> bool:
    """Lets the example tools answer the calls that a column's latest reply ends with, where the user has that on.

    Returns whether a new round began.
    """
    state = session()
    if trial is not comparison.trials[-1] or letter not in comparison.letters:
        return False
    rounds = trial.rounds[letter]
    answers = answers_of_examples(rounds, state.tools)
    if answers is None:
        return False
    rounds[-1].results.update(answers)
    try:
        request = _checked_request(comparison, letter, trial, rounds)
    except (ParameterError, MediaError) as error:
        state.problem = str(error)
        return False
    rounds.append(_start(comparison, request))
    return True


def request_of(comparison: Comparison, letter: str, trial: Trial, rounds: Sequence[Round] = ()) -> RunRequest:
    """The request of a column in a trial, after the `rounds` that answer it already.

    Raises: ParameterError that names the column.
    """
    column = comparison.column(letter)
    tools = session().tools if column.tools else ToolSettings()
    try:
        return make_request(column.choices, tools, comparison.messages(letter, trial, rounds), later=bool(rounds))
    except ParameterError as error:
        raise ParameterError({name: f"Column {letter}: {text}" for name, text in error.problems.items()}) from error


def _checked_request(comparison: Comparison, letter: str, trial: Trial, rounds: Sequence[Round] = ()) -> RunRequest:
    """The same. Raises: MediaError, too, if its body is larger than what may be sent."""
    request = request_of(comparison, letter, trial, rounds)
    check_body(estimate_request(request).body_bytes)
    return request


def _start(comparison: Comparison, request: RunRequest) -> Round:
    state = session()
    run = resources.runner().start(request, resources.connection(), resources.history_writer().wake)
    resources.registry().add(run, state.owner)
    if not comparison.private:
        resources.history_writer().watch(run, state.owner, kind="compare", group_id=comparison.id)
    return Round(run)
