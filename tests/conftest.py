"""What tests of several folders share: media, a scripted server, a browser, and a clean environment."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.browser import find_browser
from tests.nightly import many
from tests.raw_server import RawServer, Script

_BROWSER = "tests/e2e/"

# A key or an endpoint of the person who runs the tests must not decide what they test, nor be billed by them.
for name in list(os.environ):
    if name.startswith(("EMPIRIOLABS_", "PLAYGROUND_")):
        del os.environ[name]

# No deadline: the machine may be busy. No database: a run leaves nothing behind and does not depend on the last one.
settings.register_profile(
    "playground", max_examples=many(100), deadline=None, database=None, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("playground")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser"):
            # Two cores drive browser, app and test: what fails once is tried again, and the summary says so.
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: not item.nodeid.startswith(_BROWSER))  # what takes longest begins first


class _Files(LoadFileScheduling):
    """Keeps the tests of a file in one process, and those in the browser: they share one server and one browser."""

    def _split_scope(self, nodeid: str) -> str:
        return _BROWSER if nodeid.startswith(_BROWSER) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _Files | None:
    return _Files(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """What has been imported by now stays: the collector need not look through it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says why a test was tried again: with the reason alone it can be mended."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.write_sep("_", f"tried again: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


@pytest.fixture(scope="session")
def media_dir() -> Path:
    """The folder of the sample picture and clip."""
    return Path(__file__).parent / "fixtures" / "media"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser that the machine has; without one the test is skipped, or fails with `REQUIRE_BROWSER=1`."""
    return find_browser()


@pytest.fixture
def serve() -> Iterator[Callable[..., RawServer]]:
    """Starts a server that plays the given scripts, one a connection: ``serve([send(b"..."), close()])``."""
    with ExitStack() as servers:

        def start(*scripts: Script) -> RawServer:
            return servers.enter_context(RawServer(*scripts))

        yield start
