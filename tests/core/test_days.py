"""Days of a time zone, with the hours that they really have."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.days import day_of, offsets, span_of

ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
).map(ZoneInfo)
TIMES = st.floats(1.5e9, 2.0e9)


@pytest.mark.parametrize(("day", "hours"), [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25), (date(2025, 6, 1), 24)])
def test_a_day_on_which_clocks_are_changed_has_23_or_25_hours(day, hours):
    begin, end = span_of(day, day, ZoneInfo("Europe/Berlin"))
    assert end - begin == hours * 3600


@given(TIMES, TIMES, ZONES)
def test_the_offsets_say_the_day_of_any_time_between(one, other, zone):
    since, until = sorted((one, other))
    found = offsets(zone, since, until)
    assert found[0][0] == since and [at for at, _ in found] == sorted(at for at, _ in found)
    for at in (since, until, (since + until) / 2, *(at for at, _ in found if at <= until)):
        offset = next(offset for begin, offset in reversed(found) if begin <= at)
        assert day_of(int((at + offset) // 86_400)) == datetime.fromtimestamp(at, zone).date()


def test_utc_has_one_offset():
    assert offsets(UTC, 0, 2e9) == [(0, 0)]
