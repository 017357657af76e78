"""Dates and times as the reader's own clock has them: in the time zone that the browser reports."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def zone() -> tzinfo:
    """The browser's time zone; UTC where it reports none, or one that is not known here."""
    name = st.context.timezone
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def zone_name() -> str:
    """What the zone is called, such as Europe/Berlin."""
    found = zone()
    return found.key if isinstance(found, ZoneInfo) else "UTC"


def written(at: float, form: str) -> str:
    """A time, in seconds since 1970, as `form` of `strftime` says, by the reader's clock."""
    return datetime.fromtimestamp(at, zone()).strftime(form)
