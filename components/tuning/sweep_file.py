"""Reads a sweep from a JSON file, for the terminal. `sweep_file.schema.json` describes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from components.api.wires.registry import WIRES
from components.core.card import ModelCard
from components.core.errors import MediaError, ParameterError
from components.core.texts import cut
from components.media.attachments import Attachment, attach
from components.media.text_files import read_text
from components.params.choices import Choices, value_text
from components.tuning.datasets.reading import read_dataset
from components.tuning.draft import Draft
from components.tuning.scorers import KINDS
from components.tuning.setup_axes import MODEL, SEPARATOR, SETUP_AXES, TEXT_AXES

# Frames of a clip, unless they are varied.
_FRAMES = 8


@dataclass(frozen=True, slots=True)
class SweepFile:
    """`draft`: what is asked. `attachments`: what goes with each prompt.

    `thresholds`: kind of a scorer -> the mean that is still good. `keys`: address -> the variable of the environment
    that holds its key. `tools`: what is offered where tools are on, as JSON.
    """

    draft: Draft
    attachments: tuple[Attachment, ...]
    thresholds: Mapping[str, float]
    keys: Mapping[str, str] = field(default_factory=dict)
    tools: str = ""


def read_sweep_file(path: Path, card: ModelCard) -> SweepFile:
    """Reads the file and those that it names, whose paths are relative to it.

    Raises: ParameterError or MediaError with one sentence.
    """
    document = _json(path)
    draft = Draft(Choices(dict(document.get("settings", {})), system=document.get("system", "")), axes={})
    if (endpoint := document.get("endpoint")) is not None:
        if endpoint not in WIRES:
            raise _refused(f"endpoint must be one of {', '.join(WIRES)}, not {endpoint!r}.")
        draft.choices.wire = endpoint
    draft.name, draft.repeats = document.get("name", path.stem), 1
    if "table" in document:
        draft.table_name = document["table"]
        dataset = read_dataset(_bytes(path.parent / document["table"]), document["table"])
        draft.table = dataset.table
        document = {"prompts": dataset.prompt, **document}
    draft.prompts, draft.expected = _prompts(document)
    draft.axes = {name: _typed(name, values, card) for name, values in document.get("axes", {}).items()}
    draft.scorers = dict(document.get("scorers", {}))
    for name in (*draft.scorers, *document.get("thresholds", {})):
        if name not in KINDS:
            raise _refused(f"{name!r} is not a scorer; known are {', '.join(KINDS)}.")
    if missing := [name for name in document.get("thresholds", {}) if name not in draft.scorers]:
        raise _refused(f"There is a threshold for {missing[0]}, but no such scorer.")
    for given, name in (("repeats", "repeats"), ("cap_usd", "cap"), ("cap_calls", "cap_calls"), ("at_once", "at_once")):
        setattr(draft, given, document.get(name, getattr(draft, given)))
    files = [path.parent / name for name in document.get("attach", ())]
    return SweepFile(
        draft,
        tuple(attach(file.name, _bytes(file), _FRAMES) for file in files),
        document.get("thresholds", {}),
        document.get("keys", {}),
        json.dumps(document["tools"]) if "tools" in document else "",
    )


def _json(path: Path) -> Any:
    try:
        document = json.loads(read_text(_bytes(path), path.name))
    except (ValueError, RecursionError) as error:
        raise _refused(f"{path.name} is not JSON: {error}.") from error
    if (mistake := best_match(_validator().iter_errors(document))) is not None:
        at = ".".join(map(str, mistake.absolute_path)) or "its beginning"
        raise _refused(f"{path.name}, at {at}: {cut(mistake.message, 200)}.")
    return document


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(Path(__file__).with_name("sweep_file.schema.json").read_text("utf-8")))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}.") from error


def _prompts(document: Mapping[str, Any]) -> tuple[str, str]:
    """The prompts and expected answers, in the form in which they are typed on the page."""
    given, common = document.get("prompts", ""), document.get("expected", "")
    if isinstance(given, str):
        return given, common
    asked = [one if isinstance(one, str) else one["prompt"] for one in given]
    answers = [common if isinstance(one, str) else one.get("expected", common) for one in given]
    if any(line.strip() == SEPARATOR for text in (*asked, *answers) for line in text.splitlines()):
        raise _refused(f"A prompt or an answer has a line of {SEPARATOR}: put such texts into a table.")
    between = f"\n{SEPARATOR}\n"
    return between.join(asked), between.join(answers) if len(set(answers)) > 1 else answers[0]


def _typed(name: str, values: Any, card: ModelCard) -> str:
    if isinstance(values, str):
        return values
    if name in TEXT_AXES and any(line.strip() == SEPARATOR for value in values for line in str(value).splitlines()):
        raise _refused(f"A value of {name} has a line of {SEPARATOR}, which parts such texts.")
    if name in SETUP_AXES:
        between = f"\n{SEPARATOR}\n" if name in TEXT_AXES else "\n" if name == MODEL else ", "
        return between.join(value_text(value) if isinstance(value, bool) else str(value) for value in values)
    lines = name in card.parameters and card.parameters[name].type == "string"
    return ("\n" if lines else "; ").join(value if isinstance(value, str) else value_text(value) for value in values)


def _refused(sentence: str) -> ParameterError:
    return ParameterError({"file": sentence})
