"""Typical temperatures of a few cities, so that the weather example says something true without a connection.

Means of January and July in degrees Celsius, rounded from the usual climate tables (1991 to 2020); the months
between follow a cosine.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

_MEANS = {
    "amsterdam": (3.7, 18.3),
    "athens": (10.3, 29.0),
    "beijing": (-2.7, 27.2),
    "berlin": (1.2, 20.0),
    "buenos aires": (24.9, 11.0),
    "cairo": (14.0, 28.5),
    "chicago": (-3.2, 24.6),
    "delhi": (13.9, 31.2),
    "istanbul": (6.5, 24.7),
    "lagos": (27.5, 25.4),
    "lisbon": (11.8, 23.6),
    "london": (5.7, 18.9),
    "los angeles": (14.2, 22.3),
    "madrid": (6.5, 26.2),
    "mexico city": (14.6, 17.6),
    "moscow": (-6.2, 19.7),
    "mumbai": (24.4, 27.9),
    "nairobi": (19.3, 16.6),
    "new york": (1.0, 25.3),
    "oslo": (-2.9, 17.7),
    "paris": (5.4, 21.2),
    "rome": (8.0, 25.6),
    "san francisco": (11.0, 16.3),
    "singapore": (26.8, 28.2),
    "stockholm": (-1.0, 18.7),
    "sydney": (23.7, 13.2),
    "tokyo": (5.4, 25.7),
    "toronto": (-3.5, 22.3),
    "vienna": (1.2, 21.6),
    "zurich": (1.0, 19.4),
}


def typical_weather(city: str, unit: str, today: date | None = None) -> dict[str, Any]:
    """The mean temperature of `city` for the month, and that it is no forecast. `unit`: celsius or fahrenheit.

    Raises: ValueError, with one sentence, for a city or a unit that is not known.
    """
    if unit not in ("celsius", "fahrenheit"):
        raise ValueError(f"`unit` must be celsius or fahrenheit, not {unit!r}")
    means = _MEANS.get(city.partition(",")[0].strip().lower())
    if means is None:
        raise ValueError(f"{city!r} is not in the example's table of {len(_MEANS)} cities, such as Paris or Tokyo")
    month = (today or datetime.now(UTC).date()).month
    january, july = means
    mean = (january + july) / 2 + (january - july) / 2 * math.cos((month - 1) / 6 * math.pi)
    degrees = mean if unit == "celsius" else mean * 9 / 5 + 32
    return {
        "city": city,
        "temperature": round(degrees, 1),
        "unit": unit,
        "note": "Example data: the typical mean of this month, not a forecast.",
    }
