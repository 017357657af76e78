"""The whole app under Streamlit's own test harness: each test gets a process as new as at its first page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from components.history.store import open_store
from components.ui import resources

APP = Path(__file__).parents[2] / "app.py"

OpenApp = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def components_looked_for_once() -> Iterator[None]:
    """A server looks through all installed packages for components when it starts; the harness does so at every run of
    a page, which takes as long as most pages do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def empty_history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tables of an empty history: to copy it takes a hundredth of the time of making them."""
    folder = tmp_path_factory.mktemp("empty-history")
    open_store(None, folder).close()
    return folder


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty_history: Path) -> Iterator[OpenApp]:
    """Opens the app at its first page: ``open_app(EMPIRIOLABS_BASE_URL="...")``, or at a conversation by its id.
    Unless told otherwise the simulator answers at once and the history is empty. Both are closed afterwards."""
    st.cache_resource.clear()
    start_pages = PagesManager.__init__

    def as_after_the_first_page(manager: PagesManager, *args: object, **options: object) -> None:
        # The harness forgets at every run that the app calls `st.navigation`, and would run a file of `pages/` alone.
        # A server remembers it from its first page on; `tests/e2e` looks at that first page.
        start_pages(manager, *args, **options)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", as_after_the_first_page)

    # The harness draws no part of a page by itself: what is attached has been read when a run of the page ends.
    monkeypatch.setattr("components.ui.tray.uploads.PATIENCE_S", 60.0)
    # Nor does it end: what sessions leave behind is looked at where a test is about it.
    monkeypatch.setattr("components.ui.presence.Presence.leave", lambda presence: None)
    shutil.copytree(empty_history, tmp_path, dirs_exist_ok=True)
    defaults = {"PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND": "0", "PLAYGROUND_DATA_DIR": str(tmp_path)}

    def start(*, conversation: str = "", **environment: str) -> AppTest:
        for name, value in {**defaults, **environment}.items():
            monkeypatch.setenv(name, value)
        app = AppTest.from_file(str(APP), default_timeout=30)
        if conversation:
            app.query_params["conversation"] = conversation
        return app.run()

    yield start
    st.cache_resource.clear()


@pytest.fixture
def app(open_app: OpenApp) -> AppTest:
    """The playground with the simulator."""
    return open_app()


@pytest.fixture
def ask() -> Callable[..., AppTest]:
    """Sends a prompt and returns when the reply has ended: ``ask(app, "Hello")``."""

    def send(app: AppTest, prompt: str) -> AppTest:
        app.chat_input(key="composer").set_value(prompt).run()
        assert not app.exception
        return app

    return send


@pytest.fixture(scope="session")
def talks() -> dict[tuple[str, ...], tuple[Path, str]]:
    """Prompts -> a folder with the history of who asked them one after the other, and the conversation's id."""
    return {}


@pytest.fixture
def open_talk(
    open_app: OpenApp,
    ask: Callable[..., AppTest],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    talks: dict[tuple[str, ...], tuple[Path, str]],
) -> Callable[..., AppTest]:
    """Opens the app at a conversation: ``open_talk("Hello", "And then?")``. The first test that wants it asks; the
    others find it in their history, which takes a fourth of the time."""

    def start(*prompts: str) -> AppTest:
        if prompts not in talks:
            app = open_app()
            for prompt in prompts:
                ask(app, prompt)
            assert resources.history_writer().flush(), resources.history_writer().problem
            found = app.query_params["conversation"]
            st.cache_resource.clear()  # closes the history: all of it is in its file
            talks[prompts] = (
                Path(shutil.copytree(tmp_path, tmp_path_factory.mktemp("talk"), dirs_exist_ok=True)),
                found if isinstance(found, str) else found[0],
            )
        folder, conversation = talks[prompts]
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
        app = open_app(conversation=conversation)
        assert not app.exception and len(app.chat_message) == len(prompts)
        return app

    return start


def choose_in_menu(app: AppTest, words: str) -> AppTest:
    """Chooses from the menu in the header, by some of the words of the entry."""
    menu = app.menu_button(key="menu")
    menu.click(next(option for option in menu.options if words in option)).run()
    assert not app.exception
    return app


@pytest.fixture
def attach() -> Callable[..., AppTest]:
    """Puts files into the uploader, all in one go: ``attach(app, ("china.jpg", data), ...)``."""

    def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
        for name, data in files:
            app.file_uploader[0].upload(name, data)
        app.run()
        assert not app.exception
        return app

    return upload


@pytest.fixture
def talk(open_talk: Callable[..., AppTest]) -> AppTest:
    """A conversation of three turns."""
    return open_talk("What is 2 + 3?", "What is 4 + 5?", "What is 6 + 7?")


@pytest.fixture
def sweep(open_app: OpenApp, tmp_path: Path) -> AppTest:
    """The sweep's page, empty, with a limit that no sweep of a test meets."""
    app = open_app(PLAYGROUND_REQUESTS_PER_MINUTE="100000", PLAYGROUND_DATA_DIR=str(tmp_path))
    app.switch_page("pages/sweep.py").run()
    assert not app.exception
    return app
