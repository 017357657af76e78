"""`Draft`: a sweep while it is being set up, as it was typed. `plan_of` reads it, or says what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from components.core.errors import ParameterError
from components.params.card import ModelCard
from components.params.choices import Choices
from components.tuning.plan import Plan, Question, Variant, check_plan, grid
from components.tuning.scorers import Scorer
from components.tuning.table import EXPECTED, Table, fill, variables
from components.tuning.values import read_values

SEPARATOR = "---"
# What "one click" sweeps: every effort level, and budgets from a glance to the documented default.
THINKING_EFFORTS = ("none", "low", "medium", "high", "max")
THINKING_BUDGETS = (1_024, 4_096, 16_384, 32_768)


@dataclass(slots=True)
class Draft:
    """`prompts`: one, or several between lines of ``---``; with a `table` a template for its rows.

    `axes`: name of a parameter (or of a way to make pictures smaller) -> its values as typed. `scorers`: kind -> its
    setting as typed.
    """

    choices: Choices
    name: str = ""
    prompts: str = ""
    expected: str = ""
    table: Table | None = None
    table_name: str = ""
    axes: dict[str, str] = field(default_factory=lambda: {"temperature": "0, 0.7, 1.4"})
    repeats: int = 3
    scorers: dict[str, str] = field(default_factory=dict)
    cap_usd: float = 1.0
    at_once: int = 8


def plan_of(draft: Draft, card: ModelCard) -> Plan:
    """The plan that the draft makes. Raises: ParameterError with a sentence for each mistake."""
    problems: dict[str, str] = {}
    axes: dict[str, tuple[object, ...]] = {}
    for name, text in draft.axes.items():
        try:
            axes[name] = read_values(name, text, card)
        except ParameterError as error:
            problems |= error.problems
    try:
        questions = _questions(draft)
    except ParameterError as error:
        problems |= error.problems
    if problems:
        raise ParameterError(problems)
    plan = Plan(
        draft.name.strip() or _title(questions),
        questions,
        grid(axes),
        draft.repeats,
        draft.choices.copy(),
        tuple(Scorer(kind, setting.strip()) for kind, setting in draft.scorers.items()),
        Decimal(str(draft.cap_usd)),
        draft.at_once,
    )
    check_plan(plan, card)
    return plan


def thinking_plan(draft: Draft, card: ModelCard) -> Plan:
    """The experiment on thinking: the draft's prompts at every effort level and at several budgets.

    Raises: ParameterError with a sentence for each mistake.
    """
    choices = draft.choices.copy()
    for name in ("enable_thinking", "thinking_budget", "reasoning_effort"):
        choices.values.pop(name, None)
    variants = [Variant({"reasoning_effort": effort}) for effort in THINKING_EFFORTS]
    variants += [Variant({"thinking_budget": budget}) for budget in THINKING_BUDGETS]
    base = plan_of(replace(draft, axes={}, choices=choices), card)
    plan = replace(base, name=f"Thinking: {base.name}", variants=tuple(variants))
    check_plan(plan, card)
    return plan


def _questions(draft: Draft) -> tuple[Question, ...]:
    if draft.table is not None:
        if not draft.prompts.strip() and "prompt" in draft.table.columns:
            template = "{{prompt}}"
        else:
            template = draft.prompts.strip()
        return tuple(_question(template, row, draft.expected) for row in draft.table.rows)
    if names := variables(draft.prompts):
        words = ", ".join(f"{{{{{name}}}}}" for name in names)
        raise ParameterError({"prompt": f"The prompt asks for {words}: add a table that has them, or write \\{{{{."})
    texts = [text.strip() for text in f"\n{draft.prompts}\n".split(f"\n{SEPARATOR}\n")]
    texts = [text for text in texts if text]
    if not texts:
        raise ParameterError({"prompt": "Type a prompt."})
    return tuple(Question(fill(text, {}), draft.expected.strip()) for text in texts)


def _question(template: str, row: Mapping[str, str], expected: str) -> Question:
    return Question(fill(template, row), row.get(EXPECTED, "").strip() or expected.strip())


def _title(questions: tuple[Question, ...]) -> str:
    first = " ".join(questions[0].prompt.split())
    return first if len(first) <= 60 else f"{first[:59]}…"
