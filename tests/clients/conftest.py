"""A simulator without delays; and the rule that this folder's tests are run only with REAL_CLIENTS."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.gateway.server import Simulator
from components.gateway.settings import Settings

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            # Other people's packages warn of what is theirs to mend.
            item.add_marker(pytest.mark.filterwarnings("default"))
            if not os.environ.get("REAL_CLIENTS"):
                item.add_marker(pytest.mark.skip(reason="a nightly test: set REAL_CLIENTS=1 to run it"))


@pytest.fixture(scope="session")
def server() -> Iterator[Simulator]:
    """The simulator, lenient as it is by default."""
    with Simulator(Settings(tokens_per_second=0, requests_per_minute=None, tokens_per_minute=None)) as running:
        yield running


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A JPEG of 640 x 427 pixels."""
    return (HERE.parent / "fixtures" / "media" / "china.jpg").read_bytes()


@pytest.fixture(scope="session")
def photo_url(photo: bytes) -> str:
    """The same as a data URL."""
    return f"data:image/jpeg;base64,{base64.b64encode(photo).decode()}"
