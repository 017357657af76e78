"""A runner with short waits, closed after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from components.runs.runner import Runner

StartRunner = Callable[..., Runner]


@pytest.fixture
def start_runner() -> Iterator[StartRunner]:
    """Makes a runner: ``start_runner(Timeouts(...), first_wait_s=..., limits=...)``."""
    with ExitStack() as runners:

        def start(timeouts: object = None, first_wait_s: float = 0.001, limits: object = None) -> Runner:
            return runners.enter_context(closing(Runner(timeouts, first_wait_s=first_wait_s, limits=limits)))

        yield start
