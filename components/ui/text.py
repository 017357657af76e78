"""Values as text that is shown."""

from __future__ import annotations

import json


def as_json(value: object) -> str:
    """JSON laid out for reading."""
    return json.dumps(value, indent=2, ensure_ascii=False)
