"""A decoder in a process of its own: a file that is more than it bears ends that process, not the app.

The process has a limit of memory and of time, and is told nothing but where Python is.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
# All that the process is told: where Python and its libraries are.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


def run_apart(module: str, data: bytes, longest_s: float) -> bytes:
    """Runs ``python -m module`` with the file as its input and gives its output.

    Raises: OSError if it fails or takes longer.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", module],
            cwd=_ROOT,
            # Keys that the app was started with are none of a decoder's business.
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            input=data,
            capture_output=True,
            timeout=longest_s,
            check=True,
        )
    except subprocess.SubprocessError as exc:
        raise OSError(f"{module} gave nothing") from exc
    return done.stdout


def limit_memory(size_bytes: int) -> None:
    """Bounds what this process may map, where the system has such a limit."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size_bytes, size_bytes))
