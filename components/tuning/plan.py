"""`Plan`: what a sweep asks: prompts x ways of asking x repeats. A cell's number never changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any

from components.core.card import ModelCard
from components.core.errors import ParameterError
from components.core.parts import Message
from components.core.request import RunRequest
from components.params.choices import (
    Choices,
    choices_json,
    read_choices,
    read_values,
    value_text,
    values_json,
)
from components.tuning.scorers import Scorer, check_scorer

MOST_CELLS = 20_000
MEDIA_AXES = ("frames", "longest_side", "jpeg_quality")
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt, ready to be sent, and what is expected of its answer; empty: nothing.

    `columns`: what the row of the table that it is made of says, by column.
    """

    prompt: str
    expected: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variant:
    """A way of asking: `values` replace those of the plan's choices, `media` says how pictures are made smaller."""

    values: Mapping[str, object] = field(default_factory=dict)
    media: Mapping[str, int] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What sets it apart, in words, e.g. ``temperature 0.2, frames 8``."""
        words = [f"{name} {_short(value)}" for name, value in {**self.values, **self.media}.items()]
        return ", ".join(words) or "as set"

    @property
    def settings(self) -> dict[str, object]:
        """All it sets, by name."""
        return {**self.values, **self.media}


@dataclass(frozen=True, slots=True)
class Cell:
    """One call of a sweep. `number` is from 0; all numbers of a plan are its cells."""

    number: int
    question: int
    variant: int
    repeat: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`cap_usd` is never passed; where nobody knows what a call costs, `cap_calls` is the cap instead, else it is 0.

    `at_once`: how many calls may be under way. `asked`: whom, in words, and `model` which
    of theirs; empty in a plan that was not started.
    """

    name: str
    questions: tuple[Question, ...]
    variants: tuple[Variant, ...]
    repeats: int
    choices: Choices
    scorers: tuple[Scorer, ...]
    cap_usd: Decimal
    at_once: int = 8
    asked: str = ""
    model: str = ""
    cap_calls: int = 0

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.questions) * len(self.variants) * self.repeats

    def cell(self, number: int) -> Cell:
        """The cell of a number. Repeats come last, so that a sweep broken off has seen everything a little."""
        rest, variant = divmod(number, len(self.variants))
        repeat, question = divmod(rest, len(self.questions))
        return Cell(number, question, variant, repeat)

    def request(self, cell: Cell, message: Message, model: str, card: ModelCard) -> RunRequest:
        """What the cell sends; `message` is its prompt with the media as its variant has them.

        Raises: ParameterError if the variant's values are not allowed.
        """
        choices = self.choices.copy()
        choices.values.update(self.variants[cell.variant].values)
        return choices.request(model, (message,), card)


def grid(axes: Mapping[str, Sequence[object]]) -> tuple[Variant, ...]:
    """Every combination of the axes' values; without axes the one way that is set."""
    names = list(axes)
    return tuple(
        Variant(
            {name: value for name, value in zip(names, values, strict=True) if name not in MEDIA_AXES},
            {name: int(str(value)) for name, value in zip(names, values, strict=True) if name in MEDIA_AXES},
        )
        for values in product(*axes.values())
    )


def check_plan(plan: Plan, card: ModelCard) -> None:
    """Refuses a plan that could not be carried out, before anything is paid for.

    Raises: ParameterError with a sentence for each mistake.
    """
    problems: dict[str, str] = {}
    if not plan.questions or any(not question.prompt.strip() for question in plan.questions):
        problems["prompt"] = "A prompt is empty."
    if plan.repeats < 1:
        problems["repeats"] = "At least one repeat is needed."
    if plan.size > MOST_CELLS:
        problems["cells"] = f"These are {plan.size:,} calls; a sweep takes at most {MOST_CELLS:,}."
    if plan.cap_usd <= 0 and not plan.cap_calls:
        problems["cap"] = "The cap must be more than $0."
    expected = all(question.expected for question in plan.questions)
    for scorer in plan.scorers:
        try:
            check_scorer(scorer, expected=expected)
        except ParameterError as error:
            problems |= error.problems
    for variant in plan.variants:
        try:
            choices = plan.choices.copy()
            choices.values.update(variant.values)
            choices.request("", (), card)
        except ParameterError as error:
            problems |= error.problems
    if problems:
        raise ParameterError(problems)


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON; `read_plan` is its inverse."""
    return {
        "version": 1,
        "name": plan.name,
        "questions": [
            [question.prompt, question.expected, *([dict(question.columns)] if question.columns else [])]
            for question in plan.questions
        ],
        "variants": [[values_json(variant.values), dict(variant.media)] for variant in plan.variants],
        "repeats": plan.repeats,
        "choices": choices_json(plan.choices),
        "scorers": [[scorer.kind, scorer.setting] for scorer in plan.scorers],
        "cap_usd": str(plan.cap_usd),
        "at_once": plan.at_once,
        "asked": plan.asked,
        "model": plan.model,
        "cap_calls": plan.cap_calls,
    }


def read_plan(stored: Mapping[str, Any]) -> Plan:
    """The plan of its JSON."""
    return Plan(
        stored["name"],
        tuple(Question(*question) for question in stored["questions"]),
        tuple(Variant(read_values(values), media) for values, media in stored["variants"]),
        stored["repeats"],
        read_choices(stored["choices"]),
        tuple(Scorer(kind, setting) for kind, setting in stored["scorers"]),
        Decimal(stored["cap_usd"]),
        stored["at_once"],
        stored.get("asked", ""),
        stored.get("model", ""),
        stored.get("cap_calls", 0),
    )


def _short(value: object) -> str:
    text = value_text(value)
    return text if len(text) <= _WIDEST else json.dumps(text[:_WIDEST], ensure_ascii=False)[1:-1] + "…"
