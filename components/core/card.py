"""`ModelCard`: what is known about one model at one address. It travels with every request and with its run's record.

The JSON of a card has the shape of ``GET /v1/models/{id}``; what only this app reads is under ``playground``.
Unknown is None or empty: a limit or a price that nobody has stated is never another model's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import urlsplit

from components.core.usage import Prices

ParameterValue = float | int | bool | str | tuple[str, ...]
ParameterType = Literal["number", "integer", "boolean", "enum", "string"]

OWN = "playground"
"""The key, in a card and in each of its parameters, of the fields that this app adds to the API's."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What "Try it" sets: parameter values and a prompt. `shows`: what to look at, in one sentence."""

    values: Mapping[str, ParameterValue]
    prompt: str = "Invent five names for a small café by the sea."
    shows: str = "Send it with this value and without: how do the answers differ?"


@dataclass(frozen=True, slots=True)
class ContrastSpec:
    """How the probe tries a parameter: `sides` are the two sets of values, sent beside `base`.

    `judge` names the rule that compares the replies (see `components.tuning.probe`). `most_n`: more calls of each side
    would tell no more; None leaves it to the probe.
    """

    sides: tuple[Mapping[str, ParameterValue], Mapping[str, ParameterValue]]
    judge: str = "differs"
    prompt: str = "Describe a walk through a small town that nobody has heard of, in about 120 words."
    base: Mapping[str, ParameterValue] = field(default_factory=dict)
    most_n: int | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a model. Fields that have no meaning for its `type` are None or empty.

    `min`, `max`: both ends allowed; None: no end is known. `default`: what the API assumes when the field is omitted;
    None means that the API has none, or does not say. `max_items`: a `string` parameter takes up to that many strings.
    `advised_item_bytes`: longer items are warned about, never refused (the upstream limit, not the gateway's).
    `applies_when`: the parameter has a meaning only while these others have these values. `turns_thinking_off`: the
    value at which the model does not think; None: it has no say in that.

    `fields`: wire -> where in the body the value goes, with dots between the names of nested objects, None where the
    wire has no place for it; a wire that is not in it uses its own name for the parameter. `trial`, `sweep` (values
    as typed) and `contrast` are None or empty where the card leaves them to the app: see `components.params.trying`.
    """

    name: str
    label: str
    type: ParameterType
    default: float | int | bool | str | None = None
    group: str = "Other"
    description: str = ""
    hint: str = ""
    min: float | None = None
    max: float | None = None
    step: float | None = None
    options: tuple[str, ...] = ()
    max_items: int | None = None
    advised_item_bytes: int | None = None
    applies_when: Mapping[str, ParameterValue] = field(default_factory=dict)
    turns_thinking_off: ParameterValue | None = None
    fields: Mapping[str, str | None] = field(default_factory=dict)
    trial: Trial | None = None
    sweep: str = ""
    contrast: ContrastSpec | None = None

    @property
    def range(self) -> str:
        """The allowed values in words, e.g. ``0 to 2``, ``up to 4 strings``, ``on or off``."""
        match self.type:
            case "number" | "integer":
                return self._number_range()
            case "enum":
                return ", ".join(self.options)
            case "string":
                return "any strings" if self.max_items is None else f"up to {self.max_items} strings"
            case "boolean":
                return "on or off"

    def _number_range(self) -> str:
        form = "g" if self.type == "number" else ","
        if self.min is not None and self.max is not None:
            return f"{self.min:{form}} to {self.max:{form}}"
        if self.min is not None:
            return f"{self.min:{form}} or more"
        if self.max is not None:
            return f"up to {self.max:{form}}"
        return "any number" if self.type == "number" else "any whole number"

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
        texts = [self.description, f"Range: {self.range}. Default: {self.default_text}.", self.hint]
        return "\n\n".join(filter(None, texts))


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
    """The whole card. `raw` is its JSON, for whoever serves or stores it.

    `context_tokens`, `max_output_tokens`: None where no limit is known. `learned`: which of the two the server itself
    stated; they go before the documented ones. `base_urls`: the only addresses the card is about; empty: wherever a
    model of its id answers. `ids`: further ids and patterns (``kimi-k2.*``) that it is about. `known`: whether the card
    is about this model, rather than about any server of these formats. `home`: the address whose prices these are;
    empty: the card's prices hold wherever it does.
    """

    id: str
    display_name: str
    parameters: Mapping[str, Parameter]
    prices: Prices = Prices()
    description: str = ""
    provider: str = ""
    region: str = ""
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    input_modalities: tuple[str, ...] = ()
    output_modalities: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    not_supported: tuple[str, ...] = ()
    price_rows: tuple[PriceRow, ...] = ()
    prices_read_on: str = ""
    ids: tuple[str, ...] = ()
    base_urls: tuple[str, ...] = ()
    known: bool = True
    home: str = ""
    learned: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def defaults(self) -> dict[str, float | int | bool | str | None]:
        """Parameter name -> documented default."""
        return {parameter.name: parameter.default for parameter in self.parameters.values()}

    def default_of(self, name: str) -> float | int | bool | str | None:
        """The documented default of a parameter; None where it has none, or the card has no such parameter."""
        parameter = self.parameters.get(name)
        return None if parameter is None else parameter.default

    @property
    def cost_is_bounded(self) -> bool:
        """Whether it can be told beforehand what a call costs at most: there are prices, and a limit to the tokens."""
        return self.prices.known and self.context_tokens is not None

    @property
    def thinking_switch(self) -> Parameter | None:
        """The first parameter that can switch thinking off; None where there is none."""
        return next((one for one in self.parameters.values() if one.turns_thinking_off is not None), None)

    def thinking_is_off(self, values: Mapping[str, Any]) -> bool:
        """Whether these values switch thinking off, on their own or by the defaults of what is not among them."""
        return any(
            parameter.turns_thinking_off is not None
            and values.get(parameter.name, parameter.default) == parameter.turns_thinking_off
            for parameter in self.parameters.values()
        )

    def with_limits(self, *, context_tokens: int | None = None, max_output_tokens: int | None = None) -> ModelCard:
        """The card with limits that the server stated; None leaves one as it is."""
        limits = {"context_length": context_tokens, "max_output_tokens": max_output_tokens}
        limits = {name: value for name, value in limits.items() if value is not None}
        if not limits:
            return self
        return replace(
            self,
            context_tokens=self.context_tokens if context_tokens is None else context_tokens,
            max_output_tokens=self.max_output_tokens if max_output_tokens is None else max_output_tokens,
            learned=tuple(sorted({*self.learned, *limits})),
            raw={**self.raw, **limits, OWN: {**self.raw.get(OWN, {}), "learned": sorted({*self.learned, *limits})}},
        )

    def at(self, base_url: str | None) -> ModelCard:
        """The card as it holds at an address; None: the simulator's, which plays the card as it is.

        A model of the same id elsewhere has the same parameters and limits, but its host asks its own prices.
        """
        if base_url is None or not self.home or same_address(base_url, self.home):
            return self
        raw = {name: value for name, value in self.raw.items() if name not in _OF_THE_HOST}
        return replace(self, prices=Prices(), price_rows=(), prices_read_on="", region="", raw=raw)

    def public(self) -> dict[str, Any]:
        """The card's JSON as an API serves it: without what only this app reads."""
        shown = {name: value for name, value in self.raw.items() if name != OWN}
        shown["supported_parameters"] = [
            {name: value for name, value in entry.items() if name != OWN} for entry in shown["supported_parameters"]
        ]
        return shown


_OF_THE_HOST = frozenset({"pricing", "pricing_rows", "pricing_read_on", "served_from", "native_inference"})


def same_address(one: str, other: str) -> bool:
    """Whether two base URLs lead to the same place: case, a usual port, a last slash and `/v1` make no difference."""
    return _address(one) == _address(other)


def _address(url: str) -> tuple[str, str | None, int | None, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # mistyped: it leads nowhere
        return url, None, None, ""
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, usual if port is None else port, parts.path.rstrip("/").removesuffix("/v1")


NO_CARD = ModelCard("", "the model", {})
"""Of a request about whose model nothing is known: no parameters, no limits, no prices."""
