"""Values as text that is shown."""

from __future__ import annotations

import json

from components.core.texts import whole_characters


def as_json(value: object) -> str:
    """JSON laid out for reading."""
    return whole_characters(json.dumps(value, indent=2, ensure_ascii=False))
