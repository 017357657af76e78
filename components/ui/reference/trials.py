"""What the reference page's "Try it" buttons do."""

from __future__ import annotations

from components.core.card import Parameter
from components.params.trying import trial_of
from components.ui.state import renew


def open_trial(parameter: Parameter) -> None:
    """Sets the playground up for a parameter's trial, in a new conversation; nothing is sent."""
    trial = trial_of(parameter)
    state = renew()
    state.own.values = dict(trial.values)
    state.draft = trial.prompt
