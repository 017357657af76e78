"""The search and the filters of the history page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args

import streamlit as st

from components.api.wires.registry import WIRES
from components.core.card import Parameter
from components.core.days import span_of
from components.history.imported import IMPORTED
from components.history.listing import Filter
from components.history.search import Field
from components.params.choices import value_text
from components.ui import resources
from components.ui.reader_time import zone, zone_name
from components.ui.state import Key, set_widget

_RUN_STATUSES = ("done", "stopped", "failed", "interrupted")
# What started a run -> its name here.
_KIND_NAMES = {
    "chat": "chat",
    "compare": "comparison",
    "sweep": "sweep",
    "judge": "judge of a sweep",
    IMPORTED: "import",
}
# The page's address holds the value of each widget, under its key.
_BOUND: Literal["query-params"] = "query-params"
_SEARCH = Key[str]("history-search")
_FIELDS = Key[list[Field]]("history-fields")
_DAYS = Key[object]("history-days")
_WIRES = Key[list[str]]("history-wires")
_STATUSES = Key[list[str]]("history-statuses")
_KINDS = Key[list[str]]("history-kinds")
_JUDGED = Key[bool]("history-judged")
_PARAMETER = Key[str | None]("history-parameter")
_LEAST = Key[float | None]("history-least")
_MOST = Key[float | None]("history-most")
_PICTURES = Key[str | None]("history-pictures")
_RATED = Key[str | None]("history-rated")
_TAG = Key[str | None]("history-tag")
_STARRED = Key[bool]("history-starred")
# Key of each widget -> its value when it narrows nothing.
_EMPTY: Mapping[Key[Any], object] = {
    _SEARCH: "",
    _FIELDS: [],
    _DAYS: [],
    _WIRES: [],
    _STATUSES: [],
    _KINDS: [],
    _JUDGED: False,
    _PARAMETER: None,
    _LEAST: None,
    _MOST: None,
    _PICTURES: None,
    _RATED: None,
    _TAG: None,
    _STARRED: False,
}


def draw_filters(tags: list[str]) -> Filter:
    """Draws the search and the filters; `tags`: those to choose from. Returns what the list is narrowed to."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Search",
            key=_SEARCH,
            placeholder="Words of prompts, thinking and answers; quotes hold words together",
            icon=":material/search:",
            label_visibility="collapsed",
            bind=_BOUND,
        )
        with st.popover("Filters", icon=":material/filter_list:", key="history-filters"):
            fields: list[Field] = st.pills(
                "Search only in",
                list(get_args(Field)),
                selection_mode="multi",
                key=_FIELDS,
                bind=_BOUND,
            )
            narrowed = _draw_more(tags)
    return replace(narrowed, words=words, fields=tuple(fields))


def narrowed_by(narrowed: Filter) -> list[str]:
    """The names of the filters in use, to be shown outside the closed popover of the filters."""
    names = {
        "words": narrowed.words.strip(),
        "date": narrowed.since or narrowed.until,
        "endpoint": narrowed.wires,
        "status": narrowed.statuses,
        "origin": narrowed.kinds,
        "parameter": narrowed.parameters,
        "cost": narrowed.costs_at_least is not None or narrowed.costs_at_most is not None,
        "pictures": narrowed.pictures is not None,
        "rating": narrowed.rated is not None,
        "star": narrowed.starred,
        "tag": narrowed.tag,
    }
    return [name for name, given in names.items() if given]


def clear_filters() -> None:
    """Empties the search and every filter; for a callback."""
    for key, empty in _EMPTY.items():
        set_widget(key, empty)


def _draw_more(tags: list[str]) -> Filter:
    nothing: list[date | datetime | str | Literal["today"] | None] = []
    days = st.date_input(
        "Between", value=nothing, key=_DAYS, help=f"Days of {zone_name()}, your time zone", bind=_BOUND
    )
    wires = st.multiselect("Endpoint", list(WIRES), format_func=lambda name: WIRES[name].label, key=_WIRES, bind=_BOUND)
    statuses: list[str] = st.multiselect("Status", _RUN_STATUSES, key=_STATUSES, bind=_BOUND)
    kinds: list[str] = st.multiselect(
        "Asked from", list(_KIND_NAMES), format_func=_KIND_NAMES.__getitem__, key=_KINDS, bind=_BOUND
    )
    judged = st.toggle(
        "With the judge's calls",
        key=_JUDGED,
        disabled=bool(kinds),
        help="Those by which a sweep has answers scored.",
        bind=_BOUND,
    )
    name = st.selectbox(
        "Parameter",
        [name for name, parameter in _parameters().items() if parameter.type != "string"],
        index=None,
        placeholder="any",
        key=_PARAMETER,
        bind=_BOUND,
    )
    value = _draw_value(name) if name else None
    low, high = st.columns(2)
    least = low.number_input("Costs at least ($)", 0.0, value=None, format="%g", key=_LEAST, bind=_BOUND)
    most = high.number_input("Costs at most ($)", 0.0, value=None, format="%g", key=_MOST, bind=_BOUND)
    pictures = st.segmented_control("Pictures", ["with", "without"], key=_PICTURES, bind=_BOUND)
    rated = st.segmented_control("Rating", ["good", "bad"], key=_RATED, bind=_BOUND)
    tag = st.selectbox("Tag", tags, index=None, placeholder="any", key=_TAG, bind=_BOUND)
    starred = st.toggle("Only starred", key=_STARRED, bind=_BOUND)
    since, until = _between(days)
    return Filter(
        since=since,
        until=until,
        wires=tuple(wires),
        statuses=tuple(statuses),
        kinds=tuple(kinds),
        judged=judged,
        parameters={} if name is None or value is None else {name: value},
        costs_at_least=None if least is None else Decimal(str(least)),
        costs_at_most=None if most is None else Decimal(str(most)),
        pictures=None if pictures is None else pictures == "with",
        rated=None if rated is None else int(rated == "good"),
        starred=starred,
        tag=tag or "",
    )


def _parameters() -> dict[str, Parameter]:
    """The parameters of every card, as the history is of all models; of one name, the current model's."""
    every = [*resources.cards().cards, resources.card()]
    return {name: parameter for card in every for name, parameter in card.parameters.items()}


def _draw_value(name: str) -> float | bool | str | None:
    parameter, key = _parameters()[name], f"history-value-{name}"
    options: list[bool | str] = [True, False] if parameter.type == "boolean" else list(parameter.options)
    if options:
        chosen: bool | str | None = st.selectbox(
            "was sent as", options, index=None, format_func=value_text, key=key, bind=_BOUND
        )
        return chosen
    typed: float | None = st.number_input("was sent as", value=None, format="%g", key=key, bind=_BOUND)
    return typed


def _between(days: object) -> tuple[float | None, float | None]:
    chosen = [day for day in days if isinstance(day, date)] if isinstance(days, tuple) else []
    if not chosen:
        return None, None
    return span_of(chosen[0], chosen[-1], zone())
