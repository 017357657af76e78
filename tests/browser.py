"""Finds the machine's Chromium: tests drive that one instead of downloading their own."""

from __future__ import annotations

import os
import shutil

import pytest

# The first is Chromium without windows, which drives the same page in three quarters of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Without them Chromium calls home at every start, which a closed network refuses again and again.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A camera that every machine has, and nobody to ask for it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def find_browser() -> str:
    """Its path; without one the asking test is skipped with a reason, or fails when `REQUIRE_BROWSER` is 1."""
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    missing = f"no browser on PATH: looked for {', '.join(NAMES)}"
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"{missing}, and REQUIRE_BROWSER=1 says there must be one")
    pytest.skip(missing)
