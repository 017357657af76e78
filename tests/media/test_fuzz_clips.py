"""Damaged clips bring no crash, no hang and no growth: see `fuzz_clips`, which does the work in its own process."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.nightly
@pytest.mark.parametrize("reader", ["page", "simulator"])
def test_damaged_clips_neither_crash_hang_nor_grow(reader):
    command = [sys.executable, "-m", "tests.media.fuzz_clips", "--seconds", "8", "--reader", reader]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-2000:]}"
    assert "refused" in done.stdout
