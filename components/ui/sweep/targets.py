"""The models that a sweep varies, with the connections that this session may use for them."""

from __future__ import annotations

from collections.abc import Iterable

from components.api.connection import Connection
from components.core.card import same_address
from components.tuning.plan import Plan
from components.tuning.setup_axes import MODEL, SIMULATOR, Target, Targets, read_targets
from components.ui import resources


def targets_of(values: Iterable[str]) -> Targets:
    """Values of the axis `model` -> who is asked. A key is sent only to the address that it was given for."""
    base = Target(resources.connection(), resources.model(), resources.card())
    return read_targets(values, base, _connect, resources.card_of)


def targets_of_plan(plan: Plan) -> Targets:
    """The same for all ways of asking of a plan."""
    return targets_of(dict.fromkeys(variant.setup[MODEL] for variant in plan.variants if MODEL in variant.setup))


def _connect(address: str, model: str) -> Connection:
    own = resources.connection()
    if address == SIMULATOR or (not address and own.simulated):
        return resources.simulated_connection(model)
    if not address:
        return own
    for known in (own, resources.started_connection()):
        if not known.simulated and same_address(known.base_url, address):
            return known
    return Connection(address.rstrip("/"), None, public_only=not resources.may_ask_private_addresses())
