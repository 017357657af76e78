"""Calendar days of a time zone as spans of time: a day has 23, 24 or 25 hours, as its clocks are changed.

Times are seconds since 1970 (UTC). Nothing here knows whose zone it is.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

_DAY_S: Final = 86_400
# `date.toordinal` of 1970-01-01.
_FIRST: Final = date(1970, 1, 1).toordinal()


def span_of(first: date, last: date, zone: tzinfo) -> tuple[float, float]:
    """When the first day begins and the one after the last begins."""
    begin, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    return begin.timestamp(), end.timestamp()


def day_of(number: int) -> date:
    """The day of that number since 1970-01-01, which is day 0."""
    return date.fromordinal(_FIRST + number)


def offsets(zone: tzinfo, since: float, until: float) -> list[tuple[float, int]]:
    """What is to be added to a time to have the zone's clock, in seconds, from which time on: the earliest first.

    The first one holds from `since` on; the others begin where clocks were changed up to `until`.
    """
    found = [(since, _offset(zone, since))]
    at = since
    while at < until:
        later = min(at + _DAY_S, until)
        if _offset(zone, later) != found[-1][1]:
            found.append(_change(zone, at, later))
        at = later
    return found


def _change(zone: tzinfo, before: float, after: float) -> tuple[float, int]:
    """Finds the second between the two at which the offset changes; clocks are changed at whole seconds."""
    low, high = int(before), int(after) + 1
    old = _offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == old:
            low = middle
        else:
            high = middle
    return float(high), _offset(zone, high)


def _offset(zone: tzinfo, at: float) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())
