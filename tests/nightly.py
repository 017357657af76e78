"""Tests that look at the same in several ways: some with every change, the others by night."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest


def by_night(values: Iterable[object], *, always: int) -> list[object]:
    """The values of a parameter; those behind the first `always` are left to `.ci/nightly`."""
    listed = list(values)
    return [*listed[:always], *(pytest.param(value, marks=pytest.mark.nightly) for value in listed[always:])]


def many(examples: int) -> int:
    """So many examples of hypothesis by night and on one's own machine, where each run tries others. With every change
    a fifth, but no fewer than 25: `.ci/run` tries the same ones each time."""
    return min(examples, max(25, examples // 5)) if os.environ.get("CI") and not os.environ.get("NIGHTLY") else examples
