"""Runs a Python program in a fresh interpreter, or in one that has the packages loaded.

Loading `openai` and `anthropic` takes far longer than the rest of a program, so a process that has loaded them forks
for each program, which still has to import them by name.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import threading
from collections.abc import Mapping
from multiprocessing.connection import wait
from pathlib import Path

_LOADED = ["pytest", "openai", "anthropic", "httpx", "httpx_sse"]

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(_LOADED)
# Starting a process also asks whether the others have ended. An exit code can be read once: of two threads that ask at
# the same moment one is told 255.
_lock = threading.Lock()


def run_fresh(folder: Path, filename: str, environment: Mapping[str, str], timeout_s: float) -> tuple[int, str, str]:
    """Runs it as its user would, `python FILENAME`: exit code, output, error output."""
    return run_command([sys.executable, filename], folder, environment, timeout_s)


def run_command(
    command: list[str], folder: Path, environment: Mapping[str, str], timeout_s: float
) -> tuple[int, str, str]:
    """The same for any command."""
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, timeout=timeout_s, check=False, encoding="utf-8"
    )
    return done.returncode, done.stdout, done.stderr


def run_forked(folder: Path, filename: str, environment: Mapping[str, str], timeout_s: float) -> tuple[int, str, str]:
    """The same with the packages loaded."""
    process = _forking.Process(target=_run_program, args=(str(folder), filename, dict(environment)))
    with _lock:
        process.start()
    ended = wait([process.sentinel], timeout_s)
    with _lock:
        if not ended:
            process.kill()
        process.join()
        code = process.exitcode
        process.close()
    assert code is not None
    return code, *((folder / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))


def _run_program(folder: str, filename: str, environment: dict[str, str]) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for stream, name in ((sys.stdout, "stdout"), (sys.stderr, "stderr")):
        stream.flush()
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, 1 if name == "stdout" else 2)
        os.close(descriptor)
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a process of its own writes to files
    runpy.run_path(filename, run_name="__main__")
