"""Node with the packages of this folder's `package.json`, or the reason why they are missing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def node_with(*packages: str) -> tuple[str, dict[str, str]]:
    """The program and its environment; skips the test where it or one of the packages is missing.

    The packages are looked for in the folder that ``NODE_MODULES`` names, else in this one's `node_modules`.
    """
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    modules = Path(os.environ.get("NODE_MODULES") or Path(__file__).parent / "node_modules")
    for package in packages:
        if not (modules / package).is_dir():
            pytest.skip(f"the npm package {package} is not installed: npm install in tests/clients")
    return node, {**os.environ, "NODE_MODULES": str(modules)}
