"""`Plan`: all calls of a sweep: prompts x ways of asking x repeats. A cell's number never changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from itertools import product
from types import MappingProxyType
from typing import Any

from components.core.card import ModelCard
from components.core.errors import ParameterError
from components.core.parts import Message
from components.core.request import RunRequest, Tool
from components.params.choices import (
    Choices,
    choices_json,
    read_choices,
    read_values,
    value_text,
    values_json,
)
from components.tuning.scorers import Scorer, check_scorer
from components.tuning.setup_axes import (
    ENDPOINT,
    MODEL,
    NO_TARGETS,
    SETUP_AXES,
    SYSTEM,
    TEMPLATE,
    TOOLS,
    Targets,
    names_of,
)
from components.tuning.table import fill

MOST_CELLS = 20_000
MEDIA_AXES = ("frames", "longest_side", "jpeg_quality")
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt, ready to be sent, and the expected answer; empty: none.

    `columns`: the row of the table that it is made of, by column.
    """

    prompt: str
    expected: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variant:
    """A way of asking: `values` replace those of the plan's choices, `media` says how pictures are made smaller.

    `setup`: an axis of `SETUP_AXES` -> its value as it is sent; `names`: axis -> a short name of that value.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    media: Mapping[str, int] = field(default_factory=dict)
    setup: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its settings in words, such as ``temperature 0.2, frames 8``."""
        return ", ".join(f"{name} {_short(value)}" for name, value in self.settings.items()) or "as set"

    @property
    def settings(self) -> dict[str, object]:
        """All its settings by name; long texts by their short names."""
        return {**self.setup, **self.names, **self.values, **self.media}

    @property
    def full_settings(self) -> dict[str, object]:
        """All its settings by name, texts in full."""
        return {**self.setup, **self.values, **self.media}

    def choices(self, common: Choices) -> Choices:
        """A plan's common choices, with the settings of this way of asking."""
        choices = common.copy()
        choices.values.update(self.values)
        choices.system = self.setup.get(SYSTEM, choices.system)
        choices.wire = self.setup.get(ENDPOINT, choices.wire)
        return choices


@dataclass(frozen=True, slots=True)
class Cell:
    """One call of a sweep. `number` is from 0; all numbers of a plan are its cells."""

    number: int
    question: int
    variant: int
    repeat: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`cap_usd` is never passed; where the cost of a call is not known, `cap_calls` is the cap instead, else it is 0.

    `at_once`: how many calls may be under way. `asked` and `model`: the endpoint in words and its model, both empty
    in a plan that was not started. `tools` are offered where a way of asking has them on.
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
    tools: tuple[Tool, ...] = ()

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.questions) * len(self.variants) * self.repeats

    def cell(self, number: int) -> Cell:
        """The cell of a number. Repeats come last, so that a sweep that ends early has asked as much as possible."""
        rest, variant = divmod(number, len(self.variants))
        repeat, question = divmod(rest, len(self.questions))
        return Cell(number, question, variant, repeat)

    def prompt(self, cell: Cell) -> str:
        """The cell's prompt, filled into its variant's template where that has one."""
        question = self.questions[cell.question]
        template = self.variants[cell.variant].setup.get(TEMPLATE)
        return question.prompt if template is None else filled_prompt(template, question)

    def request(
        self, cell: Cell, message: Message, model: str, card: ModelCard, targets: Targets = NO_TARGETS
    ) -> RunRequest:
        """The cell's request; `message` is its prompt with the media as its variant has them.

        `model` and `card`: those that the sweep asks, unless the variant has another one of `targets`.
        Raises: ParameterError if the variant's values are not allowed.
        """
        variant = self.variants[cell.variant]
        target = targets.get(variant.setup.get(MODEL, ""))
        if target is not None:
            model, card = target.model, target.card
        request = variant.choices(self.choices).request(model, (message,), card)
        return replace(request, tools=self.tools if variant.setup.get(TOOLS) == "on" else ())


def filled_prompt(template: str, question: Question) -> str:
    """The template filled for a question: with its columns, ``{{prompt}}`` being its prompt unless a column is."""
    return fill(template, {"prompt": question.prompt, **question.columns})


def grid(axes: Mapping[str, Sequence[object]], called: Mapping[str, str] = MappingProxyType({})) -> tuple[Variant, ...]:
    """A variant for every combination of the axes' values; without axes one that changes nothing.

    `called`: a text that is a value -> its short name.
    """
    named = {name: names_of(name, [*map(str, values)], called) for name, values in axes.items() if name in SETUP_AXES}
    return tuple(_variant(dict(zip(axes, values, strict=True)), named) for values in product(*axes.values()))


def _variant(values: Mapping[str, object], named: Mapping[str, Mapping[str, str]]) -> Variant:
    setup = {name: str(values[name]) for name in named}
    return Variant(
        {name: value for name, value in values.items() if name not in MEDIA_AXES and name not in named},
        {name: int(str(value)) for name, value in values.items() if name in MEDIA_AXES},
        setup,
        {name: short for name, value in setup.items() if (short := named[name][value]) != value},
    )


def check_plan(plan: Plan, card: ModelCard, targets: Targets = NO_TARGETS) -> None:
    """Checks that a plan can be carried out, before anything is paid for; `targets` as `Plan.request` has them.

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
        target = targets.get(variant.setup.get(MODEL, ""))
        try:
            variant.choices(plan.choices).request("", (), card if target is None else target.card)
        except ParameterError as error:
            of = "" if target is None else f"{variant.setup[MODEL]}: "
            problems |= {name: f"{of}{sentence}" for name, sentence in error.problems.items()}
        if variant.setup.get(TOOLS) == "on" and not plan.tools:
            problems[TOOLS] = "Tools are on in some ways of asking, but none is defined."
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
        "variants": [_variant_json(variant) for variant in plan.variants],
        "repeats": plan.repeats,
        "choices": choices_json(plan.choices),
        "scorers": [[scorer.kind, scorer.setting] for scorer in plan.scorers],
        "cap_usd": str(plan.cap_usd),
        "at_once": plan.at_once,
        "asked": plan.asked,
        "model": plan.model,
        "cap_calls": plan.cap_calls,
        **({"tools": [asdict(tool) for tool in plan.tools]} if plan.tools else {}),
    }


def read_plan(stored: Mapping[str, Any]) -> Plan:
    """The plan of its JSON."""
    return Plan(
        stored["name"],
        tuple(Question(*question) for question in stored["questions"]),
        tuple(Variant(read_values(values), *rest) for values, *rest in stored["variants"]),
        stored["repeats"],
        read_choices(stored["choices"]),
        tuple(Scorer(kind, setting) for kind, setting in stored["scorers"]),
        Decimal(stored["cap_usd"]),
        stored["at_once"],
        stored.get("asked", ""),
        stored.get("model", ""),
        stored.get("cap_calls", 0),
        tuple(Tool(tool["name"], tool["description"], tool["parameters"]) for tool in stored.get("tools", ())),
    )


def _variant_json(variant: Variant) -> list[dict[str, object]]:
    written: list[dict[str, object]] = [values_json(variant.values), dict(variant.media)]
    return [*written, dict(variant.setup), dict(variant.names)] if variant.setup else written


def _short(value: object) -> str:
    text = value_text(value)
    return text if len(text) <= _WIDEST else json.dumps(text[:_WIDEST], ensure_ascii=False)[1:-1] + "…"
