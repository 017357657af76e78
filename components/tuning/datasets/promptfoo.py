"""Reads promptfoo's configuration as a table: prompts, variables, and the assertions that are data. No code is run.

What cannot be read is named: programs (JavaScript, Python), other files, and features that only promptfoo has.
The shape: https://www.promptfoo.dev/docs/configuration/reference/ (read 2026-11-28).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from components.tuning.checks import COLUMN, problem_of
from components.tuning.datasets.dataset import Dataset, table_of, text_of
from components.tuning.datasets.message_lists import prompt_in
from components.tuning.scorers import CHECKED, JUDGED
from components.tuning.table import MOST_ROWS, table_error

RUBRIC = "rubric"
# A row without a rubric beside rows that have one.
_NO_RUBRIC = "The answer does what the prompt asks."
_CODE = ("javascript", "python", "ruby", "webhook")
_ELSEWHERE = re.compile(
    r"\s*(file|exec|python|golang|package|https?|huggingface|vault|promptfoo|langfuse|portkey|helicone)://?", re.I
)
_EXEC = re.compile(r"\s*exec:", re.I)
_LOGIC = re.compile(r"\{%|\{#|\{\{[^{}]*[|(\[.'\"+][^{}]*\}\}")
_DUMPED = re.compile(r"\{\{\s*(\w+)\s*\|\s*dump\s*\}\}")
_NAME = re.compile(r"\{\{-?\s*(\w+)\s*-?\}\}")
# How a brace is written that begins nothing, beside `raw`.
_BRACE = re.compile(r"""\{\{-?\s*(?:'\{'|"\{")\s*-?\}\}""")
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_PASSED_OVER = {
    "providers": "the sweep asks the model that is chosen here",
    "targets": "the sweep asks the model that is chosen here",
    "scenarios": "only `tests` are read",
    "extensions": "they are programs",
    "nunjucksFilters": "they are programs",
    "derivedMetrics": "they are formulas of promptfoo's",
    "redteam": "it writes its tests with promptfoo's own service",
}


def is_promptfoo(value: object) -> bool:
    """Whether a value has the shape of a configuration."""
    return isinstance(value, dict) and ("prompts" in value or "tests" in value) and "messages" not in value


def read_promptfoo(document: Mapping[str, Any]) -> Dataset:
    """The configuration as rows, with their checks. Raises: ParameterError with one sentence."""
    return _Reader().read(document)


class _Reader:
    """Counts what is left out while it reads: sentence -> how often."""

    def __init__(self) -> None:
        self._left_out: Counter[str] = Counter()

    def read(self, document: Mapping[str, Any]) -> Dataset:
        for name, why in _PASSED_OVER.items():
            if document.get(name):
                self._leave_out(f"`{name}`: {why}.")
        prompts = list(self._prompts(document.get("prompts")))
        if not prompts:
            raise table_error(" ".join(("The promptfoo file has no prompt that can be read here.", *self._left_out)))
        default = document.get("defaultTest") or {}
        if not isinstance(default, dict):
            self._leave_out(f"`defaultTest` is `{text_of(default)[:80]}`: other files are not opened.")
            default = {}
        rows = [row for test in self._tests(document.get("tests")) for row in self._rows(test, default)]
        if len(rows) * len(prompts) > MOST_ROWS:
            raise table_error(f"The promptfoo file makes more than {MOST_ROWS:,} rows. Cut it into several.")
        systems = {system for _, system in prompts}
        if len(systems) > 1:
            self._leave_out("System prompts differ between the prompts: that of the first counts for all.")
        if len(prompts) == 1:
            template = prompts[0][0]
        else:
            template = "{{prompt}}"
            rows = [{"prompt": _filled(prompt, row), **row} for prompt, _ in prompts for row in rows]
        return self._dataset(rows, template, prompts[0][1])

    def _dataset(self, rows: list[dict[str, str]], template: str, system: str) -> Dataset:
        scorers = {}
        if any(row.get(COLUMN) for row in rows):
            scorers[CHECKED] = ""
        if any(row.get(RUBRIC) for row in rows):
            scorers[JUDGED] = f"{{{{{RUBRIC}}}}}"
            for row in rows:
                row[RUBRIC] = row.get(RUBRIC) or _NO_RUBRIC
            self._leave_out("`llm-rubric` becomes the scorer “Rubric”, from 1 to 5, judged by the model that is asked.")
        sentences = (
            f"{sentence} ({count:,} times)" if count > 1 else sentence for sentence, count in self._left_out.items()
        )
        table = table_of([row or {"row": "1"} for row in rows])
        return Dataset("promptfoo configuration", table, template, system, scorers, tuple(sentences))

    def _leave_out(self, sentence: str) -> None:
        self._left_out[sentence] += 1

    def _prompts(self, value: object) -> Iterator[tuple[str, str]]:
        """Each prompt as a template of ours, and its system prompt."""
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                one = one.get("raw", one.get("id"))
            if not isinstance(one, str) or not one.strip():
                if one is not None:
                    self._leave_out("A prompt is no text.")
            elif (
                _ELSEWHERE.match(one) or _EXEC.match(one) or re.fullmatch(r"\S+\.(txt|json|js|py|yaml|yml|md|csv)", one)
            ):
                self._leave_out(f"The prompt `{one.strip()[:80]}`: other files and programs are not opened.")
            else:
                yield from self._template(one)

    def _template(self, text: str) -> Iterator[tuple[str, str]]:
        plain = _DUMPED.sub(lambda match: json.dumps(f"{{{{{match[1]}}}}}"), text)
        if (asked := prompt_in(_json(plain))) is not None and not asked.others:
            prompt, system = asked.prompt, asked.system
        elif asked is not None:
            self._leave_out("A prompt of several turns: only prompts of one question can be asked here.")
            return
        else:
            prompt, system = text, ""
        if _LOGIC.search(prompt) or _LOGIC.search(system):
            self._leave_out(
                f"The prompt “{' '.join(prompt.split())[:60]}” has filters or logic of Nunjucks, which is not run."
            )
            return
        yield _NAME.sub(r"{{\1}}", prompt), system

    def _tests(self, value: object) -> Iterator[Mapping[str, Any]]:
        if value is None:
            yield {}
            return
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and not ("path" in one and "vars" not in one):
                yield one
            else:
                name = one.get("path") if isinstance(one, dict) else one
                self._leave_out(f"The tests in `{text_of(name)[:80]}`: other files are not opened.")

    def _rows(self, test: Mapping[str, Any], default: Mapping[str, Any]) -> Iterator[dict[str, str]]:
        for name in ("threshold", "assertScoringFunction", "provider", "providers", "prompts"):
            if test.get(name) is not None or default.get(name) is not None:
                self._leave_out(f"`{name}` of a test is not used here: every check counts, of every prompt.")
        for options in (test.get("options"), default.get("options")):
            if isinstance(options, dict) and (
                told := sorted({"transform", "postprocess", "provider", "prefix", "suffix"} & {*map(str, options)})
            ):
                self._leave_out(f"`options.{told[0]}` of a test is not used here.")
        values = {**_mapping(default.get("vars")), **_mapping(test.get("vars"))}
        if isinstance(test.get("vars"), str):
            self._leave_out(f"The variables in `{test['vars'][:80]}`: other files are not opened.")
        choices = [[(str(name), text) for text in self._values(str(name), value)] for name, value in values.items()]
        asserted = [*_list(default.get("assert")), *_list(test.get("assert"))]
        made = 0
        for row in product(*choices):
            made += 1
            if made > MOST_ROWS:
                raise table_error(f"The promptfoo file makes more than {MOST_ROWS:,} rows. Cut it into several.")
            yield self._checked(dict(row), asserted)

    def _values(self, name: str, value: object) -> list[str]:
        texts = [text_of(one) for one in (value if isinstance(value, list) and value else [value])]
        for text in texts:
            if _ELSEWHERE.match(text) and not text.lower().startswith("http"):
                self._leave_out(
                    f"The variable `{name[:60]}` is `{text[:80]}`: other files are not opened; it stands as a text."
                )
        return [_unraw(text) for text in texts]

    def _checked(self, row: dict[str, str], asserted: list[Any]) -> dict[str, str]:
        checks, rubrics = [], []
        for one in asserted:
            check = self._check(one, row)
            if check is None:
                continue
            if check["type"] == "llm-rubric":
                rubrics.append(str(check["value"]))
            else:
                checks.append(check)
        if checks:
            row[COLUMN] = json.dumps(checks, ensure_ascii=False)
        if rubrics:
            row[RUBRIC] = "\n".join(rubrics)
        return row

    def _check(self, one: object, row: Mapping[str, str]) -> dict[str, Any] | None:
        if not isinstance(one, dict) or "type" not in one:
            self._leave_out("An assertion without a type, or taken from a template.")
            return None
        kind, value = str(one["type"]), one.get("value")
        if kind.removeprefix("not-") in _CODE:
            self._leave_out(f"`{kind}` assertion: it is a program, and none is run.")
            return None
        if one.get("transform") or one.get("contextTransform"):
            self._leave_out(f"`{kind}` assertion with a transform: that is a program, and none is run.")
            return None
        if any(_ELSEWHERE.match(text) and not text.lower().startswith("http") for text in _texts(value)):
            self._leave_out(f"`{kind}` assertion with `{next(_texts(value))[:80]}`: other files are not opened.")
            return None
        if any(_LOGIC.search(_BRACE.sub("", _RAW.sub("", text))) for text in _texts(value)):
            self._leave_out(f"`{kind}` assertion with filters or logic of Nunjucks, which is not run.")
            return None
        if one.get("weight") is not None or one.get("config"):
            self._leave_out(f"The weight or settings of a `{kind}` assertion: each check passes or fails here.")
        if isinstance(value, str) and kind.removeprefix("not-") in (
            "contains-any",
            "contains-all",
            "icontains-any",
            "icontains-all",
        ):
            value = [part.strip() for part in value.split(",")]
        check = {"type": kind}
        if value is not None:
            check["value"] = _rendered(value, row)
        if one.get("threshold") is not None:
            check["threshold"] = one["threshold"]
        if kind == "llm-rubric" and isinstance(value, str) and value.strip():
            return check
        if problem := problem_of(check):
            self._leave_out(f"Assertion left out: {problem}")
            return None
        return check


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _rendered(value: Any, row: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _filled(value, row)
    if isinstance(value, list):
        return [_rendered(one, row) for one in value]
    return {name: _rendered(one, row) for name, one in value.items()} if isinstance(value, dict) else value


def _filled(text: str, row: Mapping[str, str]) -> str:
    """The text as promptfoo renders it: a variable that the row does not have is empty."""
    pieces = _RAW.split(text)  # every second one stood between {% raw %} and {% endraw %}
    return "".join(
        piece if number % 2 else "{".join(_named(part, row) for part in _BRACE.split(piece))
        for number, piece in enumerate(pieces)
    )


def _named(text: str, row: Mapping[str, str]) -> str:
    return _NAME.sub(lambda match: row.get(match[1], ""), text)


def _unraw(text: str) -> str:
    pieces = _RAW.split(text)
    return "".join(piece if number % 2 else _BRACE.sub("{", piece) for number, piece in enumerate(pieces))
