"""Turns a `Comparison` into the record that the history stores, and back.

Its turns are stored as nodes, as a conversation's are: a run by its id, a message that no run wrote in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from components.core.parts import Message
from components.history.comparisons import ComparisonRecord
from components.history.tree import Node
from components.media.attachments import attachments_of
from components.params.choices import choices_json, read_choices
from components.runs.conversation import Turn
from components.runs.run import Run
from components.runs.turns import nodes_of, turns_of
from components.tuning.comparison import Column, Comparison, Trial

_TITLE = 80


def record_of(comparison: Comparison, owner: str) -> ComparisonRecord:
    """The record of the comparison as it is now. Replies still being written are in their runs."""
    messages: list[Message] = []
    state = {
        "version": 1,
        "columns": [[column.letter, choices_json(column.choices), column.tools] for column in comparison.columns],
        "selected": comparison.selected,
        "blind": comparison.blind,
        "before": _nodes_json(nodes_of(comparison.before), messages),
        "trials": [_trial_json(trial, messages) for trial in comparison.trials],
    }
    prompts = [" ".join(trial.prompt.split()) for trial in comparison.trials]
    title = next((prompt for prompt in prompts if prompt), "")[:_TITLE]
    return ComparisonRecord(
        comparison.id, owner, title, len(comparison.trials), comparison.created_at, state, tuple(messages)
    )


def run_ids(record: ComparisonRecord) -> set[str]:
    """The ids of every run that the comparison shows."""
    state = record.state
    nodes = [
        *state["before"],
        *(node for trial in state["trials"] for nodes in trial["replies"].values() for node in nodes),
    ]
    return {node["run"] for node in nodes if node["run"] is not None}


def restored(record: ComparisonRecord, runs: Mapping[str, Run]) -> Comparison:
    """The comparison of a record. A reply whose run is not among `runs` is left out."""
    state = record.state
    return Comparison(
        [Column(letter, read_choices(choices), tools) for letter, choices, tools in state["columns"]],
        tuple(turns_of(_nodes(state["before"], record.messages), runs)),
        [_trial(stored, record.messages, runs) for stored in state["trials"]],
        state["selected"],
        state["blind"],
        record.id,
        record.created_at,
        touched=True,
        saved=record,
    )


def _trial_json(trial: Trial, messages: list[Message]) -> dict[str, Any]:
    messages.append(trial.question)
    return {
        "prompt": trial.prompt,
        "message": len(messages) - 1,
        "labels": dict(trial.labels),
        "blind": trial.blind,
        "vote": trial.vote,
        "seed": trial.seed,
        "replies": {letter: _nodes_json(_replies(trial.turn(letter)), messages) for letter in trial.rounds},
    }


def _trial(stored: Mapping[str, Any], messages: Sequence[Message], runs: Mapping[str, Run]) -> Trial:
    question = messages[stored["message"]]
    asked = Node(None, "user", question, "typed")
    branches = {letter: [asked, *_nodes(nodes, messages)] for letter, nodes in stored["replies"].items()}
    rounds = {letter: found for letter, branch in branches.items() if (found := turns_of(branch, runs)[0].rounds)}
    return Trial(
        stored["prompt"],
        attachments_of(question.parts),
        rounds,
        stored["labels"],
        stored["blind"],
        stored["vote"],
        stored["seed"],
        message=question,
    )


def _replies(turn: Turn) -> list[Node]:
    return [node for node in nodes_of([turn]) if node.role != "user"]


def _nodes_json(nodes: Iterable[Node], messages: list[Message]) -> list[dict[str, Any]]:
    found = []
    for node in nodes:
        position = None
        if node.message is not None:
            position = len(messages)
            messages.append(node.message)
        found.append({"role": node.role, "origin": node.origin, "run": node.run_id, "message": position})
    return found


def _nodes(stored: Iterable[Mapping[str, Any]], messages: Sequence[Message]) -> list[Node]:
    return [
        Node(
            None,
            node["role"],
            None if node["message"] is None else messages[node["message"]],
            node["origin"],
            run_id=node["run"],
        )
        for node in stored
    ]
