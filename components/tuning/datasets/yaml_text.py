"""YAML as promptfoo reads it (1.2: `yes`, dates and 12:30 are texts), within limits: no tag makes an object of ours."""

from __future__ import annotations

import re
from typing import Any

import yaml

from components.tuning.table import table_error

# [own] Deeper or larger than any set of tests; an alias can make a few lines into billions of values.
_DEEPEST, _MOST_VALUES = 60, 500_000
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$")


class _Loader(yaml.CSafeLoader):
    yaml_implicit_resolvers: Any = {}


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"<<$"), ["<"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _NUMBER, list("-+0123456789"))


def _number(loader: _Loader, node: yaml.ScalarNode) -> int | float:
    text = node.value
    return int(text) if re.fullmatch(r"[-+]?[0-9]{1,300}", text) else float(text)


_Loader.add_constructor("tag:yaml.org,2002:float", _number)


def read_yaml(text: str) -> Any:
    """The value of a YAML text. Raises: ParameterError with one sentence."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise table_error("The YAML is nested too deeply.")
        value = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = f" at line {mark.line + 1}" if mark else ""
        raise table_error(f"The YAML cannot be read{at}: {error.problem or error.context}.") from error
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise table_error(
            "The YAML cannot be read: it holds a character or a number that YAML does not allow."
        ) from error
    _check_size(value)
    return value


def _check_size(value: object) -> None:
    left, seen = [(value, 0)], 0
    while left:
        one, depth = left.pop()
        seen += 1
        if seen > _MOST_VALUES or depth > _DEEPEST:
            raise table_error("The YAML is too large once its aliases are followed.")
        if isinstance(one, dict):
            if any(not isinstance(key, str | int | float) for key in one):
                raise table_error("A name in the YAML is no text.")
            left += [(each, depth + 1) for each in one.values()]
        elif isinstance(one, list):
            left += [(each, depth + 1) for each in one]
