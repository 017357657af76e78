"""Checks JSON against schemas that users write, within a time limit; nothing is fetched from the network.

A schema can take for ever in three ways: a pattern that backtracks, references that double at each step, and long lists
with `uniqueItems`, whose items jsonschema 4.26 compares each with each (4,000 objects, 50 KB: 25 s). The library has no
limit for any of them, and holds up the whole process meanwhile, so four of its keywords are written anew here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from typing import Any

import jsonschema
import regex
from referencing import Registry
from referencing.exceptions import Unresolvable

# What takes longer is cut off; a usual schema takes milliseconds.
PATIENCE_S = 2.0
_LONGEST = 200

_ends: ContextVar[float] = ContextVar("_ends", default=float("inf"))

_Check = Callable[[Any, Any, Any, Any], Any]


def violation(setting: str, value: object) -> str | None:
    """The most telling violation of the schema by `value`, in words; None if there is none.

    Raises: ValueError with a sentence if the schema cannot be read, TimeoutError if it takes too long.
    """
    validator = validator_of(setting)
    token = _ends.set(time.monotonic() + PATIENCE_S)
    try:
        found = jsonschema.exceptions.best_match(validator.iter_errors(value))
    except RecursionError as error:
        raise TimeoutError from error
    except Unresolvable as error:
        raise ValueError("The schema refers to something that is not in it.") from error
    except regex.error as error:
        raise ValueError(f"A pattern of the schema cannot be read: {error}.") from error
    finally:
        _ends.reset(token)
    return None if found is None else f"{found.json_path}: {found.message}"[:_LONGEST]


@cache
def validator_of(setting: str) -> Any:
    """The validator of a schema. Raises: ValueError with a sentence if the text is no schema."""
    try:
        schema = json.loads(setting)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"The schema is not valid JSON: {error}.") from error
    if not isinstance(schema, dict | bool):
        raise ValueError("The schema is not a JSON schema: it is no object.")
    if '"unevaluatedProperties"' in setting and '"patternProperties"' in setting:
        raise ValueError("A schema with both `patternProperties` and `unevaluatedProperties` cannot be used here.")
    try:
        kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
        kind.check_schema(schema)  # type: ignore[arg-type]  # true and false are schemas, too
    except jsonschema.SchemaError as error:
        raise ValueError(f"The schema is not a JSON schema: {error.message[:_LONGEST]}.") from error
    except (RecursionError, TypeError, AttributeError) as error:
        raise ValueError(f"The schema is not a JSON schema: {error}.") from error
    checks = {name: _watched(_OWN.get(name, check)) for name, check in kind.VALIDATORS.items()}
    watched: Any = jsonschema.validators.extend(kind, checks)  # type: ignore[no-untyped-call]  # the library types half of it
    return watched(schema, registry=Registry())  # an empty one: nothing is fetched


def _watched(check: _Check) -> _Check:
    def watched(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        _left_s()
        yield from check(validator, value, instance, schema) or ()

    return watched


def _left_s() -> float:
    left = _ends.get() - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, PATIENCE_S)


def _matches(pattern: str, text: str) -> bool:
    return regex.search(pattern, text, timeout=_left_s()) is not None


def _pattern(validator: Any, pattern: str, instance: object, schema: object) -> Iterator[Any]:
    if isinstance(instance, str) and not _matches(pattern, instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, properties: Mapping[str, object], instance: object, schema: object
) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    for pattern, subschema in properties.items():
        for key, value in instance.items():
            if _matches(pattern, key):
                yield from validator.descend(value, subschema, path=key, schema_path=pattern)


def _additional_properties(
    validator: Any, allowed: object, instance: object, schema: Mapping[str, Any]
) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for key, value in instance.items():
        if key in known or any(_matches(pattern, key) for pattern in patterns):
            continue
        if allowed is False:
            yield jsonschema.ValidationError(f"{key!r} is not allowed")
        else:
            yield from validator.descend(value, allowed, path=key)


def _unique_items(validator: Any, wanted: bool, instance: object, schema: object) -> Iterator[Any]:
    if wanted and isinstance(instance, list) and len({_hashable(item) for item in instance}) < len(instance):
        yield jsonschema.ValidationError("The items are not all different")


def _hashable(value: object) -> Hashable:
    """A value that is equal where the JSON values are: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, dict):
        return frozenset((key, _hashable(item)) for key, item in value.items())
    if isinstance(value, list):
        return tuple(map(_hashable, value))
    return (bool, value) if isinstance(value, bool) else value


_OWN: Mapping[str, _Check] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "uniqueItems": _unique_items,
}
