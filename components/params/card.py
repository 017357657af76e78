"""From the JSON of a model card to a `ModelCard`: checked first, so that a card that is read can be drawn and sent.

The JSON has the shape of ``GET /v1/models/{id}``; `card.schema.json` describes it for whoever writes one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.core.card import OWN, ContrastSpec, ModelCard, Parameter, ParameterValue, PriceRow, Trial
from components.core.usage import Prices
from components.params.validation import validate

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

_MILLION = 1_000_000
# Fields that every request has, or that a wire makes of the conversation.
_RESERVED = frozenset("model messages input system instructions stream stream_options tools tool_choice".split())


def read_card(raw: object) -> ModelCard:
    """Checks and maps the JSON of a card. Raises: ValueError with one sentence on what is wrong, and where."""
    from jsonschema.exceptions import best_match  # only what others wrote is checked: a start need not wait for this

    if (mistake := best_match(_schema().iter_errors(raw))) is not None:
        place = ".".join(map(str, mistake.absolute_path)) or "its beginning"
        raise ValueError(f"at `{place}`: {_short(mistake.message)}")
    assert isinstance(raw, Mapping)  # the schema says so
    names = [entry["name"] for entry in raw["supported_parameters"]]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"at `supported_parameters`: {doubled!r} is there twice")
    card = card_from(raw)
    for problem in _contradictions(card):
        raise ValueError(problem)
    return card


def card_from(raw: Mapping[str, Any]) -> ModelCard:
    """Maps the JSON of a card that is known to be right: one that the app ships, or that was read before."""
    own = raw.get(OWN, {})
    rows = tuple(_map_price_row(row) for row in raw.get("pricing_rows", ()))
    return ModelCard(
        id=raw["id"],
        display_name=raw.get("display_name") or raw["id"],
        parameters={entry["name"]: _map_parameter(entry) for entry in raw["supported_parameters"]},
        prices=_map_prices(raw.get("pricing") or {}, rows),
        description=raw.get("description") or "",
        provider=raw.get("provider") or "",
        region=raw.get("served_from") or "",
        context_tokens=raw.get("context_length"),
        max_output_tokens=raw.get("max_output_tokens"),
        input_modalities=tuple(raw.get("input_modalities", ())),
        output_modalities=tuple(raw.get("output_modalities", ())),
        endpoints=tuple(raw.get("supported_endpoints", ())),
        features=tuple(raw.get("features", ())),
        not_supported=tuple(raw.get("not_supported", ())),
        price_rows=rows,
        prices_read_on=raw.get("pricing_read_on") or "",
        ids=tuple(own.get("ids", ())),
        base_urls=tuple(url.rstrip("/") for url in own.get("base_urls", ())),
        known=own.get("known", True),
        home=own.get("home", ""),
        learned=tuple(own.get("learned", ())),
        raw=raw,
    )


@cache
def _schema() -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(Path(__file__).with_name("card.schema.json").read_text(encoding="utf-8")))


def _contradictions(card: ModelCard) -> Iterator[str]:
    """What no schema can say: defaults and examples that the card's own ranges forbid, names that are not there."""
    for parameter in card.parameters.values():
        place = f"at `supported_parameters`, {parameter.name}"
        if parameter.min is not None and parameter.max is not None and parameter.min > parameter.max:
            yield f"{place}: min {parameter.min:g} is more than max {parameter.max:g}"
        if reserved := next((path for path in (parameter.name, *parameter.fields.values()) if path in _RESERVED), None):
            yield f"{place}: {reserved!r} is what the app itself sends"
        if parameter.type == "enum" and not parameter.options:
            yield f"{place}: an enum needs options"
        if unknown := next((name for name in parameter.applies_when if name not in card.parameters), None):
            yield f"{place}: applies_when names {unknown!r}, which is no parameter of this card"
        used: list[tuple[str, Mapping[str, object]]] = [("default", {parameter.name: parameter.default})]
        if parameter.trial is not None:
            used.append(("trial", parameter.trial.values))
        if parameter.contrast is not None:
            used += [("contrast", {**parameter.contrast.base, **side}) for side in parameter.contrast.sides]
        for use, values in used:
            for sentence in validate(values, card).problems.values():
                yield f"{place}: its {use}: {sentence}"


def _map_parameter(entry: Mapping[str, Any]) -> Parameter:
    own = entry.get(OWN, {})
    known = {name: value for name, value in entry.items() if name in Parameter.__slots__ and name not in _BUILT}
    trial, contrast = own.get("trial"), own.get("contrast")
    return Parameter(
        **{
            **known,
            "label": entry.get("label") or entry["name"].replace("_", " ").capitalize(),
            "options": tuple(entry.get("options") or ()),
            "applies_when": entry.get("applies_when") or {},
            "turns_thinking_off": own.get("turns_thinking_off"),
            "fields": own.get("fields", {}),
            "trial": trial and Trial(**{**trial, "values": _values(trial["values"])}),
            "sweep": own.get("sweep", ""),
            "contrast": contrast and _map_contrast(contrast),
        }
    )


_BUILT = frozenset({"label", "options", "applies_when", "turns_thinking_off", "fields", "trial", "sweep", "contrast"})


def _map_contrast(contrast: Mapping[str, Any]) -> ContrastSpec:
    first, second = contrast["sides"]
    given = {**contrast, "sides": (_values(first), _values(second)), "base": _values(contrast.get("base", {}))}
    return ContrastSpec(**given)


def _values(values: Mapping[str, Any]) -> dict[str, ParameterValue]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _map_prices(pricing: Mapping[str, Any], rows: tuple[PriceRow, ...]) -> Prices:
    """From the table, which is per million tokens (a search: per call), else from `pricing`, which is per token."""
    rate = {row.name: row.rate for row in rows}

    def per_token(row: str, name: str) -> Decimal | None:
        if row in rate:
            return rate[row] / _MILLION
        return None if pricing.get(name) is None else Decimal(str(pricing[name]))

    return Prices(
        input=per_token("input", "prompt"),
        cached=per_token("cached", "input_cache_read"),
        output=per_token("output", "completion"),
        search=rate.get("search"),
    )


def _map_price_row(row: Mapping[str, Any]) -> PriceRow:
    was = row.get("was")
    charge, spec = row.get("charge") or row["name"].capitalize(), row.get("spec") or "per 1M tokens"
    return PriceRow(row["name"], charge, spec, Decimal(row["rate"]), Decimal(was) if was else None)


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:80]} … {text[-70:]}"
