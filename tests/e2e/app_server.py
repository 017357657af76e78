"""The app as its users start it, `streamlit run app.py`, on a free loopback port; and an API that a test scripts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from pathlib import Path

from tests.e2e.canary import ENVIRONMENT, SECRET, check_folder
from tests.raw_server import Exchange, RawServer, Script

ROOT = Path(__file__).parents[2]
_START_S = 60.0
# Many tests share a server, and a fast machine asks more than 50 times a minute, which is the account's usual limit.
_NO_LIMIT = {"PLAYGROUND_REQUESTS_PER_MINUTE": "100000", "PLAYGROUND_TOKENS_PER_MINUTE": "1000000000"}


class AppServer:
    """One process of the app, or of another script; `log` is all that it printed. Use as a context manager.

    Its history is empty at first and goes with it, unless `PLAYGROUND_DATA_DIR` names a folder. A key stands in its
    environment, and in the end neither its log nor its history holds it.
    """

    def __init__(self, app: str = "app.py", **environment: str) -> None:
        self._app = app
        self.url = f"http://127.0.0.1:{_free_port()}"
        self._folder = tempfile.TemporaryDirectory()
        own_key = {"EMPIRIOLABS_API_KEY": SECRET} if "EMPIRIOLABS_BASE_URL" in environment else {}
        self._environment = {"PLAYGROUND_DATA_DIR": self._folder.name, **ENVIRONMENT, **own_key, **environment}
        self._lines: list[str] = []
        self._may_end = False
        self._listening = threading.Event()

    @property
    def pid(self) -> int:
        return self._process.pid

    def expect_end(self) -> None:
        """Waits until the process has ended, which a test brought about."""
        self._process.wait(30)
        self._may_end = True

    @property
    def log(self) -> str:
        return "".join(self._lines)

    def __enter__(self) -> AppServer:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("EMPIRIOLABS_", "PLAYGROUND_"))
        }
        port = self.url.rpartition(":")[2]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", self._app, "--server.headless", "true"]
            + ["--server.port", port, "--server.address", "127.0.0.1"],
            cwd=ROOT,
            env={**inherited, "PYTHONFAULTHANDLER": "1", **_NO_LIMIT, **self._environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            assert self._listening.wait(_START_S) and self._process.poll() is None, f"it did not start:\n{self.log}"
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=_START_S) as health:
                assert health.status == 200
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        ended = self._process.poll()
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        try:
            assert SECRET not in self.log, "the key was found in the log"
            check_folder(Path(self._environment["PLAYGROUND_DATA_DIR"]))
        finally:
            self._folder.cleanup()
        assert ended is None or self._may_end, f"it ended by itself, with {ended}:\n{self.log}"

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)
            if "URL: " in line:
                self._listening.set()
        self._listening.set()  # it has ended: nothing more to wait for


class Stage:
    """One address that answers as the test at hand says: its n-th request gets the n-th script, later ones the last."""

    def __init__(self) -> None:
        self._server = RawServer([self._perform])
        self._scripts: list[Script] = []
        self._first = 0

    @property
    def url(self) -> str:
        return f"{self._server.url}/v1"

    def play(self, *scripts: Script) -> None:
        """Sets the scripts; requests are counted from here."""
        self._first = len(self._server.exchanges)
        self._scripts = list(scripts)

    def exchange(self, number: int = 0) -> Exchange:
        """The exchange of that number since `play`, as soon as its request is there."""
        return self._server.exchange(self._first + number)

    @property
    def count(self) -> int:
        """How many requests came since `play`."""
        return len(self._server.exchanges) - self._first

    def close(self) -> None:
        self._server.stop()

    def _perform(self, exchange: Exchange) -> None:
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        for step in script:
            step(exchange)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
