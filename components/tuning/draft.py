"""`Draft`: a sweep while it is being set up, as it was typed. `plan_of` makes a plan of it, or says what is wrong.

`draft_json` and `read_draft` store it.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any, Literal

from components.core.card import ModelCard
from components.core.errors import ParameterError
from components.core.request import Tool
from components.core.texts import cut
from components.params.choices import Choices, choices_json, read_choices
from components.params.thinking import NAMES
from components.tuning.plan import MEDIA_AXES, MOST_CELLS, Plan, Question, Variant, check_plan, grid
from components.tuning.scorers import Scorer
from components.tuning.setup_axes import (
    NO_TARGETS,
    SETUP_AXES,
    TEMPLATE,
    TOOLS,
    Targets,
    check_variables,
    read_setup,
    split_texts,
)
from components.tuning.table import Table, fill, variables
from components.tuning.values import read_values

Kind = Literal["sweep", "thinking", "probe"]

# The budgets that the experiment on thinking asks beside every effort level.
THINKING_BUDGETS = (1_024, 4_096, 16_384, 32_768)


@dataclass(slots=True)
class Draft:
    """`prompts`: one, or several between lines of ``---``; with a `table` a template for its rows. `expected`: the
    answer to all of them, or one for each, in the same way.

    `axes`: a parameter, a media setting, or one of `SETUP_AXES` -> its values as typed; `called`: a text among them ->
    its short name, such as a template's version. `scorers`: kind -> its setting as typed. `table_format`: the file's
    format, `table_left_out`: what of it is not used. `kind`: what the page shows. `media`: names of attached files,
    `missing`: of those that were attached when the draft was stored, since files are not. `id` cannot be guessed: it is
    in the page's address.
    """

    choices: Choices
    kind: Kind = "sweep"
    name: str = ""
    prompts: str = ""
    expected: str = ""
    table: Table | None = None
    table_name: str = ""
    table_format: str = ""
    table_left_out: tuple[str, ...] = ()
    axes: dict[str, str] = field(default_factory=lambda: {"temperature": "0, 0.7, 1.4"})
    repeats: int = 3
    called: dict[str, str] = field(default_factory=dict)
    scorers: dict[str, str] = field(default_factory=dict)
    cap_usd: float = 1.0
    cap_calls: int = 200
    at_once: int = 8
    media: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))


def plan_of(draft: Draft, card: ModelCard, targets: Targets = NO_TARGETS, tools: tuple[Tool, ...] = ()) -> Plan:
    """The plan of the draft. `card`: of the model asked; `targets`: the models that are varied; `tools`: those offered.

    Raises: ParameterError with a sentence for each mistake.
    """
    problems: dict[str, str] = {}
    if draft.missing:
        problems["media"] = f"Attach {', '.join(draft.missing)} again, or go on without: files are not kept."
    axes: dict[str, tuple[object, ...]] = {}
    for name, text in draft.axes.items():
        try:
            if name in SETUP_AXES:
                axes[name] = read_setup(name, text)
            elif name in card.parameters or name in MEDIA_AXES:  # else it belongs to another model; the page says so
                axes[name] = read_values(name, text, card)
        except ParameterError as error:
            problems |= error.problems
    try:
        questions = _questions(draft, [str(text) for text in axes.get(TEMPLATE, ())])
    except ParameterError as error:
        problems |= error.problems
    if problems:
        raise ParameterError(problems)
    cells = len(questions) * draft.repeats * math.prod(map(len, axes.values()))
    if cells > MOST_CELLS:  # before they are made: a few ranges multiply to millions
        raise ParameterError({"cells": f"These are {cells:,} calls; a sweep takes at most {MOST_CELLS:,}."})
    plan = Plan(
        draft.name.strip() or _title(questions),
        questions,
        grid(axes, draft.called),
        draft.repeats,
        draft.choices.copy(),
        tuple(Scorer(kind, setting.strip()) for kind, setting in draft.scorers.items()),
        Decimal(str(draft.cap_usd)),
        draft.at_once,
        cap_calls=0 if cost_is_bounded(card, targets) else draft.cap_calls,
        tools=tools if "on" in axes.get(TOOLS, ()) else (),
    )
    check_plan(plan, card, targets)
    return plan


def cost_is_bounded(card: ModelCard, targets: Targets) -> bool:
    """Whether a cap in dollars can hold: the highest cost of a call is known for every model that is asked."""
    return card.cost_is_bounded and all(target.card.cost_is_bounded for target in targets.values())


def thinking_plan(draft: Draft, card: ModelCard) -> Plan:
    """The experiment on thinking: the draft's prompts at every effort level and at several budgets.

    Raises: ParameterError with a sentence for each mistake.
    """
    variants = thinking_variants(card)
    if not variants:
        raise ParameterError({"thinking": f"Nothing is known of {card.display_name} by which its thinking is set."})
    choices = draft.choices.copy()
    for name in (*NAMES, *(name for variant in variants for name in variant.values)):
        choices.values.pop(name, None)
    base = plan_of(replace(draft, axes={}, choices=choices), card)
    plan = replace(base, name=f"Thinking: {base.name}", variants=tuple(variants))
    check_plan(plan, card)
    return plan


def thinking_variants(card: ModelCard) -> list[Variant]:
    """Every level of every parameter that can switch thinking off, and several budgets of one that has them."""
    variants = [
        Variant({parameter.name: level})
        for parameter in card.parameters.values()
        if parameter.turns_thinking_off is not None and parameter.type == "enum"
        for level in parameter.options
    ]
    if (budget := card.parameters.get("thinking_budget")) is not None:
        low, high = budget.min or 0, budget.max or THINKING_BUDGETS[-1]
        variants += [Variant({budget.name: tokens}) for tokens in THINKING_BUDGETS if low <= tokens <= high]
    return variants


_NOT_PLAIN = ("choices", "table", "table_left_out", "media", "missing", "id")
_PLAIN = tuple(each.name for each in fields(Draft) if each.name not in _NOT_PLAIN)


def draft_json(draft: Draft) -> dict[str, Any]:
    """The draft as JSON, without its id."""
    table = draft.table
    return {
        **{name: getattr(draft, name) for name in _PLAIN},
        "axes": dict(draft.axes),
        "called": dict(draft.called),
        "scorers": dict(draft.scorers),
        "choices": choices_json(draft.choices),
        "table": None if table is None else [list(table.columns), [list(row.values()) for row in table.rows]],
        "table_left_out": list(draft.table_left_out),
        "media": list(draft.media or draft.missing),
    }


def read_draft(stored: Mapping[str, Any], draft_id: str) -> Draft:
    """The draft of its JSON; fields that a newer version wrote are ignored."""
    table = stored["table"]
    return Draft(
        read_choices(stored["choices"]),
        **{name: stored[name] for name in _PLAIN if name in stored},
        table=table and Table(tuple(table[0]), tuple(dict(zip(table[0], row, strict=True)) for row in table[1])),
        table_left_out=tuple(stored.get("table_left_out", ())),
        missing=tuple(stored["media"]),
        id=draft_id,
    )


def _questions(draft: Draft, templates: Sequence[str]) -> tuple[Question, ...]:
    """The questions of the draft; where `templates` are varied, their variables are checked."""
    found = _typed_questions(draft, templates)
    for template in templates:
        check_variables(template, {"prompt": "", **found[0].columns})
    return found


def _typed_questions(draft: Draft, templates: Sequence[str]) -> tuple[Question, ...]:
    table = draft.table
    if table is not None:
        template = draft.prompts.strip()
        if not template and "prompt" in table.columns:
            template = "{{prompt}}"
        if not template and templates:
            template = templates[0]  # the question of a row is shown by it
        elif template and len(table.rows) > 1 and not variables(template):
            known = ", ".join(f"{{{{{name}}}}}" for name in table.columns if name != table.expected) or "a column"
            raise ParameterError({"prompt": f"Every row would ask the same: use {known} in the prompt."})
        common = _expected(draft.expected, 1, "row of the table, or a column named expected in it")[0]
        return tuple(
            Question(
                fill(template, row),
                (row[table.expected].strip() if table.expected else "") or common,
                {name: value for name, value in row.items() if name != table.expected},
            )
            for row in table.rows
        )
    if names := variables(draft.prompts):
        words = ", ".join(f"{{{{{name}}}}}" for name in names)
        raise ParameterError({"prompt": f"The prompt asks for {words}: add a table that has them, or write \\{{{{."})
    texts = [text for text in split_texts(draft.prompts) if text]
    if not texts and templates and not variables(templates[0]):
        texts = [templates[0]]
    if not texts:
        raise ParameterError({"prompt": "Type a prompt."})
    answers = _expected(draft.expected, len(texts), "prompt")
    return tuple(Question(fill(text, {}), answer) for text, answer in zip(texts, answers, strict=True))


def _expected(text: str, count: int, of: str) -> list[str]:
    """The expected answer of each of `count` prompts: each its own, or one for all of them."""
    answers = split_texts(text)
    if len(answers) == 1:
        return answers * count
    if len(answers) != count:
        words = f"There are {len(answers):,} expected answers for {count:,} {'prompt' if count == 1 else 'prompts'}"
        raise ParameterError({"expected": f"{words}: give one for all, or one for each {of}."})
    return answers


def _title(questions: tuple[Question, ...]) -> str:
    return cut(" ".join(questions[0].prompt.split()), 60)
