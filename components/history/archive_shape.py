"""Whether a file is an export as `archive.schema.json` has it, whoever wrote it. What passes can be read and drawn.

The schema is the format's description for others, too. What it cannot say is said here: each id is there once, and
every message follows one that stands before it.
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


def check_shape(whole: Mapping[str, Any], wires: Iterable[str]) -> None:
    """`wires`: the endpoints that this app knows.

    Raises: ValueError, with the place of the first mistake and what is wrong there.
    """
    _check("", _validator("export", tuple(wires)), whole)
    right: set[str] = set()
    for number, conversation in enumerate(whole["conversations"]):
        _check_tree(f"conversations.{number}", conversation)
        for place, message in _sent(conversation):
            # Each run repeats the messages of those before it.
            if (text := json.dumps(message)) not in right:
                _check(f"conversations.{number}.{place}.", _validator("message"), message)
                right.add(text)


def _check(place: str, validator: Draft202012Validator, value: Any) -> None:
    if (mistake := best_match(validator.iter_errors(value))) is not None:
        at = place + ".".join(map(str, mistake.absolute_path))
        raise ValueError(f"at `{at.rstrip('.') or 'its beginning'}`: {_short(mistake.message)}")


def _sent(conversation: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for number, run in enumerate(conversation["runs"]):
        for place, message in enumerate(run["request"]["messages"]):
            yield f"runs.{number}.request.messages.{place}", message


def _check_tree(place: str, conversation: Mapping[str, Any]) -> None:
    before: set[str | None] = {None}
    for node in conversation["nodes"]:
        if node["parent"] not in before:
            raise ValueError(f"at `{place}.nodes`: {node['id']!r} follows a message that does not stand before it")
        if node["id"] in before:
            raise ValueError(f"at `{place}.nodes`: {node['id']!r} is there twice")
        before.add(node["id"])
    if conversation["head"] not in before:
        raise ValueError(f"at `{place}.head`: there is no message {conversation['head']!r}")
    for run in conversation["runs"]:
        if run["id"] in before:
            raise ValueError(f"at `{place}.runs`: {run['id']!r} is there twice")
        before.add(run["id"])


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN * 2 else f"{text[:_SHOWN]} … {text[-_SHOWN:]}"


@cache
def _validator(of: Literal["export", "message"], wires: tuple[str, ...] = ()) -> Draft202012Validator:
    schema = json.loads(Path(__file__).with_name("archive.schema.json").read_text(encoding="utf-8"))
    if of == "message":
        return Draft202012Validator({"$ref": "#/$defs/message", "$defs": schema["$defs"]})
    schema["$defs"]["wire"] = {"enum": wires}
    schema["$defs"]["request"]["properties"]["messages"]["items"] = True  # looked at once each
    return Draft202012Validator(schema)
