"""What every wire reads the same way: the model and switches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.core.card import ModelCard
from components.gateway.errors import GatewayError, bad_request


def read_model(body: Mapping[str, Any], card: ModelCard) -> str:
    """The model asked for. Raises: GatewayError 400 when it is missing, 404 when it is not the card's."""
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise bad_request("'model' is required and must be a string.", "model")
    if model != card.id:
        raise GatewayError(404, "model_not_found", f"The model {model!r} does not exist.", param="model")
    return model


def read_flag(body: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """A switch; null and absent mean `default`. Raises: GatewayError 400 for anything but true or false."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise bad_request(f"'{name}' must be a boolean, got {value!r}.", name)
    return default if value is None else value
