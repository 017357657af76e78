"""promptfoo, from npm, reads our export and gives each answer the same verdict as the app."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from components.gateway.server import Simulator
from components.params.cards import default_card
from components.params.choices import Choices
from components.tuning.datasets.promptfoo_file import KEY_VARIABLE, as_promptfoo
from components.tuning.datasets.reading import read_dataset
from components.tuning.plan import Plan, Question, Variant, filled_prompt, grid
from components.tuning.scorers import Observation, Scorer, score
from tests.clients.node import node_with

CHECKS = [
    {"type": "equals", "value": "42"},
    {"type": "contains", "value": "42"},
    {"type": "icontains", "value": "{{ANSWER}}"},
    {"type": "not-contains", "value": "42"},
    {"type": "contains-any", "value": ["42", "x"]},
    {"type": "contains-all", "value": ["42", "qqq"]},
    {"type": "starts-with", "value": "4"},
    {"type": "regex", "value": r"\b42\b"},
    {"type": "regex", "value": r"^\d+$"},
    {"type": "is-json"},
    {"type": "not-is-json"},
    {"type": "is-json", "value": {"type": "object", "required": ["a"]}},
    {"type": "latency", "threshold": 60_000},
]
SCORERS = [
    (Scorer("contains"), "forty two"),
    (Scorer("contains"), "42"),
    (Scorer("contains", "RESULT"), ""),
    (Scorer("equals"), "42."),
    (Scorer("equals"), "no such answer"),
    (Scorer("regex", "4.+2|42"), ""),
    (Scorer("json"), ""),
]


def evaluated(text: str, server: Simulator, folder: Path) -> list[dict]:
    """promptfoo's results, in the order of the tests; the file is checked by `promptfoo validate` first."""
    node, environment = node_with("promptfoo")
    program = Path(environment["NODE_MODULES"]) / "promptfoo" / "dist" / "src" / "entrypoint.js"
    (folder / "promptfooconfig.yaml").write_text(text, encoding="utf-8")
    environment |= {
        KEY_VARIABLE: server.key,
        "PROMPTFOO_CONFIG_DIR": str(folder / "state"),
        "PROMPTFOO_DISABLE_TELEMETRY": "1",
        "PROMPTFOO_DISABLE_UPDATE": "1",
        "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
        "PROMPTFOO_DISABLE_SHARING": "1",
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [node, str(program), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=170, env=environment, cwd=folder)

    checked = run("validate", "-c", "promptfooconfig.yaml")
    assert checked.returncode == 0 and "valid" in checked.stdout, checked.stdout + checked.stderr
    ended = run("eval", "-c", "promptfooconfig.yaml", "--no-cache", "--no-progress-bar", "-o", "out.json")
    assert (folder / "out.json").exists(), ended.stdout + ended.stderr
    results = json.loads((folder / "out.json").read_text(encoding="utf-8"))["results"]["results"]
    return sorted(results, key=lambda one: one["testIdx"])


def plan_with(questions: list[Question], scorers: list[Scorer]) -> Plan:
    settings = Choices({"enable_thinking": False}, system="Be {{short}}.")
    return Plan("Sums {{x}}", tuple(questions), (Variant(),), 1, settings, tuple(scorers), Decimal(1), 2)


def figures(seconds: float = 1.0) -> SimpleNamespace:
    return SimpleNamespace(total_s=seconds, cost_usd=None)


def test_promptfoo_decides_every_exported_check_as_we_do(server: Simulator, tmp_path: Path) -> None:
    prompts = ["What is 6 * 7?", '[{"a": "{{b}}"}] {% raw %} What is 6 * 7?']
    questions = [
        Question(f"{prompt} {number}", "", {"checks": json.dumps([check])})
        for prompt in prompts
        for number, check in enumerate(CHECKS)
    ]
    text, left_out = as_promptfoo(
        plan_with(questions, [Scorer("checks")]), server.base_url, "kimi-k2-6", default_card()
    )
    assert not left_out
    results = evaluated(text, server, tmp_path)
    assert len(results) == len(questions)
    for question, result in zip(questions, results, strict=True):
        answer = result["response"]["output"]
        assert "42" in answer, result
        ours = score(Scorer("checks"), Observation(answer, "", figures(), question.columns["checks"]))
        assert (ours.value == 1.0) == result["success"], (question.columns["checks"], answer)
    again = read_dataset(text.encode(), "promptfooconfig.yaml")
    assert [row["prompt"] for row in again.table.rows] == [question.prompt for question in questions]
    checks = [json.loads(row["checks"])[0] for row in again.table.rows]
    assert checks == [json.loads(question.columns["checks"])[0] for question in questions]


@pytest.mark.parametrize(("scorer", "expected"), SCORERS, ids=lambda value: getattr(value, "name", value))
def test_every_scorer_that_is_exported_is_read_again_with_the_same_verdict(scorer: Scorer, expected: str) -> None:
    plan = plan_with([Question("What is 6 * 7?", expected)], [scorer])
    text, _ = as_promptfoo(plan, "http://127.0.0.1/v1", "kimi-k2-6", default_card())
    row = read_dataset(text.encode(), "promptfooconfig.yaml").table.rows[0]
    for answer in ("42", "42.", " 42 ", "The result is 42", "Forty  Two", '{"a": 42}', ""):
        there = score(Scorer("checks"), Observation(answer, "", figures(), row["checks"]))
        here = score(scorer, Observation(answer, expected, figures()))
        assert here.value == there.value, (answer, row["checks"])


def test_promptfoo_decides_exported_scorers_as_we_do(server: Simulator, tmp_path: Path) -> None:
    scorers = [scorer for scorer, _ in SCORERS]
    questions = [Question("What is 6 * 7?", expected) for _, expected in SCORERS]
    text, _ = as_promptfoo(plan_with(questions, scorers), server.base_url, "kimi-k2-6", default_card())
    whole = yaml.safe_load(text)
    tests = [{**test, "assert": [one]} for test in whole["tests"] for one in test["assert"]]
    results = evaluated(yaml.safe_dump({**whole, "tests": tests}), server, tmp_path)
    verdicts = [result["success"] for result in results]
    ours = [
        score(scorer, Observation(results[0]["response"]["output"], question.expected, figures())).value == 1.0
        for question in questions
        for scorer in scorers
        if scorer.setting or question.expected or scorer.kind == "json"
    ]
    assert verdicts == ours


def test_promptfoo_asks_every_varied_prompt_of_the_ways_that_have_it(server: Simulator, tmp_path: Path) -> None:
    variants = grid({"system prompt": ["", "Be {{short}}."], "template": ["{{prompt}}", "Tell: {{sum}}"]})
    questions = (Question("What is 6 * 7?", "42", {"sum": "What is 2 * 21? {{x}}"}),)
    plan = replace(plan_with([], [Scorer("contains")]), questions=questions, variants=variants)
    text, left_out = as_promptfoo(plan, server.base_url, "kimi-k2-6", default_card())
    assert not left_out
    results = evaluated(text, server, tmp_path)
    sent = {(one["provider"]["label"], one["prompt"]["raw"]) for one in results}
    assert len(results) == len(sent) == 4
    for label, raw in sent:
        messages = {message["role"]: message["content"] for message in json.loads(raw)}
        variant = next(variant for variant in variants if variant.label == label)
        assert messages.get("system", "") == variant.setup["system prompt"]
        assert messages["user"] == filled_prompt(variant.setup["template"], questions[0])


def test_costs_and_judgements_are_said_not_to_be_comparable(server: Simulator, tmp_path: Path) -> None:
    checks = json.dumps([{"type": "cost", "threshold": 1}, {"type": "contains", "value": "42"}])
    questions = [Question("What is 6 * 7?", "", {"checks": checks})]
    scorers = [Scorer("checks"), Scorer("rubric", "Is it right?")]
    text, left_out = as_promptfoo(plan_with(questions, scorers), server.base_url, "kimi-k2-6", default_card())
    assert "prices of its own models only" in left_out[1] + left_out[0] and "not comparable" in " ".join(left_out)
    whole = yaml.safe_load(text)
    assert [check["type"] for check in whole["tests"][0]["assert"]] == ["contains", "llm-rubric"]
    assert whole["defaultTest"]["options"]["provider"]["config"]["apiBaseUrl"] == server.base_url
    whole["tests"][0]["assert"].pop()
    assert [result["success"] for result in evaluated(yaml.safe_dump(whole), server, tmp_path)] == [True]
