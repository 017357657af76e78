"""Checks that a file is an export by `archive.schema.json`, whoever wrote it. What passes can be read and drawn.

The schema describes the format for others, too. Two rules that it cannot express are checked here: each id is there
once, and every message follows an earlier one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

_SHOWN = 80


def check_shape(document: Mapping[str, Any], wires: Iterable[str]) -> None:
    """Checks a parsed export. `wires`: the endpoints that this app knows.

    Raises: ValueError, with the place of the first mistake and what is wrong there.
    """
    _check("", _validator("export", tuple(wires)), document)
    checked: set[str] = set()
    for number, conversation in enumerate(document["conversations"]):
        _check_tree(f"conversations.{number}", conversation)
        for path, message in _request_messages(conversation):
            # Each run repeats the messages of those before it.
            if (text := json.dumps(message)) not in checked:
                _check(f"conversations.{number}.{path}.", _validator("message"), message)
                checked.add(text)


def _check(path: str, validator: Draft202012Validator, value: Any) -> None:
    if (mistake := best_match(validator.iter_errors(value))) is not None:
        at = path + ".".join(map(str, mistake.absolute_path))
        raise ValueError(f"at `{at.rstrip('.') or 'its beginning'}`: {_short(mistake.message)}")


def _request_messages(conversation: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for number, run in enumerate(conversation["runs"]):
        for index, message in enumerate(run["request"]["messages"]):
            yield f"runs.{number}.request.messages.{index}", message


def _check_tree(path: str, conversation: Mapping[str, Any]) -> None:
    ids: set[str | None] = {None}
    for node in conversation["nodes"]:
        if node["parent"] not in ids:
            raise ValueError(f"at `{path}.nodes`: {node['id']!r} follows a message that does not stand before it")
        if node["id"] in ids:
            raise ValueError(f"at `{path}.nodes`: {node['id']!r} is there twice")
        ids.add(node["id"])
    if conversation["head"] not in ids:
        raise ValueError(f"at `{path}.head`: there is no message {conversation['head']!r}")
    for run in conversation["runs"]:
        if run["id"] in ids:
            raise ValueError(f"at `{path}.runs`: {run['id']!r} is there twice")
        ids.add(run["id"])


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN * 2 else f"{text[:_SHOWN]} … {text[-_SHOWN:]}"


@cache
def _validator(of: Literal["export", "message"], wires: tuple[str, ...] = ()) -> Draft202012Validator:
    schema = json.loads(Path(__file__).with_name("archive.schema.json").read_text(encoding="utf-8"))
    if of == "message":
        return Draft202012Validator({"$ref": "#/$defs/message", "$defs": schema["$defs"]})
    schema["$defs"]["wire"] = {"enum": wires}
    schema["$defs"]["request"]["properties"]["messages"]["items"] = True  # each is checked once, above
    return Draft202012Validator(schema)
