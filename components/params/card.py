"""The model card: what is documented about Kimi K2.6, read once from `kimi_k2_6.json`.

The file has the shape of ``GET /v1/models/{id}``; its facts come from the EmpirioLabs model page
(read 2026-11-23). Widgets, checks, help, the reference page, code export and the simulator read this.
A new parameter is one more entry in ``supported_parameters``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from components.core.request import ParameterValue
from components.core.usage import Prices

ParameterType = Literal["number", "integer", "boolean", "enum", "string"]

_FILE = Path(__file__).with_name("kimi_k2_6.json")
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Parameter:
    """One documented parameter. Fields that have no meaning for its `type` are None or empty.

    `min`, `max`: both ends allowed. `default`: what the API assumes when the field is omitted; None means
    the API has none. `max_items`: a `string` parameter takes up to that many strings.
    `advised_item_bytes`: longer items are warned about, never refused (the upstream limit, not the
    gateway's). `applies_when`: the parameter has a meaning only while these others have these values.
    """

    name: str
    label: str
    type: ParameterType
    default: float | int | bool | str | None
    group: str
    description: str
    hint: str
    min: float | None = None
    max: float | None = None
    step: float | None = None
    options: tuple[str, ...] = ()
    max_items: int | None = None
    advised_item_bytes: int | None = None
    applies_when: Mapping[str, ParameterValue] = field(default_factory=dict)

    @property
    def range(self) -> str:
        """The allowed values in words, e.g. ``0 to 2``, ``up to 4 strings``, ``on or off``."""
        match self.type:
            case "number" | "integer":
                return f"{self.min:g} to {self.max:g}" if self.type == "number" else f"{self.min:,} to {self.max:,}"
            case "enum":
                return ", ".join(self.options)
            case "string":
                return f"up to {self.max_items} strings"
            case "boolean":
                return "on or off"

    @property
    def default_text(self) -> str:
        """The documented default in words; a parameter without one says ``none``."""
        match self.default:
            case None:
                return "none"
            case bool(value):
                return "on" if value else "off"
            case int(value):
                return f"{value:,}"
            case value:
                return str(value)

    @property
    def help(self) -> str:
        """One text for every place that explains the parameter: effect, range, default, and what surprises."""
        return f"{self.description}\n\nRange: {self.range}. Default: {self.default_text}.\n\n{self.hint}"


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One row of the price table in US dollars. `was`: the list price before the discount, None if none is shown."""

    name: str
    charge: str
    spec: str
    rate: Decimal
    was: Decimal | None


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The whole card. `raw` is the file as it is, for whoever serves it as ``GET /v1/models/{id}``."""

    id: str
    display_name: str
    description: str
    context_tokens: int
    max_output_tokens: int
    input_modalities: tuple[str, ...]
    output_modalities: tuple[str, ...]
    endpoints: tuple[str, ...]
    features: tuple[str, ...]
    not_supported: tuple[str, ...]
    prices: Prices
    price_rows: tuple[PriceRow, ...]
    prices_read_on: str
    parameters: Mapping[str, Parameter]
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def defaults(self) -> dict[str, float | int | bool | str | None]:
        """Parameter name -> documented default."""
        return {parameter.name: parameter.default for parameter in self.parameters.values()}


@cache
def model_card() -> ModelCard:
    """Reads the card; the same immutable object every time."""
    return card_from(json.loads(_FILE.read_text(encoding="utf-8")))


def card_from(raw: Mapping[str, Any]) -> ModelCard:
    """Maps the JSON of a card, in the shape of ``GET /v1/models/{id}``, to its values."""
    rows = tuple(_map_price_row(row) for row in raw["pricing_rows"])
    rate = {row.name: row.rate for row in rows}
    return ModelCard(
        id=raw["id"],
        display_name=raw["display_name"],
        description=raw["description"],
        context_tokens=raw["context_length"],
        max_output_tokens=raw["max_output_tokens"],
        input_modalities=tuple(raw["input_modalities"]),
        output_modalities=tuple(raw["output_modalities"]),
        endpoints=tuple(raw["supported_endpoints"]),
        features=tuple(raw["features"]),
        not_supported=tuple(raw["not_supported"]),
        prices=Prices(
            input=rate["input"] / _MILLION,
            cached=rate["cached"] / _MILLION,
            output=rate["output"] / _MILLION,
            search=rate["search"],
        ),
        price_rows=rows,
        prices_read_on=raw["pricing_read_on"],
        parameters={entry["name"]: _map_parameter(entry) for entry in raw["supported_parameters"]},
        raw=raw,
    )


def _map_parameter(entry: dict[str, Any]) -> Parameter:
    return Parameter(**{**entry, "options": tuple(entry.get("options", ()))})


def _map_price_row(row: dict[str, Any]) -> PriceRow:
    was = row["was"]
    return PriceRow(row["name"], row["charge"], row["spec"], Decimal(row["rate"]), Decimal(was) if was else None)
