"""A sweep as promptfoo's configuration: its prompts as tests, each way of asking as a provider, scorers as assertions.

What promptfoo has no assertion for without a program is named and left out; so are pictures and prices, which it knows
of its own models only. The key stays out: the file names the variable of the environment that holds it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from components.core.card import ModelCard
from components.core.errors import ParameterError
from components.params.payload import build_payload
from components.tuning.checks import COLUMN, read_checks
from components.tuning.judge import rubric_for
from components.tuning.plan import Plan, Question, Variant
from components.tuning.scorers import Scorer
from components.tuning.table import EXPECTED

KEY_VARIABLE = "EMPIRIOLABS_API_KEY"
_SCHEMA = "# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json\n"
_OURS = ("prompt", "system", EXPECTED, COLUMN)


def as_promptfoo(plan: Plan, base_url: str, model: str, card: ModelCard) -> tuple[str, tuple[str, ...]]:
    """The file's text, and a sentence for each thing of the sweep that it does not hold.

    `base_url` is asked through chat completions, whatever endpoint the sweep has: promptfoo adds its path.
    """
    left_out: dict[str, None] = {}
    system = plan.choices.system.strip()
    messages = [{"role": "user", "content": "{{prompt}}"}]
    if system:
        messages.insert(0, {"role": "system", "content": "{{system}}"})
    # As JSON with `dump`: a prompt that is JSON itself is not taken for messages.
    prompt = (
        json.dumps(messages)
        .replace('"{{prompt}}"', "{{ prompt | dump }}")
        .replace('"{{system}}"', "{{ system | dump }}")
    )
    whole = {
        "description": plan.name,
        "prompts": [prompt],
        "providers": [_provider(plan, variant, base_url, model, card, left_out) for variant in plan.variants],
        "tests": [_test(plan, question, system, left_out) for question in plan.questions],
        "evaluateOptions": {"repeat": plan.repeats, "maxConcurrency": plan.at_once},
    }
    if any(variant.media for variant in plan.variants):
        left_out["What is varied of pictures is not in the file: promptfoo sends none of them."] = None
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=120)
    comments = "".join(f"# Not in this file: {sentence}\n" for sentence in left_out)
    return _SCHEMA + comments + text, tuple(left_out)


def _provider(
    plan: Plan, variant: Variant, base_url: str, model: str, card: ModelCard, left_out: dict[str, None]
) -> dict[str, Any]:
    values = {**plan.choices.values, **variant.values}
    known = {name: value for name, value in values.items() if name in card.parameters}
    try:
        sent = build_payload(known, card, plan.choices.mode).parameters
    except ParameterError as error:
        left_out[f"Settings of “{variant.label}” that the model does not take: {error}"] = None
        sent = {}
    if plan.choices.wire != "chat_completions":
        left_out["The endpoint: promptfoo asks chat completions."] = None
    return {
        "id": f"openai:chat:{model}",
        "label": variant.label,
        "config": {
            "apiBaseUrl": base_url,
            "apiKeyEnvar": KEY_VARIABLE,
            "omitDefaults": True,
            "showThinking": False,
            "passthrough": {name: list(value) if isinstance(value, tuple) else value for name, value in sent.items()},
        },
    }


def _test(plan: Plan, question: Question, system: str, left_out: dict[str, None]) -> dict[str, Any]:
    values = {"prompt": question.prompt}
    if system:
        values["system"] = system
    if question.expected:
        values[EXPECTED] = question.expected
    values |= {name: text for name, text in question.columns.items() if name not in _OURS}
    asserted = [each for scorer in plan.scorers for each in _assertions(scorer, question, left_out)]
    test: dict[str, Any] = {"vars": {name: _raw(text) for name, text in values.items()}}
    return {**test, "assert": asserted} if asserted else test


def _assertions(scorer: Scorer, question: Question, left_out: dict[str, None]) -> list[dict[str, Any]]:
    text = scorer.setting or question.expected
    match scorer.kind:
        case "contains" if text:
            return [{"type": "icontains", "value": _raw(text)}]
        case "equals" if text:
            return [{"type": "regex", "value": _raw(_alike(text))}]
        case "regex" if text:
            return [{"type": "regex", "value": _raw(text)}]
        case "json":
            left_out["“Is JSON” takes JSON within a block of code, too; promptfoo's `is-json` does not."] = None
            return [{"type": "is-json"}]
        case "schema":
            left_out[
                "“Is JSON of a schema” takes JSON within a block of code, too; promptfoo's `is-json` does not."
            ] = None
            return [{"type": "is-json", "value": _rawed(json.loads(scorer.setting))}]
        case "rubric":
            return [{"type": "llm-rubric", "value": _raw(rubric_for(scorer.setting, question.columns))}]
        case "checks":
            try:
                return [_check(check) for check in read_checks(question.columns.get(COLUMN, ""))]
            except ValueError:
                left_out["The checks of rows that cannot be read."] = None
        case "contains" | "equals" | "regex":
            left_out[f"“{scorer.name}” of prompts without an expected answer."] = None
        case _:
            left_out[f"The scorer “{scorer.name}”, for which promptfoo has no assertion without a program."] = None
    return []


def _check(check: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _rawed(value) if name == "value" else value for name, value in check.items()}


def _alike(text: str) -> str:
    """A pattern for what `equals` takes for the same: any case, any blanks, a full stop at the end or none."""
    words = text.casefold().split()
    if words:
        words[-1] = words[-1].rstrip(".")
    return r"^\s*" + r"\s+".join(map(_any_case, words)) + r"\.*\s*$"


def _any_case(word: str) -> str:
    return "".join(
        f"[{letter}{letter.upper()}]" if len(letter.upper()) == 1 and letter.upper() != letter else _literal(letter)
        for letter in word
    )


def _literal(letter: str) -> str:
    return re.sub(r"([\\^$.|?*+()\[\]{}/])", r"\\\1", letter)


def _rawed(value: Any) -> Any:
    if isinstance(value, str):
        return _raw(value)
    if isinstance(value, list):
        return [_rawed(one) for one in value]
    return {name: _rawed(one) for name, one in value.items()} if isinstance(value, dict) else value


def _raw(text: str) -> str:
    """The text as Nunjucks gives it unchanged: promptfoo fills variables in values, too."""
    if not re.search(r"\{\{|\{%|\{#", text):
        return text
    return "{% raw %}" + text.replace("{% endraw %}", "{% endraw %}{{ '{% endraw %}' }}{% raw %}") + "{% endraw %}"
