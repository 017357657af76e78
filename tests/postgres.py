"""A PostgreSQL server of the tests' own, from Debian's package: on a socket in a folder, never on a port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

# Debian keeps all but `psql` off the PATH, in a folder for each version.
_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_NOBODY = 65534
_USER = "playground"


class Postgres:
    """A server with nothing in it; `url` is SQLAlchemy's. Use as a context manager."""

    def __init__(self) -> None:
        self._binaries = _find_binaries()
        # A socket's path may have 107 characters: not under pytest's own folder.
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        # The server refuses to run as root.
        self._as_user = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{_USER}@/postgres?host={self._folder}"

    def __enter__(self) -> Postgres:
        if self._as_user:
            os.chown(self._folder, _NOBODY, _NOBODY)
        try:
            self._run("initdb", "--no-sync", "--auth=trust", f"--username={_USER}", "--encoding=UTF8", "--locale=C")
            options = f"-c listen_addresses= -k {self._folder} -c fsync=off -c full_page_writes=off"
            self._run("pg_ctl", "start", "--wait", f"--log={self._folder / 'log'}", f"--options={options}")
        except BaseException:
            shutil.rmtree(self._folder)
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._run("pg_ctl", "stop", "--mode=immediate")
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        # Not captured through a pipe: the server would inherit it and keep it open.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [self._binaries / program, "--pgdata", self._folder / "data", *arguments],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=60,
                **self._as_user,
            )
            output.seek(0)
            assert done.returncode == 0, output.read().decode()


def _find_binaries() -> Path:
    """Its folder; without one the asking test is skipped with a reason, or fails when `REQUIRE_POSTGRES` is 1."""
    for folder in [*map(Path, os.environ.get("PATH", "").split(os.pathsep)), *_FOLDERS]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    missing = "no PostgreSQL: looked for initdb and pg_ctl on PATH and in /usr/lib/postgresql"
    if os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(f"{missing}, and REQUIRE_POSTGRES=1 says there must be one")
    pytest.skip(missing)
