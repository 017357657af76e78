"""The npm packages that tests need, in `package.json`; where they are installed, or why a test is skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def node_modules(package: str) -> Path:
    """The `node_modules` folder with the package; without Node or the package the test is skipped.

    With `REQUIRE_NODE` set to 1 that is a failure. `NODE_MODULES` names a folder outside the checkout.
    """
    folder = Path(os.environ.get("NODE_MODULES") or HERE / "node_modules")
    missing = None
    if shutil.which("node") is None:
        missing = "Node is not on PATH"
    elif not (folder / package).is_dir():
        missing = f"no {package} in {folder.name}: run `npm ci` in tests/node"
    if missing is None:
        return folder
    if os.environ.get("REQUIRE_NODE") == "1":
        pytest.fail(f"{missing}, and REQUIRE_NODE=1 says it must be there")
    pytest.skip(missing)
