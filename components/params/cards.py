"""Which card is about which model: the cards that the app ships, those that the user adds, and what a server tells.

One JSON file a model, in `cards/` beside this file and in the user's own folder; nothing else names a model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from components.core.card import OWN, ModelCard, same_address
from components.params.card import card_from, read_card

USERS_FOLDER = "cards"
"""The user's own cards lie in a folder of this name in the data folder."""

_SHIPPED = Path(__file__).with_name("cards")
# What servers call the most tokens that prompt and reply may have together. llama.cpp and its kin state what the server
# was started with as `n_ctx`; LM Studio what the loaded model has, beside the most it could have; vLLM `max_model_len`.
_CONTEXT = (
    *("loaded_context_length", "n_ctx", "max_model_len"),
    *("context_length", "context_window", "max_context_length"),
)
_MAX_OUTPUT = ("max_output_tokens", "max_completion_tokens")
# Where among the fields of a listed model such limits may be: llama.cpp's `meta`, a router's `top_provider`.
_PLACES = ("meta", "top_provider", "limits")


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards that are there, the user's before those of the app. `problems`: a sentence for each broken file."""

    cards: tuple[ModelCard, ...]
    problems: tuple[str, ...] = ()

    def for_model(self, id: str, base_url: str | None = None) -> ModelCard:
        """The card of a model at an address; None: wherever the app asks by itself, which is the simulator.

        A card that names the address goes before one that does not, one of exactly this id before a pattern, the
        user's before the app's. Where none is about the model, the card of any compatible server is given, with the
        model's id and without limits and prices. Prices hold at the addresses of their card only.
        """
        about = [(_rank(card, id, base_url), index, card) for index, card in enumerate(self.cards)]
        rank, _, found = min((entry for entry in about if entry[0] is not None), key=lambda entry: entry[:2])
        assert rank is not None  # the card of any server is about every model
        if found.id != id:
            found = replace(found, id=id, display_name=id, raw={**found.raw, "id": id, "display_name": id})
        return found.at(base_url)

    @property
    def default(self) -> ModelCard:
        """The card of the model that is asked where nobody chose one."""
        return next(card for card in self.cards if card.raw.get(OWN, {}).get("default"))


def read_cards(folder: Path | None = None) -> Cards:
    """The app's cards and those of the user's folder, which need not be there. A broken file is named and left out."""
    shipped = _shipped()
    if folder is None:
        return Cards(shipped)
    cards: list[ModelCard] = []
    problems: list[str] = []
    try:
        files = sorted(folder.glob("*.json"))
    except OSError as error:
        files = []
        problems.append(f"The folder of model cards cannot be read: {error.strerror}.")
    for file in files:
        try:
            cards.append(_without_rank(read_card(json.loads(file.read_text(encoding="utf-8-sig")))))
        except (OSError, ValueError, RecursionError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            if isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
                why = f"it is not JSON ({error})"
            problems.append(f"The model card {file.name} is left out: {str(why).rstrip('.')}.")
    return Cards((*cards, *shipped), tuple(problems))


def default_card() -> ModelCard:
    """The shipped card of the model that is asked where nobody chose one."""
    return Cards(_shipped()).default


def listed_model(listing: object, id: str) -> Mapping[str, Any]:
    """What a listing says of one model; empty where it does not list it. Some servers give the bare list."""
    listed = listing.get("data") if isinstance(listing, Mapping) else listing
    entries = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    return next((entry for entry in entries if entry.get("id") == id), {})


def limits_in(fields: Mapping[str, Any]) -> dict[str, int | None]:
    """The limits among the fields that a server gave of a model, as `ModelCard.with_limits` takes them."""
    return {"context_tokens": _first(fields, _CONTEXT), "max_output_tokens": _first(fields, _MAX_OUTPUT)}


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    objects = [fields, *(found for name in _PLACES if isinstance(found := fields.get(name), Mapping))]
    counts = (found.get(name) for name in names for found in objects)
    return next((count for count in counts if type(count) is int and count > 0), None)


def _rank(card: ModelCard, id: str, url: str | None) -> tuple[bool, int] | None:
    """How closely a card is about a model, the least being the closest; None: not at all."""
    if card.base_urls and (url is None or not any(same_address(url, one) for one in card.base_urls)):
        return None
    exactness = next(_matches(card, id), None)
    return None if exactness is None else (not card.base_urls, exactness)


def _matches(card: ModelCard, id: str) -> Iterator[int]:
    if card.id == id or id in card.ids:
        yield 0
    if any(fnmatchcase(id, pattern) for pattern in card.ids):
        yield 1
    if not card.known:
        yield 2


def _without_rank(card: ModelCard) -> ModelCard:
    """A card of the user's is never the app's default: `PLAYGROUND_MODEL` says who is asked."""
    own = {name: value for name, value in card.raw.get(OWN, {}).items() if name not in ("default", "learned")}
    return replace(card, learned=(), raw={**card.raw, OWN: own})


@cache
def _shipped() -> tuple[ModelCard, ...]:
    files = sorted(_SHIPPED.glob("*.json"))
    return tuple(card_from(json.loads(file.read_text(encoding="utf-8"))) for file in files)
