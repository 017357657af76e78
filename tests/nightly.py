"""Tests that look at the same in several ways: some with every change, the others by night."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def by_night(values: Iterable[object], *, always: int) -> list[object]:
    """The values of a parameter; those behind the first `always` are left to `.ci/nightly`."""
    listed = list(values)
    return [*listed[:always], *(pytest.param(value, marks=pytest.mark.nightly) for value in listed[always:])]
