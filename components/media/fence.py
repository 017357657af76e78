"""A process of its own for readers that a damaged or hostile file may break: it ends that process, not the app.

The process has a limit of memory and of time, and is told nothing but where Python and its libraries are.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import BinaryIO

_ROOT = Path(__file__).parents[2]
_ENVIRONMENT = (
    "PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONPYCACHEPREFIX",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
)


class Fenced:
    """A running process: `output` is what it writes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        self._process = process
        self.output: BinaryIO = process.stdout  # type: ignore[assignment]  # a buffered reader is one

    def came_to_its_end(self) -> bool:
        """Waits for it; False if it was killed or broke."""
        return self._process.wait() == 0


@contextlib.contextmanager
def fenced(module: str, data: bytes, longest_s: float) -> Iterator[Fenced]:
    """Runs ``python -m module`` with `data` at its input, for at most `longest_s` seconds and not beyond the `with`."""
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=_ROOT,
        # Keys that the app was started with are none of a decoder's business.
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    timer = Timer(longest_s, process.kill)
    timer.daemon = True
    timer.start()
    try:
        assert process.stdin is not None and process.stdout is not None
        # It reads all before it writes anything; one that has ended reads no more.
        with contextlib.suppress(OSError), process.stdin:
            process.stdin.write(data)
        yield Fenced(process)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def output_of(module: str, data: bytes, longest_s: float) -> bytes:
    """All that such a process writes. Raises: OSError if it was killed or broke."""
    with fenced(module, data, longest_s) as process:
        output = process.output.read()
        if not process.came_to_its_end():
            raise OSError(f"{module} did not come to its end")
    return output


def limit_memory(address_space: int) -> None:
    """Called in the process: lets it map so many bytes, where the system has such a limit."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))


def limit_time(seconds: float) -> None:
    """Called in the process: ends it after so many seconds of work from now on, where the system can; 0 for no end."""
    with contextlib.suppress(ImportError, AttributeError):
        import signal

        # Work is counted, not waiting: on a busy machine a file is not refused. Nothing handles the signal, so that
        # it ends the process in the midst of a library's code, too.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
