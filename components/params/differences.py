"""Where the live answer of ``GET /v1/models/{id}`` says something else than the model card of this app. Pure values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

# Name on the card -> the names it may have in the live answer; both generations of the documentation are read.
_FACTS = {
    "context_length": ("context_length", "context_window"),
    "max_output_tokens": ("max_output_tokens",),
    "input_modalities": ("input_modalities",),
    "output_modalities": ("output_modalities",),
    "features": ("features",),
    "supported_endpoints": ("supported_endpoints",),
}
_OF_A_PARAMETER = ("type", "default", "min", "max", "options")
# The page says "number" for what the card holds as a whole number.
_SAME_TYPE = ({"number", "integer"}, {"string", "array"}, {"enum", "string"})


@dataclass(frozen=True, slots=True)
class Difference:
    """`what`: field, with its parent before a dot. `card`, `live`: the values there, in words."""

    what: str
    card: str
    live: str


def differences(card: Mapping[str, Any], live: Mapping[str, Any]) -> list[Difference]:
    """All of them. What is missing in the live answer is no difference."""
    return [*_facts(card, live), *_prices(card, live), *_parameters(card, live)]


def _facts(card: Mapping[str, Any], live: Mapping[str, Any]) -> Iterator[Difference]:
    for name, spellings in _FACTS.items():
        listed_value = next((live[spelling] for spelling in spellings if live.get(spelling) is not None), None)
        if listed_value is not None and _plain(listed_value) != _plain(card.get(name)):
            yield Difference(name, _words(card.get(name)), _words(listed_value))


def _prices(card: Mapping[str, Any], live: Mapping[str, Any]) -> Iterator[Difference]:
    pricing = live.get("pricing")
    if isinstance(pricing, list):  # tiers; the first is the one without a condition
        pricing = pricing[0] if pricing else None
    for name, ours in (card.get("pricing") or {}).items():
        listed_value = pricing.get(name) if isinstance(pricing, Mapping) else None
        # Negative ones are the catalogue's way to say "does not apply".
        if (price := _decimal(listed_value)) is not None and price >= 0 and price != _decimal(ours):
            yield Difference(f"pricing.{name}", str(ours), str(listed_value))


def _parameters(card: Mapping[str, Any], live: Mapping[str, Any]) -> Iterator[Difference]:
    listed = live.get("supported_parameters")
    if not isinstance(listed, list):
        return
    theirs_by_name = {entry["name"]: entry for entry in listed if isinstance(entry, Mapping) and "name" in entry}
    ours = {entry["name"]: entry for entry in card["supported_parameters"]}
    for name in ours.keys() - theirs_by_name.keys():
        yield Difference(f"supported_parameters.{name}", "documented", "not offered")
    for name in theirs_by_name.keys() - ours.keys():
        yield Difference(f"supported_parameters.{name}", "unknown to this app", "offered")
    for name in [name for name in ours if name in theirs_by_name]:
        for field in _OF_A_PARAMETER:
            mine, theirs = ours[name].get(field), theirs_by_name[name].get(field)
            if theirs is not None and not _same(field, mine, theirs):
                yield Difference(f"{name}.{field}", _words(mine), _words(theirs))


def _same(field: str, mine: Any, theirs: Any) -> bool:
    if field == "type":
        return mine == theirs or any({mine, theirs} <= kinds for kinds in _SAME_TYPE)
    return bool(_plain(mine) == _plain(theirs))


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list | tuple) else value


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else "none" if value is None else str(value)


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value)) if isinstance(value, str | int | float) else None
    except InvalidOperation:
        return None
