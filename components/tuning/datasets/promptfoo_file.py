"""Writes a sweep as promptfoo's configuration: prompts as tests, ways of asking as providers, scorers as assertions.

Scorers for which promptfoo would need a program are left out and named; so are pictures, and prices, which it knows of
its own models only. The key is not in the file, only the name of the environment variable that holds it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import yaml

from components.api.connection import Connection
from components.core.card import ModelCard, same_address
from components.core.errors import ParameterError
from components.params.payload import build_payload
from components.tuning.checks import COLUMN, read_checks
from components.tuning.judge import rubric_for
from components.tuning.plan import Plan, Question, Variant, filled_prompt
from components.tuning.scorers import JUDGED, Scorer
from components.tuning.setup_axes import MODEL, NO_TARGETS, TEMPLATE, TOOLS, Target, Targets
from components.tuning.table import EXPECTED

KEY_VARIABLE = "EMPIRIOLABS_API_KEY"
_SCHEMA = "# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json\n"
_OURS = ("prompt", "system", EXPECTED, COLUMN)


def as_promptfoo(
    plan: Plan, base_url: str, model: str, card: ModelCard, targets: Targets = NO_TARGETS
) -> tuple[str, tuple[str, ...]]:
    """The file's text, and a sentence for each thing of the sweep that is not in it.

    `base_url` is asked through chat completions, whatever endpoint the sweep has: promptfoo adds its path. `targets`:
    who is asked where the model is varied.
    """
    left_out: dict[str, None] = {}
    versions = list(dict.fromkeys(_version(plan, variant) for variant in plan.variants))
    prompts: list[Any] = [_prompt(system, index) for index, (system, _) in enumerate(versions)]
    if len(versions) > 1:
        prompts = [{"label": _label(index), "raw": prompt} for index, prompt in enumerate(prompts)]
    base = Target(Connection(base_url, None), model, card)
    providers = []
    for variant in plan.variants:
        target = targets.get(variant.setup.get(MODEL, ""), base)
        provider = _provider(plan, variant, target, base, left_out)
        which = {"prompts": [_label(versions.index(_version(plan, variant)))]} if len(versions) > 1 else {}
        providers.append({**provider, **which})
    document: dict[str, Any] = {
        "description": plan.name,
        "prompts": prompts,
        "providers": providers,
        "tests": [_test(plan, question, versions, left_out) for question in plan.questions],
        "evaluateOptions": {"repeat": plan.repeats, "maxConcurrency": plan.at_once},
    }
    if any(scorer.kind == JUDGED for scorer in plan.scorers):
        judge = {"id": f"openai:chat:{model}", "config": _endpoint(base, base)}
        document["defaultTest"] = {"options": {"provider": judge}}
        left_out[
            "A judge's scores from 1 to 5: promptfoo's `llm-rubric` asks the same model with words of its own and says "
            "pass or fail, so its verdicts are not comparable with the scores here."
        ] = None
    if any(variant.media for variant in plan.variants):
        left_out["What is varied of pictures is not in the file: promptfoo sends none of them."] = None
    if any(variant.setup.get(TOOLS) == "on" for variant in plan.variants):
        left_out["How calls of tools are written: promptfoo judges its own form of them, which is another."] = None
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
    comments = "".join(f"# Not in this file: {sentence}\n" for sentence in left_out)
    return _SCHEMA + comments + text, tuple(left_out)


def _version(plan: Plan, variant: Variant) -> tuple[str, str | None]:
    """System prompt and template, by which prompts differ in promptfoo."""
    return variant.choices(plan.choices).system.strip(), variant.setup.get(TEMPLATE)


def _label(index: int) -> str:
    return f"prompt {index + 1}"


def _variable(name: str, index: int) -> str:
    return f"{name}_{index + 1}" if index else name


def _prompt(system: str, index: int) -> str:
    """The messages, as JSON with `dump`: a prompt that is JSON itself is not taken for messages."""
    messages = [{"role": "user", "content": "PROMPT"}]
    if system:
        messages.insert(0, {"role": "system", "content": "SYSTEM"})
    text = json.dumps(messages)
    for name in ("prompt", "system"):
        text = text.replace(f'"{name.upper()}"', f"{{{{ {_variable(name, index)} | dump }}}}")
    return text


def _provider(plan: Plan, variant: Variant, target: Target, base: Target, left_out: dict[str, None]) -> dict[str, Any]:
    choices, card = variant.choices(plan.choices), target.card
    known = {name: value for name, value in choices.values.items() if name in card.parameters}
    try:
        sent = build_payload(known, card, choices.mode).parameters
    except ParameterError as error:
        left_out[f"Settings of “{variant.label}” that the model does not take: {error}"] = None
        sent = {}
    if choices.wire != "chat_completions":
        left_out["The endpoint: promptfoo asks chat completions."] = None
    offered = [{"type": "function", "function": asdict(tool)} for tool in plan.tools]
    return {
        "id": f"openai:chat:{target.model}",
        "label": variant.label,
        "config": {
            **_endpoint(target, base),
            "passthrough": {name: list(value) if isinstance(value, tuple) else value for name, value in sent.items()},
            **({"tools": offered} if offered and variant.setup.get(TOOLS) == "on" else {}),
        },
    }


def _endpoint(target: Target, base: Target) -> dict[str, Any]:
    """Whom promptfoo asks, with a variable for the key of each address."""
    own = same_address(target.connection.base_url, base.connection.base_url) or target.connection.simulated
    variable = KEY_VARIABLE if own else re.sub(r"\W", "_", target.connection.host).upper() + "_API_KEY"
    return {
        "apiBaseUrl": target.connection.base_url,
        "apiKeyEnvar": variable,
        "omitDefaults": True,
        "showThinking": False,
    }


def _test(
    plan: Plan, question: Question, versions: Sequence[tuple[str, str | None]], left_out: dict[str, None]
) -> dict[str, Any]:
    values = {}
    for index, (system, template) in enumerate(versions):
        asked = question.prompt if template is None else filled_prompt(template, question)
        values[_variable("prompt", index)] = asked
        if system:
            values[_variable("system", index)] = system
    if question.expected:
        values[EXPECTED] = question.expected
    values |= {name: text for name, text in question.columns.items() if name not in (*_OURS, *values)}
    asserted = [each for scorer in plan.scorers for each in _assertions(scorer, question, left_out)]
    test: dict[str, Any] = {"vars": {name: _raw(text) for name, text in values.items()}}
    return {**test, "assert": asserted} if asserted else test


def _assertions(scorer: Scorer, question: Question, left_out: dict[str, None]) -> list[dict[str, Any]]:
    text = scorer.setting or question.expected
    match scorer.kind:
        case "contains" if text:
            return [{"type": "icontains", "value": _raw(text)}]
        case "equals" if text:
            return [{"type": "regex", "value": _raw(_equals_pattern(text))}]
        case "regex" if text:
            return [{"type": "regex", "value": _raw(text)}]
        case "json":
            left_out["“Is JSON” takes JSON within a block of code, too; promptfoo's `is-json` does not."] = None
            return [{"type": "is-json"}]
        case "schema":
            left_out[
                "“Is JSON of a schema” takes JSON within a block of code, too; promptfoo's `is-json` does not."
            ] = None
            return [{"type": "is-json", "value": _raw_values(json.loads(scorer.setting))}]
        case "rubric":
            return [{"type": "llm-rubric", "value": _raw(rubric_for(scorer.setting, question.columns))}]
        case "checks":
            try:
                checks = read_checks(question.columns.get(COLUMN, ""))
                if any(_of_cost(check) for check in checks):
                    left_out[
                        "Checks of `cost`: promptfoo knows prices of its own models only, and would fail each of them."
                    ] = None
                return [_check(check) for check in checks if not _of_cost(check)]
            except ValueError:
                left_out["The checks of rows that cannot be read."] = None
        case "contains" | "equals" | "regex":
            left_out[f"“{scorer.name}” of prompts without an expected answer."] = None
        case _:
            left_out[f"The scorer “{scorer.name}”, for which promptfoo has no assertion without a program."] = None
    return []


def _of_cost(check: Mapping[str, Any]) -> bool:
    return str(check["type"]).removeprefix("not-") == "cost"


def _check(check: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _raw_values(value) if name == "value" else value for name, value in check.items()}


def _equals_pattern(text: str) -> str:
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


def _raw_values(value: Any) -> Any:
    if isinstance(value, str):
        return _raw(value)
    if isinstance(value, list):
        return [_raw_values(one) for one in value]
    return {name: _raw_values(one) for name, one in value.items()} if isinstance(value, dict) else value


def _raw(text: str) -> str:
    """The text as Nunjucks gives it unchanged: promptfoo fills variables in values, too.

    Each brace that would begin something is written as an expression; text between `raw` and `endraw` promptfoo sends
    with the tags where it names a variable that is not there.
    """
    return re.sub(r"\{(?=[{%#])", "{{ '{' }}", text)
