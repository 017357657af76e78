"""One browser for all tests of this folder, and the app as it is really started.

Browser, tab and servers last as long as the tests do: the process of a tab has Streamlit's scripts compiled, and a cold
page costs four times the processor time of a warm one, a server as much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

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
def context(browser: Browser) -> Iterator[BrowserContext]:
    """The profile that all tabs share."""
    with browser.new_context() as context:
        yield context


@pytest.fixture(scope="session")
def simulated() -> Iterator[AppServer]:
    """The app with its simulator, slow enough to watch: 300 tokens a second."""
    with AppServer(PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND="300") as server:
        yield server


@pytest.fixture(scope="session")
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
def open_page(context: BrowserContext) -> Iterator[OpenPlayground]:
    """Opens the page, as wide as a desktop's unless told otherwise: ``open_page(simulated, width=390)``. The first of a
    test is in the tab of the test before, which is empty; each other has a tab of its own.

    In the end it must have been shown, told and given no key, and have asked no other machine for anything. What it
    left in the profile goes with it. Its user wants little motion, which saves time, unless told otherwise.
    """
    empty = context.pages
    with ExitStack() as after:
        after.callback(forget, context)
        watch = Watch(context)
        after.callback(watch.close)
        after.callback(watch.check)

        def open(
            server: AppServer,
            path: str = "/",
            width: int = 1440,
            height: int = 900,
            color_scheme: Literal["light", "dark"] = "light",
            reduced_motion: Literal["reduce", "no-preference"] = "reduce",
        ) -> Playground:
            page = empty.pop() if empty else context.new_page()
            page.bring_to_front()
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
            return Playground(page, server.url).open(path)

        yield open


def forget(context: BrowserContext) -> None:
    """Closes all tabs but one, which it empties, and leaves the profile as it was before them; its cache stays."""
    for page in context.pages:
        page.unroute_all()
        if page.url.startswith("http"):
            # The app stores what was typed once more when its page is left.
            page.evaluate("Storage.prototype.setItem = () => {}; localStorage.clear(); sessionStorage.clear()")
        page.goto("about:blank")
    for page in context.pages[1:]:
        page.close()
    context.unroute_all()
    context.clear_cookies()
    context.clear_permissions()
