"""One browser for all tests of this folder, a page of its own for each, and the app as it is really started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import FLAGS
from tests.e2e.app_server import AppServer, Stage
from tests.e2e.canary import Watch
from tests.e2e.playground import PATIENCE_MS, Playground

OpenPlayground = Callable[..., Playground]


@pytest.fixture(scope="package")
def browser(chromium_path: str) -> Iterator[Browser]:
    # Closed with the folder: while Playwright is up, its event loop counts as running in this thread.
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def simulated() -> Iterator[AppServer]:
    """The app with its simulator, slow enough to watch: 150 tokens a second."""
    with AppServer(PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND="150") as server:
        yield server


@pytest.fixture(scope="package")
def stage_and_server() -> Iterator[tuple[Stage, AppServer]]:
    stage = Stage()
    with AppServer(EMPIRIOLABS_BASE_URL=stage.url) as server:
        yield stage, server
    stage.close()


@pytest.fixture
def stage(stage_and_server: tuple[Stage, AppServer]) -> Stage:
    """The API that `scripted` asks; a test says with `play` what it answers."""
    return stage_and_server[0]


@pytest.fixture
def scripted(stage_and_server: tuple[Stage, AppServer]) -> AppServer:
    """The app that asks the `stage`, with a key that must never be seen."""
    return stage_and_server[1]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPlayground]:
    """Opens a page of its own, as wide as a desktop's unless told otherwise: ``open_page(simulated, width=390)``.

    In the end it must have been shown, told and given no key.
    """
    with ExitStack() as contexts:

        def open(
            server: AppServer, path: str = "/", width: int = 1440, height: int = 900, **options: str
        ) -> Playground:
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            contexts.callback(context.close)
            contexts.callback(Watch(context).check)
            return Playground(context.new_page(), server.url).open(path)

        yield open
