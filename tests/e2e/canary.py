"""A key that stands in the environment of every app that is started here, and must come out of none of them; and
requests, none of which may leave this machine."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Download, Frame, Page, Request, WebSocket

SECRET = "sk-empiriolabs-canary-5f3a9c71"
# Beside the app's own, keys of other programs, as they stand in the environment of whoever works with models.
ENVIRONMENT = {"OPENAI_API_KEY": SECRET, "ANTHROPIC_API_KEY": SECRET}


_HERE = ("127.0.0.1", "localhost", "::1")
# What a page names to be loaded: a browser fetches some of it, such as icons, where no listener hears of it.
_NAMED = """
() => [...document.querySelectorAll('link[href], [src], object[data], image[href], use[href]')]
  .map((element) => element.href?.baseVal ?? element.href ?? element.src ?? element.data)
  .filter(Boolean).map(String)
"""


class Watch:
    """Looks at all that the pages of a browser context are sent, where they go, and what is downloaded from them.

    `check` says in the end that no key and no request to another machine was seen; `close` ends the looking.
    """

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._downloads: list[Download] = []
        self._found: list[str] = []
        self._asked: list[str] = []
        self._listeners: dict[Any, Callable[[Any], None]] = {
            "websocket": self._on_websocket,
            "request": self._on_request,
            "framenavigated": self._on_frame,
            "console": self._on_console,
            "download": self._on_download,
        }
        context.on("page", self._attach)
        for page in context.pages:
            self._attach(page)

    def close(self) -> None:
        self._context.remove_listener("page", self._attach)
        for page in self._context.pages:
            for event, listener in self._listeners.items():
                page.remove_listener(event, listener)

    def _attach(self, page: Page) -> None:
        for event, listener in self._listeners.items():
            page.on(event, listener)

    def _on_websocket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: self._look("a message", data))

    def _on_request(self, request: Request) -> None:
        self._look("an address", request.url)
        self._asked.append(request.url)

    def _on_frame(self, frame: Frame) -> None:
        self._look("an address", frame.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        self._look("the console", message.text)

    def _on_download(self, download: Download) -> None:
        self._downloads.append(download)

    def _look(self, where: str, what: str | bytes) -> None:
        if SECRET.encode() in (what if isinstance(what, bytes) else what.encode("utf-8", "replace")):
            self._found.append(where)

    def check(self) -> None:
        """Fails if the key was seen or another machine asked; to be called while the context is open."""
        for page in self._context.pages:
            self._asked += page.evaluate(_NAMED)
            self._look(f"the page at {page.url}", page.content())
            self._look("the page's storage", page.evaluate("JSON.stringify([localStorage, sessionStorage])"))
        for download in self._downloads:
            self._look(f"the download {download.suggested_filename}", contents(Path(download.path())))
        assert not self._found, f"the key was found in {', '.join(dict.fromkeys(self._found))}"
        elsewhere = sorted({address for address in self._asked if _is_elsewhere(address)})
        assert not elsewhere, f"other machines were asked for {', '.join(elsewhere)}"


def _is_elsewhere(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in _HERE


def check_folder(folder: Path) -> None:
    """Fails if a file of the folder holds the key, such as a database or its log."""
    found = [path.name for path in folder.rglob("*") if path.is_file() and SECRET.encode() in contents(path)]
    assert not found, f"the key was found in {', '.join(found)}"


def contents(path: Path) -> bytes:
    """What is in the file; of a zip, what is in its files."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"\0".join(archive.read(name) for name in archive.namelist())
